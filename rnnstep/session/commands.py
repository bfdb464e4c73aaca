"""Every command once: its name, its keys, its help, what it does.

Bindings, footer, palette, help screen, the ``:`` prompt and docs/keys.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import RnnstepError, suggest
from . import (
    actions,
    comparing,
    findings,
    fork_list,
    forking,
    keeping,
    lanes,
    pending,
    prompt,
    saving,
    trail,
    travel,
)
from . import lesson_actions as lessons
from .line import Line
from .panels import PANELS, next_aspect, next_panel
from .selection import next_signal, next_unit
from .session import Host, Session


@dataclass(frozen=True)
class Command:
    """One thing that a user can do.

    Attributes
    ----------
    id : str
        Its name in the prompt and in keymaps.
    title : str
        What it does in a few words.
    keys : tuple of str
        Its keys, as Textual names them, the first the one that is shown; none for what is
        run by name only.
    group : str
        Where it stands in the help.
    action : callable
    footer : str
        Its word in the footer; empty if it does not stand there.
    mode : str
        The page that its keys belong to (see ``Session.mode``); empty where none is open.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    action: actions.Action
    footer: str = ""
    mode: str = ""


_TIME, _SPACE, _VIEW, _APP = "Time", "Lanes and units", "What is shown", "The app"
_EVENTS, _FORKS = "Time by what happens", "Forks"
_FORK_LIST = "In the list of forks"
_ASKED = "While you are asked"
_LESSONS, _QUESTION, _CONTENTS = "Lessons", "While a question waits", "On the contents page"
EVERYWHERE = (_LESSONS, _APP)
"""Groups of commands that have a meaning whatever is on the screen."""
COVERING = ("contents", "replace")
"""Modes in which other keys mean nothing, until there is an answer."""

