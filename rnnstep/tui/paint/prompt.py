"""The prompt in the last row, and what is wrong with it, under a caret; or what there is to say.

What does not fit into one row covers those above it until the next key.
"""

from __future__ import annotations

from ...export.text import cell_width, wrap
from ...session.line import halves
from ...session.session import Session
from ..frame import Frame, ink
from ..palette import BOLD

_MOST_LINES = 4


def paint_last_row(frame: Frame, session: Session, row: int) -> None:
    """Draw the prompt or the message over the footer, if there is one."""
    if session.prompt is not None:
        paint_prompt(frame, session, row)
    elif session.message:
        lines = _lines(session.message, frame.width - 2)
        top = row + 1 - len(lines)
        frame.fill(top, 0, len(lines), frame.width, ink("text", "panel"))
        for at, line in enumerate(lines, top):
            frame.text(at, 1, line, ink("cursor", "panel", BOLD), frame.width - 2)


def paint_prompt(frame: Frame, session: Session, row: int) -> None:
    """Draw what is typed so that the cursor and the mistake are in sight."""
    text, problem, hint = session.prompt or "", session.problem, session.line.hint
    here = len(halves(session)[0])
    first = 0
    while cell_width(text[first:here]) > frame.width - 4:
        first += 1
    if problem is not None and problem.at is not None:
        first = min(first, problem.at)
    shown = "…" * (first > 0) + text[first + (first > 0) :]
    below: list[tuple[int, str, str]] = []
    if problem is not None:
        below = _below(problem.message, None if problem.at is None else
                       2 + cell_width(shown[: problem.at - first]), frame.width)  # fmt: skip
    at = row - len(below)
    frame.fill(at, 0, len(below) + 1, frame.width, ink("text", "panel"))
    column = frame.text(at, 1, f":{shown}", ink("text", "panel", BOLD), frame.width - 3)
    cursor = 2 + cell_width(shown[: here - first])
    frame.text(at, cursor, text[here : here + 1] or " ", ink("cursor_text", "cursor"))
    if not text:
        hint = hint or "a step, +10, a mark, 50%, or a command; tab completes, ↑ earlier lines"
    frame.text(at, column + 2, hint, ink("dim", "panel"), frame.width - column - 3)
    for number, (start, line, name) in enumerate(below, at + 1):
        frame.text(number, start, line, ink(name, "panel", BOLD), frame.width - start)


def _below(message: str, caret: int | None, width: int) -> list[tuple[int, str, str]]:
    """The rows under the prompt: (column, text, colour); one row where caret and message fit."""
    if caret is not None and caret + 2 + cell_width(message) < width:
        return [(caret, f"^ {message}", "bad")]
    if caret is not None and cell_width(message) + 3 < caret:
        return [(caret - cell_width(message) - 1, f"{message} ^", "bad")]
    rows = [(1, line, "bad") for line in _lines(message, width - 2)]
    return rows if caret is None else [(caret, "^", "bad"), *rows]


def _lines(message: str, width: int) -> list[str]:
    """A message in rows of a width, of which the last says so if that is not all."""
    lines = wrap(message, width)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: width - 2] + " …"]
    return lines
