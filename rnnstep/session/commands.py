"""Every command once: its name, its keys, its help, what it does.

Bindings, footer, palette, help screen, the ``:`` prompt and docs/keys.md are made from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import RnnstepError, suggest
from . import comparing, findings, keeping, pending, prompt, saving, snapshot, trail, travel
from . import lesson_actions as lessons
from .line import Line
from .panels import PANELS, next_aspect, next_panel, open_panel
from .selection import next_signal, next_unit, selected
from .session import SPEEDS, Host, Session

Action = Callable[[Session, Host], object]


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
    action: Action
    footer: str = ""
    mode: str = ""


def _move(session: Session, count: int) -> None:
    session.playing = False
    session.cursor = session.cursor.step(count) if count > 0 else session.cursor.rewind(-count)


def _micro(session: Session, count: int) -> None:
    session.playing = False
    session.cursor = session.cursor.micro(count)


def _flip(name: str) -> Action:
    def act(session: Session, host: Host) -> None:
        setattr(session, name, not getattr(session, name))

    return act


def _toggle_lane(number: int) -> Action:
    return lambda session, host: session.toggle_lane(number)


def _faster(session: Session, count: int) -> None:
    session.speed = max(0, min(session.speed + count, len(SPEEDS) - 1))
    session.message = f"{SPEEDS[session.speed]:g} steps a second"


def _normal_speed(session: Session, host: Host) -> None:
    session.speed = 2
    session.message = f"{SPEEDS[session.speed]:g} steps a second"


def _prompt(session: Session, host: Host) -> None:
    session.prompt = ""


def _begin_typing(text: str) -> Action:
    def act(session: Session, host: Host) -> None:
        session.prompt = text

    return act


def _begin_patch(session: Session, host: Host) -> None:
    session.prompt = f"patch {selected(session)} set "


def _out(session: Session, host: Host) -> None:
    """Out of the innermost thing that is open."""
    if pending.give_up(session):
        return
    if session.analysis.cancel():
        session.message = f"given up; {session.panel} computes it again"
        session.panel = ""
    elif session.inspect or session.zoom:
        session.inspect = session.zoom = False
    else:
        open_panel(session, "")


def _open(name: str) -> Action:
    return lambda session, host: open_panel(session, name)


def _future(session: Session, host: Host) -> None:
    if session.sitting is not None and session.sitting.waiting:
        session.message = session.sitting.climb.word("future")
    else:
        session.future = not session.future


def _end(session: Session, host: Host) -> None:
    session.playing = False
    session.jump(session.run.length)


def _start(session: Session, host: Host) -> None:
    session.playing = False
    session.jump(0)


def _take_up(session: Session, host: Host) -> None:
    offered, run = session.notebook.offered, session.run
    if offered is None:
        return

    def compute(progress: pending.Progress) -> snapshot.Lanes:
        return snapshot.make_lanes(run, offered, progress)

    def arrive(lanes: snapshot.Lanes) -> None:
        # It stays on offer until it is there, so that it is not lost on the way.
        session.notebook.offered = None
        left = snapshot.take_up(session, offered, lanes)
        session.message = f"left out: {'; '.join(left)}" if left else "as it was; ctrl+s saves it"

    what = "computing the forks of the unsaved session"
    pending.ask(session, ("take up", offered.forks, run), what, compute, arrive, firm=True)


def _forget_offer(session: Session, host: Host) -> None:
    if pending.give_up(session):
        session.message += "; r takes it up, esc forgets it"
        return
    session.notebook.offered = None
    keeping.forget(session.base.path)
    session.message = "the unsaved session is forgotten"


def _copy_value(session: Session, host: Host) -> None:
    host.copy(session.selected_value())
    session.message = "copied the selected unit's values"


def _copy_command(session: Session, host: Host) -> None:
    host.copy(session.command_line())
    session.message = f"copied: {session.command_line()}"


_TIME, _SPACE, _VIEW, _APP = "Time", "Lanes and units", "What is shown", "The app"
_EVENTS, _FORKS = "Time by what happens", "Forks"
_ASKED = "While you are asked"
_LESSONS, _QUESTION, _CONTENTS = "Lessons", "While a question is open", "On the contents page"
EVERYWHERE = (_LESSONS, _APP)
"""Groups of commands that have a meaning whatever is on the screen."""

COMMANDS: dict[str, Command] = {
    command.id: command
    for command in (
        Command("step", "one step forwards", ("right", "l"), _TIME,
                lambda s, h: _move(s, 1), "step"),
        Command("rewind", "one step back", ("left", "h"), _TIME,
                lambda s, h: _move(s, -1), "step"),
        Command("step-ten", "ten steps forwards", ("L", "shift+right"), _TIME,
                lambda s, h: _move(s, 10)),
        Command("rewind-ten", "ten steps back", ("H", "shift+left"), _TIME,
                lambda s, h: _move(s, -10)),
        Command("micro-step", "one equation forwards", ("full_stop",), _TIME,
                lambda s, h: _micro(s, 1), "equation"),
        Command("micro-rewind", "one equation back", ("comma",), _TIME,
                lambda s, h: _micro(s, -1), "equation"),
        Command("first", "to the initial state", ("g", "home"), _TIME, _start),
        Command("last", "to the last step", ("G", "end"), _TIME, _end),
        Command("next-mark", "to the next find or mark", ("n",), _TIME,
                lambda s, h: travel.find_again(s, 1), "mark"),
        Command("previous-mark", "to the find or mark before", ("N", "p"), _TIME,
                lambda s, h: travel.find_again(s, -1), "mark"),
        Command("continue", "continue to the next hit of a breakpoint", ("c",), _EVENTS,
                lambda s, h: travel.go_on(s, 1)),
        Command("run-back", "run back to the last hit before", ("C",), _EVENTS,
                lambda s, h: travel.go_on(s, -1)),
        Command("search", "find a condition", ("slash",), _EVENTS, _begin_typing("find ")),
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
        Command("breakpoint", "set a breakpoint", ("b",), _EVENTS, _begin_typing("break ")),
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
                _begin_patch),
        Command("undo", "take the last fork back", ("u",), _FORKS,
                lambda s, h: travel.undo(s)),
        Command("redo", "make it again", ("ctrl+r",), _FORKS,
                lambda s, h: travel.undo(s, back=False)),
        Command("drop", "drop the active lane, if it is a fork", ("D",), _FORKS,
                lambda s, h: travel.drop(s)),
        Command("diff", "differences from the parent or another lane, or values again",
                ("d",), _FORKS, _flip("diff")),
        Command("set-align", "lay one step beside another in differences", (), _FORKS,
                _begin_typing("align ")),
        Command("set-against", "what differences are from", (), _FORKS,
                _begin_typing("against ")),
        Command("parting", "to where the active lane parts from the one beside it", ("o",), _FORKS,
                lambda s, h: comparing.to_parting(s)),
        Command("play", "play, or pause", ("space",), _TIME, lambda s, h: s.toggle_play(), "play"),
        Command("faster", "play faster", ("plus", "equals_sign"), _TIME,
                lambda s, h: _faster(s, 1)),
        Command("slower", "play slower", ("minus",), _TIME, lambda s, h: _faster(s, -1)),
        Command("normal-speed", "play at normal speed", ("0",), _TIME, _normal_speed),
        Command("prompt", "go to a step or mark, or run a command by name", ("colon",), _TIME,
                _prompt, "go to"),
        Command("unit-down", "select the next unit", ("down", "j"), _SPACE,
                lambda s, h: next_unit(s, 1), "unit"),
        Command("unit-up", "select the unit before", ("up", "k"), _SPACE,
                lambda s, h: next_unit(s, -1), "unit"),
        Command("signal-down", "select the next signal, the map below", ("J", "shift+down"),
                _SPACE, lambda s, h: next_signal(s, 1)),
        Command("signal-up", "select the signal before, the map above", ("K", "shift+up"), _SPACE,
                lambda s, h: next_signal(s, -1)),
        Command("next-lane", "select the next lane", ("tab",), _SPACE,
                lambda s, h: s.next_lane(1), "lane"),
        Command("previous-lane", "select the lane before", ("shift+tab",), _SPACE,
                lambda s, h: s.next_lane(-1)),
        *(Command(f"lane-{n}", f"show or hide lane {n}", (str(n),), _SPACE, _toggle_lane(n))
          for n in range(1, 10)),
        Command("inspect", "the equations of the selected unit, with numbers", ("enter",), _VIEW,
                _flip("inspect"), "inspect"),
        Command("view", "the next panel under the lanes", ("v",), _VIEW,
                lambda s, h: next_panel(s, 1), "view"),
        Command("view-back", "the panel before", ("V",), _VIEW, lambda s, h: next_panel(s, -1)),
        Command("aspect", "what the panel is about: the next signal, state or path", ("a",), _VIEW,
                lambda s, h: next_aspect(s, 1)),
        Command("aspect-back", "what the panel was about before", ("A",), _VIEW,
                lambda s, h: next_aspect(s, -1)),
        *(Command(panel.id, f"panel: {panel.title}", (), _VIEW, _open(panel.id))
          for panel in PANELS.values()),
        Command("none", "no panel", (), _VIEW, _open("")),
        Command("out", "back out of the inspector, the zoom, the panel", ("escape",), _VIEW, _out),
        Command("zoom", "the active lane alone, or all again", ("z",), _VIEW, _flip("zoom"),
                "zoom"),
        Command("future", "show or hide what lies beyond the cursor", ("f",), _VIEW,
                _future, "future"),
        Command("theme", "the next theme", ("t",), _VIEW, lambda s, h: h.next_theme()),
        Command("contents", "the contents of the lessons", ("i",), _LESSONS, lessons.contents),
        Command("next-lesson", "the next lesson", ("right_square_bracket",), _LESSONS,
                lessons.neighbour(1)),
        Command("previous-lesson", "the lesson before", ("left_square_bracket",), _LESSONS,
                lessons.neighbour(-1)),
        Command("read-again", "the latest question with its explanation, again", ("r",), _LESSONS,
                lessons.read_again),
        *(Command(f"answer-{n}", f"answer with choice {n}", (str(n),), _QUESTION,
                  lessons.answer(n), mode="question") for n in range(1, 6)),
        Command("mark-next", "mark the next choice, or move the page down", ("down", "j"),
                _QUESTION, lessons.mark(1), mode="question"),
        Command("mark-previous", "mark the choice before, or move the page up", ("up", "k"),
                _QUESTION, lessons.mark(-1), mode="question"),
        Command("take", "answer with the marked choice, or go on", ("enter",), _QUESTION,
                lessons.take_marked, mode="question"),
        Command("skip", "leave the question without an answer, or go on", ("escape",), _QUESTION,
                lessons.skip, mode="question"),
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
        Command("copy-value", "copy the selected unit's values", ("y",), _APP, _copy_value),
        Command("copy-command", "copy the command that opens this place", ("Y",), _APP,
                _copy_command),
        Command("save", "save the session as a scenario", ("ctrl+s",), _APP,
                lambda s, h: saving.begin(s)),
        Command("note", "write a note at this step", ("ctrl+n",), _APP, _begin_typing("note ")),
        Command("replace", "replace the file", ("y",), _ASKED,
                lambda s, h: saving.answer(s, True), mode="replace"),
        Command("leave", "leave the file as it is", ("n", "escape"), _ASKED,
                lambda s, h: saving.answer(s, False), mode="replace"),
        Command("take-up", "take the unsaved session up", ("r",), _ASKED, _take_up, mode="offer"),
        Command("forget-session", "forget the unsaved session", ("escape",), _ASKED,
                _forget_offer, mode="offer"),
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
    "escape": "esc", "shift+right": "shift →", "shift+left": "shift ←", "shift+tab": "shift tab",
    "slash": "/", "backslash": "\\", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_name(key: str) -> str:
    """How a key is written for people."""
    return KEY_NAMES.get(key, key)


def perform(session: Session, host: Host, command: str) -> None:
    """Run a command; what it has to complain about becomes the session's message."""
    session.message = ""
    place = trail.where(session)
    try:
        COMMANDS[command].action(session, host)
    except RnnstepError as error:
        session.message = pending.brief(error)
    if COMMANDS[command].group == _TIME and command not in _WALKING:
        trail.stopped(session, place)
    lessons.said_at_the_end(session)


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