COMMANDS: dict[str, Command] = {
    command.id: command
    for command in (
        Command("step", "one step forwards", ("right", "l"), _TIME,
                lambda s, h: actions.move(s, 1), "step"),
        Command("rewind", "one step back", ("left", "h"), _TIME,
                lambda s, h: actions.move(s, -1), "step"),
        Command("step-ten", "ten steps forwards", ("L", "shift+right"), _TIME,
                lambda s, h: actions.move(s, 10)),
        Command("rewind-ten", "ten steps back", ("H", "shift+left"), _TIME,
                lambda s, h: actions.move(s, -10)),
        Command("micro-step", "one equation forwards", ("full_stop",), _TIME,
                lambda s, h: actions.micro(s, 1), "equation"),
        Command("micro-rewind", "one equation back", ("comma",), _TIME,
                lambda s, h: actions.micro(s, -1), "equation"),
        Command("first", "to the initial state", ("g", "home"), _TIME, actions.to_the_start),
        Command("last", "to the last step", ("G", "end"), _TIME, actions.to_the_end),
        Command("next-mark", "to the next find or mark", ("n",), _TIME,
                lambda s, h: travel.find_again(s, 1), "mark"),
        Command("previous-mark", "to the find or mark before", ("N", "p"), _TIME,
                lambda s, h: travel.find_again(s, -1), "mark"),
        Command("continue", "continue to the next hit of a breakpoint", ("c",), _EVENTS,
                lambda s, h: travel.go_on(s, 1)),
        Command("run-back", "run back to the last hit before", ("C",), _EVENTS,
                lambda s, h: travel.go_on(s, -1)),
        Command("search", "find a condition", ("slash",), _EVENTS, actions.begin_typing("find ")),
        Command("forget", "forget the find: n and N go to marks again", (), _EVENTS,
                lambda s, h: travel.forget_find(s)),
        Command("last-change", "back to what last changed the selected value", ("w",), _EVENTS,
                lambda s, h: travel.to_change(s, -1)),
        Command("next-change", "on to what changes the selected value next", ("W",), _EVENTS,
                lambda s, h: travel.to_change(s, 1)),
        Command("next-finding", "to the next unit of the lane that does not work", ("x",), _EVENTS,
                lambda s, h: findings.next_finding(s, 1)),
        Command("previous-finding", "to the unit before that does not work", ("X",), _EVENTS,
                lambda s, h: findings.next_finding(s, -1)),
        Command("breakpoint", "set a breakpoint", ("b",), _EVENTS, actions.begin_typing("break ")),
        Command("drop-breakpoint", "take the latest breakpoint away", ("B",), _EVENTS,
                lambda s, h: travel.drop_breakpoint(s)),
        Command("trail-back", "back to where you were before", ("backspace",), _EVENTS,
                lambda s, h: trail.walk_trail(s, -1)),
        Command("trail-forward", "forwards on the trail again", ("backslash",), _EVENTS,
                lambda s, h: trail.walk_trail(s, 1)),
        Command("mark", "mark this step, or take its mark away", ("m",), _EVENTS,
                lambda s, h: trail.toggle_mark(s)),
        Command("to-mark", "to the marked step before", ("apostrophe",), _EVENTS,
                lambda s, h: trail.to_mark(s)),
        Command("patch", "patch the selected unit: a fork beside its parent", ("e",), _FORKS,
                actions.begin_patch),
        Command("undo", "take the last fork back", ("u",), _FORKS,
                lambda s, h: travel.undo(s)),
        Command("redo", "make it again", ("ctrl+r",), _FORKS,
                lambda s, h: travel.undo(s, back=False)),
        Command("drop", "drop the active lane, if it is a fork", ("D",), _FORKS,
                lambda s, h: travel.drop(s)),
        Command("diff", "differences from the parent or another lane, or values again",
                ("d",), _FORKS, actions.flip("diff")),
        Command("set-align", "lay one step beside another in differences", (), _FORKS,
                actions.begin_typing("align ")),
        Command("set-against", "what differences are from", (), _FORKS,
                actions.begin_typing("against ")),
        Command("set-name", "what the active fork is called", (), _FORKS,
                actions.begin_typing("name ")),
        Command("parting", "to where the active lane parts from the one beside it", ("o",), _FORKS,
                lambda s, h: comparing.to_parting(s)),
        Command("play", "play, or pause", ("space",), _TIME, lambda s, h: s.toggle_play(), "play"),
        Command("faster", "play faster", ("plus", "equals_sign"), _TIME,
                lambda s, h: actions.faster(s, 1)),
        Command("slower", "play slower", ("minus",), _TIME, lambda s, h: actions.faster(s, -1)),
        Command("normal-speed", "play at normal speed", ("0",), _TIME, actions.normal_speed),
        Command("prompt", "go to a step or mark, or run a command by name", ("colon",), _TIME,
                actions.begin_prompt, "go to"),
        Command("unit-down", "select the next unit", ("down", "j"), _SPACE,
                lambda s, h: next_unit(s, 1), "unit"),
        Command("unit-up", "select the unit before", ("up", "k"), _SPACE,
                lambda s, h: next_unit(s, -1), "unit"),
        Command("signal-down", "select the next signal, the map below", ("J", "shift+down"),
                _SPACE, lambda s, h: next_signal(s, 1)),
        Command("signal-up", "select the signal before, the map above", ("K", "shift+up"), _SPACE,
                lambda s, h: next_signal(s, -1)),
        Command("next-lane", "select the next lane", ("tab",), _SPACE,
                lambda s, h: lanes.next_lane(s, 1), "lane"),
        Command("previous-lane", "select the lane before", ("shift+tab",), _SPACE,
                lambda s, h: lanes.next_lane(s, -1)),
        *(Command(f"lane-{n}", f"show or hide lane {n}", (str(n),), _SPACE, actions.toggle_lane(n))
          for n in range(1, lanes.KEYED_LANES + 1)),
        Command("inspect", "the equations of the selected unit, with numbers", ("enter",), _VIEW,
                actions.flip("inspect"), "inspect"),
        Command("view", "the next panel under the lanes", ("v",), _VIEW,
                lambda s, h: next_panel(s, 1), "view"),
        Command("view-back", "the panel before", ("V",), _VIEW, lambda s, h: next_panel(s, -1)),
        Command("aspect", "what the panel is about: the next signal, state or path", ("a",), _VIEW,
                lambda s, h: next_aspect(s, 1)),
        Command("aspect-back", "what the panel was about before", ("A",), _VIEW,
                lambda s, h: next_aspect(s, -1)),
        *(Command(panel.id, f"panel: {panel.title}", (), _VIEW, actions.open_named(panel.id))
          for panel in PANELS.values()),
        Command("none", "no panel", (), _VIEW, actions.open_named("")),
        Command("out", "back out of the inspector, the zoom, the panel", ("escape",), _VIEW,
                actions.back_out),
        Command("zoom", "the active lane alone, or all again", ("z",), _VIEW, actions.zoom,
                "zoom"),
        Command("future", "show or hide what lies beyond the cursor", ("f",), _VIEW,
                actions.toggle_future, "future"),
        Command("theme", "the next theme", ("t",), _VIEW, lambda s, h: h.next_theme()),
        Command("contents", "the contents of the lessons", ("i",), _LESSONS, lessons.contents),
        Command("next-lesson", "the next lesson", ("right_square_bracket",), _LESSONS,
                lessons.neighbour(1)),
        Command("previous-lesson", "the lesson before", ("left_square_bracket",), _LESSONS,
                lessons.neighbour(-1)),
        Command("read-again", "the latest question with its explanation, again", ("r",), _LESSONS,
                lessons.read_again),
        *(Command(f"answer-{n}", f"answer with choice {n}", (str(n),), _QUESTION,
                  lessons.answer(n), mode="waiting") for n in range(1, 10)),
        Command("mark-next", "mark the next choice, or move the page down", ("down", "j"),
                _QUESTION, lessons.mark(1), mode="question"),
        Command("mark-previous", "mark the choice before, or move the page up", ("up", "k"),
                _QUESTION, lessons.mark(-1), mode="question"),
        Command("take", "answer with the marked choice, or go on", ("enter",), _QUESTION,
                lessons.take_marked, mode="question"),
        Command("skip", "leave the question without an answer, or go on", ("escape",), _QUESTION,
                lessons.skip, mode="question"),
        Command("fork-down", "mark the next fork", ("down", "j"), _FORK_LIST,
                lambda s, h: fork_list.next_row(s, 1), "fork", "forks"),
        Command("fork-up", "mark the fork before", ("up", "k"), _FORK_LIST,
                lambda s, h: fork_list.next_row(s, -1), "fork", "forks"),
        Command("to-fork", "to where the marked fork parts from its parent", ("enter",),
                _FORK_LIST, lambda s, h: forking.to_row(s), "go there", "forks"),
        *(Command(f"lesson-{n}", f"open lesson {n}", (str(n),), _CONTENTS,
                  lessons.open_number(n), mode="contents") for n in range(1, 10)),
        Command("select-next", "mark the next lesson", ("down", "j"), _CONTENTS,
                lessons.select(1), mode="contents"),
        Command("select-previous", "mark the lesson before", ("up", "k"), _CONTENTS,
                lessons.select(-1), mode="contents"),
        Command("open-lesson", "open the marked lesson", ("enter", "right"), _CONTENTS,
                lessons.open_selected, mode="contents"),
        Command("close-contents", "back to the lesson", ("escape",), _CONTENTS,
                lessons.contents, mode="contents"),
        Command("copy-value", "copy the selected unit's values", ("y",), _APP, actions.copy_value),
        Command("copy-command", "copy the command that opens this place", ("Y",), _APP,
                actions.copy_command),
        Command("save", "save the session as a scenario", ("ctrl+s",), _APP,
                lambda s, h: saving.begin(s)),
        Command("note", "write a note at this step", ("ctrl+n",), _APP,
                actions.begin_typing("note ")),
        Command("replace", "replace the file", ("y",), _ASKED,
                lambda s, h: saving.answer(s, True), mode="replace"),
        Command("leave", "leave the file as it is", ("n", "escape"), _ASKED,
                lambda s, h: saving.answer(s, False), mode="replace"),
        Command("take-up", "take the unsaved session up", ("r",), _ASKED, actions.take_up,
                mode="offer"),
        Command("forget-session", "forget the unsaved session", ("escape",), _ASKED,
                actions.forget_offer, mode="offer"),
        Command("help", "what the keys do", ("question_mark",), _APP, lambda s, h: h.help(),
                "help"),
        Command("palette", "all commands and themes", ("ctrl+p",), _APP, lambda s, h: h.palette()),
        Command("redraw", "draw the screen anew", ("ctrl+l",), _APP, lambda s, h: h.redraw()),
        Command("suspend", "to the shell; fg comes back", ("ctrl+z",), _APP,
                lambda s, h: h.suspend()),
        Command("quit", "quit", ("q", "ctrl+c"), _APP, lambda s, h: h.quit(), "quit"),
    )
}  # fmt: skip
"""Every command, by its id."""

