"""The inspector: each equation of the step for the selected unit, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...equations.parts import labelled, parts_of
from ...equations.render import Substitution, unicode, with_numbers
from ...export.patched import changes_text, edit_text
from ...export.text import cell_width, short_exponent, wrap
from ...scenario.tape import visible
from ...session.selection import selected
from ...session.session import Session
from ...session.words import say
from ...simulate.patched import Change, patches_at
from ..frame import Frame, ink
from ..layout import Box
from ..palette import BOLD
from .chain import paint_chain
from .text import number

_NAME, _VALUE = 10, 8  # Cells of a name and of a value on a row of one line.
_SHORT = 32  # Cells from which on a row of one line says what the equation gave before a patch.
_Line = tuple[str, str]
"""A line and its colour."""


@dataclass(frozen=True)
class Row:
    """One equation as the inspector shows it, or an input that was patched.

    ``value`` is what the later equations find. Where patches fired, ``given`` is what the equation
    gave, and ``patched`` says what they did, in forms from long to short.
    """

    signal: str
    role: str
    state: bool
    symbols: str
    numbers: str
    value: str
    known: bool
    parts: tuple[str, ...] = ()
    given: str = ""
    patched: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The signal without its unit."""
        return self.signal.partition("[")[0]

    @property
    def result(self) -> str:
        """The equation in numbers, with what it gave where the value is another one."""
        return f"{self.numbers} = {self.given}" if self.given else self.numbers


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
        rows += _edited_input(session, lane, t)
    past = trace.past(t)
    tape = session.run.scenario.tape
    parts = parts_of(cell.graph)
    for name, signal in cell.graph.signals.items():
        equation = signal.equation
        known = t > 0 and session.known(lane, name) >= t
        label = ""
        lines: tuple[str, ...] = ()
        patched: tuple[str, ...] = ()
        gave = ""
        if known:
            now[name] = trace.value(name, t)
            size = len(now[name])
            shown = unit if size == session.width(lane) else int(np.argmax(now[name]))
            if size != session.width(lane) and size > 1:
                labels = tape.labels
                label = f"[{visible(labels[shown]) if len(labels) == size else shown}]"
            changes = patches_at(trace, name, t, shown)
            given = None
            if changes:
                given, patched = changes[0].before, _patched(session, changes, shown)
                gave = _minus(given)
            found: Substitution = with_numbers(equation, now, past, shown, _short, given)
            value = number(float(now[name][shown]), signal.is_gate)
            symbols, numbers = found.symbols.partition(" = ")[2], found.numbers
            if name in parts:
                terms = [part.with_numbers(now, past, shown, _short) for part in parts[name]]
                numbers = labelled(parts[name], (term.numbers for term in terms))
                lines = tuple(
                    f"{part.label} {part.words} = {_minus(term.value)}"
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
                symbols, numbers, value, known, tuple(sorted(lines)), gave, patched)
        )  # fmt: skip
    return rows


def _patched(session: Session, changes: tuple[Change, ...], unit: int) -> tuple[str, ...]:
    """What patches did to a value, in forms from long to short."""
    label, unchanged = say(session, "patched"), say(session, "unchanged")
    texts = (
        changes_text(changes, _minus, unchanged),
        "; ".join(str(change.patch) for change in changes),
        "; ".join(str(change.patch.of_unit(unit)) for change in changes),
    )
    return tuple(f"{label}: {text}" for text in texts)


def _edited_input(session: Session, lane: str, t: int) -> list[Row]:
    """The input as a row, if patches fired on it."""
    reading = session.run.reading(lane, t)
    if not reading.patches:
        return []
    label, unchanged = say(session, "patched"), say(session, "unchanged")
    given = say(session, "answer is" if reading.own else "tape has")
    patches = "; ".join(map(str, reading.patches))
    forms = f"{label}: {edit_text(reading, given, unchanged)}", f"{label}: {patches}"
    value = reading.text if cell_width(reading.text) < _VALUE else ""
    return [Row("x", say(session, "input"), False, "", "", value, True, patched=forms)]


def _minus(value: float) -> str:
    """A number as it stands among those of an equation."""
    return _short(value).replace("-", "−")


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
        symbol = f"x = {session.run.reading(session.active, session.t).text}"
        at = box.left + box.width - cell_width(symbol) - 1
        if at > left + cell_width(head):
            frame.text(row, at, symbol, ink("text", "active"))
    space, chosen = box.height - 1, selected(session).signal
    rows = _most_wanted(substitutions(session), chosen, space)
    blocks = [_block(item, room) for item in rows]
    for lines in (3, 2, 1):
        if sum(map(len, blocks)) <= space:
            break
        blocks = [_shorter(item, room, lines) for item in rows]
    row += 1
    for item, block in zip(rows, blocks, strict=True):
        for number_, (line, colour) in enumerate(block):
            if row >= box.top + box.height:
                return
            if number_ == 0:
                here = item.name == chosen
                name = "cursor" if here else "dim" if not item.known and not item.value else (
                    "state" if item.state else "text"
                )  # fmt: skip
                column = frame.text(row, left, item.signal, ink(name, attributes=BOLD), room)
                if len(block) > 1:
                    frame.text(row, column + 1, item.role, ink("dim"), max(room - 12, 0))
                text = item.value
                frame.text(row, box.left + box.width - 1 - cell_width(text), text,
                           ink("cursor", attributes=BOLD))  # fmt: skip
                if len(block) == 1 and line:
                    frame.text(row, left + _NAME, line, ink(colour), room - _NAME - _VALUE)
            else:
                frame.text(row, left + 2, line, ink(colour), room - 2)
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


def _most_wanted(rows: list[Row], chosen: str, space: int) -> list[Row]:
    """The rows that there is a line for: those that were patched before the chosen signal's, and
    this before the others."""
    order = sorted(range(len(rows)), key=lambda k: (not rows[k].patched, rows[k].name != chosen, k))
    return [rows[k] for k in sorted(order[:space])]


def _block(item: Row, room: int) -> list[_Line]:
    """A row with all that it has to say: the line of its name, and those below it."""
    lines = [(item.symbols, "accent")]
    if item.given and cell_width(item.result) > room - 2:
        lines += [(item.numbers, "text"), (f"= {item.given}", "text")]
    elif item.result != item.symbols:
        lines.append((item.result, "text"))
    lines += [(line, "dim") for line in item.parts]
    lines += [(form, "state") for form in item.patched[:1]]
    return [("", ""), *((line, name) for text, name in lines if text
                        for line in wrap(text, room - 2))]  # fmt: skip


def _shorter(item: Row, room: int, lines: int) -> list[_Line]:
    """A row in fewer lines, the last of them what patches did to it."""
    equation = (item.result, "text") if item.result else (item.symbols, "accent")
    if lines == 1 and item.patched:
        forms, space = list(item.patched), room - _NAME - _VALUE
        if item.given and space >= _SHORT:
            forms = [f"= {item.given}; {form}" for form in item.patched]
            forms.insert(0, f"{item.numbers} {forms[0]}")
        return [(_fitting(forms, space), "state")]
    if lines == 1:
        return [equation]
    patched = [(_fitting(item.patched, room - 2), "state")] if item.patched else []
    symbols = [(item.symbols, "accent")] if lines == 3 and item.result and item.symbols else []
    return [("", ""), *symbols, *([equation] if equation[0] else []), *patched]


def _fitting(forms: Sequence[str], room: int) -> str:
    """The first form that fits, or else the last one."""
    return next((form for form in forms if cell_width(form) <= room), forms[-1])
