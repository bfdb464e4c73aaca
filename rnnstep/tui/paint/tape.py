"""The tape with its cursor, and the ruler above it."""

from __future__ import annotations

import numpy as np

from ...export.text import cell_width
from ...scenario.tape import Tape, visible
from ...session.session import Session
from ...session.words import say
from ...simulate.patched import fired_at
from ..frame import Frame, ink
from ..layout import Layout
from ..palette import BOLD, REVERSE, UNDERLINE
from .text import bar


def tape_letters(tape: Tape, first: int, last: int, ascii_only: bool) -> list[str]:
    """One cell for each step: the symbol, or for numbers a bar of their height."""
    rows = range(first - 1, min(last, tape.length))
    if _has_letters(tape):
        return [visible(tape.symbols[k]) or " " for k in rows]
    return _bars(tape, tape.x[rows.start : rows.stop, 0], ascii_only)


def _has_letters(tape: Tape) -> bool:
    return all(len(symbol) <= 1 for symbol in tape.symbols[:200])


def _bars(tape: Tape, values: np.ndarray, ascii_only: bool) -> list[str]:
    """Numbers as bars, on the scale of the tape's."""
    low, high = float(np.nanmin(tape.x[:, 0])), float(np.nanmax(tape.x[:, 0]))
    return [bar((value - low) / ((high - low) or 1.0), ascii_only) for value in values.tolist()]


def window_of(session: Session) -> range:
    """Steps that the active lane reads at the cursor; empty for a lane with a state.

    That one reads this step's input, and all before it only through the state.
    """
    cell, t = session.cell(session.active), session.t
    if cell.graph.histories:
        return range(1, t + 1)
    wide = cell.window
    return range(max(t - wide + 1, 1), t + 1) if wide else range(0)


def _label(session: Session, seen: range, left: int) -> str:
    """What stands left of the tape: how much of it the active lane reads, or that a patch changed
    what it reads at this step."""
    cell, model = session.cell(session.active), session.run.scenario.models[session.active]
    if session.t and fired_at(session.trace, "x", session.t):
        long = f"{say(session, 'input')}: {say(session, 'patched')}"
        return long if cell_width(long) <= left - 2 else say(session, "patched")
    if model.free_from is not None and session.t > model.free_from:
        long = say(session, "reads its answers")
        return long if cell_width(long) <= left - 2 else say(session, "its answers")
    if cell.graph.histories:
        return say(session, "reads all" if left >= 15 else "all")
    if seen:
        return say(session, "reads last" if left >= 15 else "last", count=cell.window)
    return say(session, "input")


def _own_letters(
    session: Session, letters: list[str], first: int, ascii_only: bool
) -> dict[int, str]:
    """What the active lane reads where it is not what stands on the tape, by step: its own answers
    where it runs free, and inputs that were patched."""
    tape, start = session.run.scenario.tape, session.run.scenario.models[session.active].free_from
    steps = [
        step for step in range(first, first + len(letters))
        if (start is not None and step > start) or fired_at(session.trace, "x", step)
    ]
    if not steps:
        return {}
    values = session.trace.rows("x", steps[0], steps[-1] + 1)[[step - steps[0] for step in steps]]
    found = _bars(tape, values[:, 0], ascii_only)
    if _has_letters(tape):
        shown = [visible(tape.shown(value)) for value in values]
        found = [text if tape.one_hot or cell_width(text) == 1 else mark
                 for text, mark in zip(shown, found, strict=True)]  # fmt: skip
    return dict(zip(steps, found, strict=True))


def paint_tape(frame: Frame, session: Session, layout: Layout, glyphs: str) -> None:
    """Draw the ruler and the tape of the cursor's page, as the active lane reads it."""
    tape, ascii_only = session.run.scenario.tape, glyphs == "ascii"
    first, last = layout.page_of(session.t)
    last = min(last, tape.length)
    t, left, wide = session.t, layout.left, layout.columns
    row = layout.tape
    seen = window_of(session)
    # What the lane reads is marked without colour where colour may be missing.
    marked = 0 if glyphs == "blocks" else REVERSE
    frame.text(row, 1, _label(session, seen, left), ink("dim"), left - 2)
    letters = tape_letters(tape, first, last, ascii_only)
    read = _own_letters(session, letters, first, ascii_only)
    has_classes = tape.target is not None and tape.classes
    due = tape.asked_at(first, last + 1).tolist() if has_classes else [False] * len(letters)
    for step, letter, is_asked in zip(range(first, last + 1), letters, due, strict=True):
        column = left + (step - first) * wide
        asked = UNDERLINE if is_asked else 0
        own, letter = step in read, read.get(step, letter)
        if step == t:
            frame.fill(row, column, 1, wide, ink("cursor_text", "cursor", BOLD))
            how = ink("cursor_text", "cursor", BOLD | asked)
        elif step < t or session.future:
            colour = "dim" if step in tape.filled else "accent" if asked else "text"
            how = ink("state" if own else colour, attributes=asked)
            if step in seen:
                how = ink("state" if own else colour, "active", asked | marked)
                frame.fill(row, column, 1, wide, how)
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
    frame.text(row, 1, say(session, "step"), ink("dim"), left - 2)
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
