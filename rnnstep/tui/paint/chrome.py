"""What frames the lanes: title, note, and the line of keys, prompt and messages."""

from __future__ import annotations

from ...export.text import cell_width, cut, wrap
from ...session.commands import COMMANDS, key_name
from ...session.session import SPEEDS, Session
from ...session.words import say
from ..frame import Frame, ink
from ..layout import Box
from ..palette import BOLD
from .contents import contents_keys
from .lesson import page_keys

_FOOTER = (
    ("rewind", "step"), ("unit-up", "unit-down"), ("next-lane",), ("inspect",),
    ("view",), ("previous-mark", "next-mark"), ("micro-rewind", "micro-step"), ("play",),
    ("prompt",), ("zoom",), ("future",),
)  # fmt: skip
_LISTED = {("unit-up", "unit-down"): ("fork-up", "fork-down"), ("inspect",): ("to-fork",)}
"""What keys do instead while forks are listed."""


def place_text(session: Session, room: int) -> str:
    """Where we stand, in words that fit into ``room`` cells: step, equation and share always do."""
    t, length = session.t, session.run.length
    index = session.run.scenario.tape.index
    name = f" ({index[t - 1]})" if index and t > 0 else ""
    share = f" · {t / length:.0%}" if length else ""
    inside = brief = ""
    if not session.cursor.whole:
        total = len(session.cell(session.active).graph.equations)
        at = min(session.cursor.k, total)
        inside = f" · {say(session, 'inside', equation=at, count=total)}"
        brief = f" · {say(session, 'inside in short', equation=at, count=total)}"
    playing = f" ▶ {SPEEDS[session.speed]:g}/s" if session.playing else ""
    start = f" · {say(session, 'start')}" if t == 0 else ""
    place = say(session, "place", step=t, length=length)
    forms = (
        f"{place}{name}{inside}{start}{share}{playing}",
        f"{place}{inside}{share}{playing}",
        f"{place}{brief}{share}",
        f"{t}/{length}{brief}{share}",
    )
    return next((form for form in forms if cell_width(form) <= room), forms[-1])


def paint_title(frame: Frame, session: Session, without: int) -> None:
    """Draw the first line; ``without`` lanes found no room below."""
    frame.fill(0, 0, 1, frame.width, ink("text", "panel"))
    place = place_text(session, frame.width - 1)
    right = frame.width - cell_width(place) - 1
    column = frame.text(0, 1, "rnnstep", ink("accent", "panel", BOLD), max(right - 2, 0))
    more = say(session, "lanes" if without > 1 else "one lane", count=without)
    more = f" ({more})" if without else ""
    room = max(right - column - 3 - cell_width(more), 0)
    title = session.run.scenario.title
    if session.sitting is not None:
        title = f"{session.sitting.lesson.number} · {title}"
    column = frame.text(0, column + 2, title, ink("text", "panel", BOLD), room)
    if right - column > cell_width(more):
        frame.text(0, column, more, ink("dim", "panel"))
    frame.text(0, max(right, 0), place, ink("cursor", "panel", BOLD))


def note_lines(session: Session, width: int) -> list[str]:
    """The note's lines at a width."""
    note = session.note()
    if note is None:
        return []
    return _lines(*note, width)


def _lines(step: int, text: str, width: int) -> list[str]:
    return wrap(f"{step}: {text}", max(width - 4, 10))


def longest_note(session: Session, width: int) -> int:
    """Lines that the longest note needs, so that the layout does not jump from note to note."""
    lines = [len(_lines(step, text, width)) for step, text in session.notes().items()]
    return max(lines, default=0)


def paint_note(frame: Frame, session: Session, box: Box, ascii_only: bool) -> None:
    """Draw the script's latest note."""
    lines = note_lines(session, box.width)
    note = session.note()
    fresh = note is not None and note[0] == session.t
    for number in range(box.height):
        line = lines[number] if number < len(lines) else ""
        if number == box.height - 1 and len(lines) > box.height:
            # Cut between words; the whole text stands in the help.
            line = f"{cut(line, box.width - 8).rpartition(' ')[0]} … (?)"
        mark = ("|" if ascii_only else "▎") if line else " "
        frame.text(box.top + number, 1, mark, ink("cursor" if fresh else "faint"))
        frame.text(box.top + number, 3, line, ink("text" if fresh else "dim"), box.width - 3)


def footer_entries(session: Session, width: int) -> list[tuple[str, str, str]]:
    """What fits into the footer: (command, keys, word), help and quit always among them."""
    def entry(commands: tuple[str, ...]) -> tuple[str, str, str]:
        keys = "".join(key_name(COMMANDS[command].keys[0]) for command in commands)
        return commands[-1], keys, say(session, f"footer {COMMANDS[commands[-1]].footer}")

    last = [entry(("help",)), entry(("quit",))]
    room = width - 2 - sum(cell_width(k) + cell_width(w) + 3 for _, k, w in last)
    shown = []
    listed = _LISTED if "forks" in session.modes else {}
    commands = (listed.get(found, found) for found in _FOOTER)
    for found in (*_waiting(session), *map(entry, commands)):
        room -= cell_width(found[1]) + cell_width(found[2]) + 3
        if room < 0:
            break
        shown.append(found)
    return [*shown, *last]


def _waiting(session: Session) -> list[tuple[str, str, str]]:
    """How to answer the question that waits; a click shows it."""
    sitting = session.sitting
    if sitting is None or sitting.unanswered is None:
        return []
    count = len(sitting.lesson.questions[sitting.unanswered].choices)
    again = COMMANDS["read-again"]
    return [(again.id, f"1–{count}", say(session, "footer answer")),
            (again.id, key_name(again.keys[0]), say(session, "footer question"))]  # fmt: skip


def paint_footer(frame: Frame, session: Session, row: int) -> list[tuple[int, int, int, str]]:
    """Draw the last line; return what can be clicked: (row, first column, behind it, command)."""
    frame.fill(row, 0, 1, frame.width, ink("text", "panel"))
    if session.prompt is not None or session.message:
        return []
    if session.mode in ("contents", "question") and session.sitting is not None:
        climb = session.sitting.climb
        room = frame.width - 2
        contents = session.mode == "contents"
        keys = contents_keys(climb) if contents else page_keys(session, room)
        frame.text(row, 1, keys, ink("cursor", "panel"), room)
        return []
    spans = []
    column = 1
    for command, keys, word in footer_entries(session, frame.width):
        start = column
        column = frame.text(row, column, keys, ink("cursor", "panel", BOLD))
        column = frame.text(row, column + 1, word, ink("dim", "panel"))
        spans.append((row, start, column, command))
        column += 2
    return spans
