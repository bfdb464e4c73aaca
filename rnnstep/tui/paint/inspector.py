"""The inspector: each equation of the step for the selected unit, in symbols and in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...equations.parts import labelled, parts_of
from ...equations.render import Substitution, unicode, with_numbers
from ...export.text import cell_width, short_exponent, wrap
from ...scenario.tape import visible
from ...session.selection import selected
from ...session.session import Session
from ...session.words import say
from ..frame import Frame, ink
from ..layout import Box
from ..palette import BOLD
from .chain import paint_chain
from .text import number


@dataclass(frozen=True)
class Row:
    """One equation as the inspector shows it."""

    signal: str
    role: str
    state: bool
    symbols: str
    numbers: str
    value: str
    known: bool
    parts: tuple[str, ...] = ()


def substitutions(session: Session) -> list[Row]:
    """The equations of the step where we stand, for the active lane's selected unit.

    A signal of another size than the lane's output shows the unit of the same number, or its
    largest one (for a readout: the class that is answered).
    """
    lane = session.active
    trace = session.run.traces[lane]
    cell = session.cell(lane)
    t, unit = session.t, session.units[lane]
    rows = []
    now: dict[str, np.ndarray] = dict(trace.lane.params)
    if t > 0:
        now |= trace.inputs(t)
    past = trace.past(t)
    tape = session.run.scenario.tape
    parts = parts_of(cell.graph)
    for name, signal in cell.graph.signals.items():
        equation = signal.equation
        known = t > 0 and session.known(lane, name) >= t
        label = ""
        lines: tuple[str, ...] = ()
        if known:
            now[name] = trace.value(name, t)
            size = len(now[name])
            shown = unit if size == session.width(lane) else int(np.argmax(now[name]))
            if size != session.width(lane) and size > 1:
                labels = tape.labels
                label = f"[{visible(labels[shown]) if len(labels) == size else shown}]"
            found: Substitution = with_numbers(equation, now, past, shown, _short)
            value = number(found.value, signal.is_gate)
            symbols, numbers = found.symbols.partition(" = ")[2], found.numbers
            if name in parts:
                terms = [part.with_numbers(now, past, shown, _short) for part in parts[name]]
                numbers = labelled(parts[name], (term.numbers for term in terms))
                lines = tuple(
                    f"{part.label} {part.words} = {_short(term.value).replace('-', '−')}"
                    for part, term in zip(parts[name], terms, strict=True)
                )
        else:
            symbols, value = unicode(equation).partition(" = ")[2], ""
            numbers = say(session, "not computed")
            if t == 0:
                numbers = ""
                if signal.is_state:
                    start = trace.value(name, 0)
                    shown = min(unit, len(start) - 1)
                    numbers, value = say(session, "start"), number(float(start[shown]), False)
        if name in parts:
            symbols = labelled(parts[name], (part.symbols for part in parts[name]))
        rows.append(
            Row(name + label, signal.role if signal.role != name else "", signal.is_state,
                symbols, numbers, value, known, tuple(sorted(lines)))
        )  # fmt: skip
    return rows


def _short(value: float) -> str:
    size = abs(value)
    if not np.isfinite(value):
        return str(value)
    if size and (size < 0.001 or size >= 10000):
        return short_exponent(f"{value:.2g}" if size < 0.001 else f"{value:.1e}")
    return f"{value:.3f}".rstrip("0").rstrip(".") if size < 100 else f"{value:.0f}"


def paint_inspector(frame: Frame, session: Session, box: Box, ascii_only: bool) -> None:
    """Draw the inspector, with as much of each equation as there is room for."""
    if box.left > 0:
        frame.fill(box.top, box.left - 1, box.height, 1, ink("faint"), "|" if ascii_only else "│")
    model = session.run.scenario.models[session.active]
    unit, width = session.units[session.active], session.width(session.active)
    left, room = box.left + 1, box.width - 2
    row = box.top
    frame.fill(row, box.left, 1, box.width, ink("text", "active"))
    among = "unit among" if width > 1 else "unit"
    head = f"{model.title} · {say(session, among, unit=unit, last=width - 1)}"
    frame.text(row, left, head, ink("text", "active", BOLD), room)
    symbol = ""
    if session.t > 0:
        own = session.run.own_input(session.active, session.t)
        symbol = f"x = {own or visible(session.run.scenario.tape.symbols[session.t - 1])}"
        at = box.left + box.width - cell_width(symbol) - 1
        if at > left + cell_width(head):
            frame.text(row, at, symbol, ink("text", "active"))
    rows = substitutions(session)
    space = box.height - 1
    blocks = [_block(item, room) for item in rows]
    for lines in (None, 3, 2, 1):
        if lines is not None:
            blocks = [_shorter(item, room, lines) for item in rows]
        if sum(len(block) for block in blocks) <= space:
            break
    row += 1
    chosen = selected(session).signal
    for item, block in zip(rows, blocks, strict=True):
        for number_, line in enumerate(block):
            if row >= box.top + box.height:
                return
            if number_ == 0:
                here = item.signal.partition("[")[0] == chosen
                name = "cursor" if here else "dim" if not item.known and not item.value else (
                    "state" if item.state else "text"
                )  # fmt: skip
                column = frame.text(row, left, item.signal, ink(name, attributes=BOLD), room)
                if len(block) > 1:
                    frame.text(row, column + 1, item.role, ink("dim"), max(room - 12, 0))
                text = item.value
                frame.text(row, box.left + box.width - 1 - len(text), text,
                           ink("cursor", attributes=BOLD))  # fmt: skip
                if len(block) == 1 and line:
                    frame.text(row, left + 10, line, ink("text"), room - 18)
            else:
                is_symbols = line in _lines(item.symbols, room)
                name = "accent" if is_symbols else "dim" if line in item.parts else "text"
                frame.text(row, left + 2, line, ink(name), room - 2)
            row += 1
    row = paint_chain(frame, session, box, row, ascii_only)
    _facts(frame, session, box, row + 1)


def _facts(frame: Frame, session: Session, box: Box, row: int) -> None:
    """What is known of the model, where the equations leave room."""
    model = session.run.scenario.models[session.active]
    left, room = box.left + 1, box.width - 2
    lines = [(model.note, "text"), (_cost(session), "text")]
    lines += [(model.cell.source, "dim"), (model.cell.notes, "dim")]
    if model.free_from is not None:
        free = say(session, "free", step=model.free_from)
        lines.append((f"{free} · {say(session, 'reads its answers')}", "dim"))
    lines.append((model.learned, "dim"))
    if row < box.top + box.height - 1:
        frame.fill(row, left, 1, room, ink("faint"), "─")
        row += 1
    for text, name in lines:
        for line in wrap(text, room) if text else []:
            if row >= box.top + box.height:
                return
            frame.text(row, left, line, ink(name), room)
            row += 1


def _cost(session: Session) -> str:
    """What the step costs, of how many parameters."""
    count = session.run.scenario.models[session.active].sizes.count
    cost = session.run.cost(session.active, session.t)
    if cost is None:
        return say(session, "parameters", count=count)
    return say(
        session, "cost", step=session.t, read=cost.parameters, count=count,
        work=cost.multiply_adds,
    )  # fmt: skip


def _lines(text: str, room: int) -> list[str]:
    return wrap(text, room - 2)


def _block(item: Row, room: int) -> list[str]:
    lines = ["", *_lines(item.symbols, room)]
    if item.numbers and item.numbers != item.symbols:
        lines += _lines(item.numbers, room)
    return [*lines, *item.parts]


def _shorter(item: Row, room: int, lines: int) -> list[str]:
    numbers = item.numbers
    if lines == 3:
        return ["", item.symbols, *([numbers] if numbers else [])]
    if lines == 2:
        return ["", numbers or item.symbols]
    return [numbers or item.symbols]