_WALKING = {"step", "rewind", "micro-step", "micro-rewind", "play"}

KEY_NAMES = {
    "right": "→", "left": "←", "up": "↑", "down": "↓", "full_stop": ".", "comma": ",",
    "plus": "+", "equals_sign": "=", "minus": "-", "colon": ":", "question_mark": "?",
    "escape": "esc", "apostrophe": "'", "shift+right": "shift →", "shift+left": "shift ←",
    "shift+down": "shift ↓", "shift+up": "shift ↑", "shift+tab": "shift tab",
    "slash": "/", "backslash": "\\", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_name(key: str) -> str:
    """How a key is written for people."""
    return KEY_NAMES.get(key, key)


def available(session: Session) -> list[Command]:
    """Commands that mean something as things stand: the palette's list."""
    mode, modes = session.mode, session.modes
    return [
        command for command in COMMANDS.values()
        if command.mode in ("", *modes)
        and (session.sitting is not None or command.group != _LESSONS)
        and (mode not in COVERING or command.mode == mode or command.group in EVERYWHERE)
    ]  # fmt: skip


def perform(session: Session, host: Host, command: str) -> None:
    """Run a command; what it has to complain about becomes the session's message."""
    session.message = ""
    if COMMANDS[command].mode != "offer":
        keeping.pass_by(session)
    place = trail.where(session)
    try:
        COMMANDS[command].action(session, host)
    except RnnstepError as error:
        session.message = pending.brief(error)
    if COMMANDS[command].group == _TIME and command not in _WALKING:
        trail.stopped(session, place)
    lessons.said_at_the_end(session)
    if not session.message:
        saving.ask(session)  # Help, or drawing anew, is no answer.


def submit_prompt(session: Session, host: Host) -> None:
    """Carry out what was typed behind ``:``, a place to go to or a command's name."""
    text = (session.prompt or "").strip()
    session.line.remember(text)
    session.prompt, session.line = None, Line(earlier=session.line.earlier)
    session.message = ""
    if not text:
        return
    if text in COMMANDS and text not in session.run.scenario.marks:
        perform(session, host, text)
        return
    try:
        if prompt.say(session, text):
            return
        session.playing = False
        place = trail.where(session)
        session.goto(text)
        trail.stopped(session, place)
    except RnnstepError as error:
        hint = "" if "did you mean" in str(error) else suggest(text, COMMANDS)
        session.message = f"{error}{hint}"
        session.prompt, session.problem = text, prompt.Problem(None, session.message)
