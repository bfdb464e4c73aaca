"""The tape with its cursor, and the ruler above it."""

from __future__ import annotations

import numpy as np

from ...export.text import cell_width
from ...scenario.tape import Tape, visible
from ...session.session import Session
from ..frame import Frame, ink
from ..layout import Layout
from ..palette import BOLD, REVERSE, UNDERLINE
from .text import bar


def tape_letters(tape: Tape, first: int, last: int, ascii_only: bool) -> list[str]:
    """One cell for each step: the symbol, or for numbers a bar of their height."""
    rows = range(first - 1, min(last, tape.length))
    if all(len(symbol) <= 1 for symbol in tape.symbols[:200]):
        return [visible(tape.symbols[k]) or " " for k in rows]
    values = tape.x[:, 0]
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = (high - low) or 1.0
    return [bar((float(values[k]) - low) / span, ascii_only) for k in rows]


def paint_tape(frame: Frame, session: Session, layout: Layout, ascii_only: bool) -> None:
    """Draw the ruler and the tape of the cursor's page."""
    tape = session.run.scenario.tape
    first, last = layout.page_of(session.t)
    last = min(last, tape.length)
    t, left, wide = session.t, layout.left, layout.columns
    row = layout.tape
    frame.text(row, 1, "input", ink("dim"), left - 2)
    for step, letter in zip(
        range(first, last + 1), tape_letters(tape, first, last, ascii_only), strict=True
    ):
        column = left + (step - first) * wide
        asked = UNDERLINE if tape.asked(step) and tape.classes else 0
        if step == t:
            frame.fill(row, column, 1, wide, ink("cursor_text", "cursor", BOLD))
            how = ink("cursor_text", "cursor", BOLD | asked)
        elif step < t or session.future:
            colour = "dim" if step in tape.filled else "accent" if asked else "text"
            how = ink(colour, attributes=asked)
        else:
            letter, how = "." if ascii_only else "·", ink("faint")
        if cell_width(letter) > wide:
            letter = "□"
        frame.text(row, column + (wide - cell_width(letter) + 1) // 2, letter, how, wide)
    if layout.ruler >= 0:
        _ruler(frame, session, layout, first, last)


def _ruler(frame: Frame, session: Session, layout: Layout, first: int, last: int) -> None:
    row, left, wide = layout.ruler, layout.left, layout.columns
    tape = session.run.scenario.tape
    frame.text(row, 1, "step", ink("dim"), left - 2)
    taken = np.zeros(frame.width, bool)

    def place(step: int, text: str, name: str, attributes: int = 0) -> None:
        column = left + (step - first) * wide + wide // 2
        column = min(column, left + layout.map_width - cell_width(text))
        column = max(column, left)
        stop = column + cell_width(text)
        if not taken[max(column - 1, 0) : stop + 1].any():
            frame.text(row, column, text, ink(name, attributes=attributes))
            taken[column:stop] = True

    t = session.t
    if t >= first:
        place(t, _step_name(session, t), "cursor", BOLD | REVERSE)
    for name, step in tape.marks.items():
        if first <= step <= last:
            place(step, name, "accent")
    gap = 1 if wide >= 5 else 5 if wide >= 3 else 10
    for step in range(first, last + 1):
        if step % gap == 0 or step == 1:
            place(step, _step_name(session, step), "dim")


def _step_name(session: Session, step: int) -> str:
    index = session.run.scenario.tape.index
    return index[step - 1] if index and step >= 1 else str(step)
