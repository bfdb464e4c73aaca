"""What is selected in the active lane: a signal and a unit of it, a value that keys are about.

A lane's first state is selected until another signal is chosen. Signals are in the order of their
maps; those that no map shows, such as a readout, come last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import SignalError, listed, suggest
from ..learn.initialise import keep_gates
from .lanes import check_lane

if TYPE_CHECKING:
    from ..cells import Cell
    from .session import Session

_FORM = re.compile(r"(?:(\w+)\s*\.\s*)?(\w+)\s*(?:\[\s*(\d{1,9})\s*\])?")


@dataclass(frozen=True)
class Selected:
    """One value of a step: a unit of a lane's signal."""

    lane: str
    signal: str
    unit: int

    def __str__(self) -> str:
        return f"{self.lane}.{self.signal}[{self.unit}]"


def signal_order(cell: Cell) -> tuple[str, ...]:
    """A cell's signals: states, the gates that keep them, other gates, the rest, the readout."""
    graph = cell.graph
    keeping = {gate.gate for gate in keep_gates(graph)}

    def rank(name: str) -> int:
        signal = graph.signals[name]
        if name in cell.appended:
            return 4
        return 0 if signal.is_state else 1 if name in keeping else 2 if signal.is_gate else 3

    return tuple(sorted(graph.signals, key=rank))


def signals_here(session: Session) -> tuple[str, ...]:
    """Signals of the active lane that have the selected unit."""
    model, unit = session.run.scenario.models[session.active], session.units[session.active]
    return tuple(n for n in signal_order(model.cell) if unit < model.sizes.signals[n])


def selected(session: Session) -> Selected:
    """The value that is selected."""
    lane, here = session.active, signals_here(session)
    chosen = session.signals.get(lane, "")
    return Selected(lane, chosen if chosen in here else here[0], session.units[lane])


def select_signal(session: Session, name: str) -> None:
    """Select a signal of the active lane, in the selected unit."""
    session.signals[session.active] = name


def next_signal(session: Session, direction: int) -> None:
    """Select the next signal that has the selected unit, or (-1) the one before."""
    here = signals_here(session)
    at = here.index(selected(session).signal)
    if len(here) == 1:
        session.message = f"no other signal of {session.active} has that unit"
        return
    select_signal(session, here[(at + direction) % len(here)])
    _tell(session)


def next_unit(session: Session, direction: int) -> None:
    """Select the next unit of the selected signal, or (-1) the one before."""
    now = selected(session)
    size = session.run.scenario.models[now.lane].sizes.signals[now.signal]
    session.select_unit(max(0, min(now.unit + direction, size - 1)))
    if session.units[now.lane] == now.unit:
        which = "only" if size == 1 else "last" if direction > 0 else "first"
        session.message = f"{now} is the {which} unit to select"


def select(session: Session, text: str) -> None:
    """Select what is named: ``lstm.f[3]``, ``f[3]``, ``lstm.f`` or a lane alone.

    Raises
    ------
    SignalError
        If there is no such value that could be selected.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise SignalError(f"{text!r} is no value of a lane; it has the form lstm.f[3]")
    lane, name, digits = found[1] or "", found[2], found[3]
    if not lane and not digits and name in session.lanes:
        session.select_lane(name)
        _tell(session)
        return
    lane = lane or session.active
    check_lane(session, lane)
    model = session.run.scenario.models[lane]
    order = signal_order(model.cell)
    if name not in order:
        raise SignalError(f"{lane} has no signal {name!r}{suggest(name, order)};"
                          f" it has {listed(order)}")  # fmt: skip
    # Panels show the selected unit of the output and of the states too.
    size = min(model.sizes.signals[name], session.width(lane))
    unit = int(digits) if digits else min(session.units[lane], size - 1)
    if unit >= size:
        raise SignalError(f"{lane}.{name} has no unit {unit} to select; it has 0 to {size - 1}")
    session.select_lane(lane)
    select_signal(session, name)
    session.select_unit(unit)
    _tell(session)


def _tell(session: Session) -> None:
    now = selected(session)
    role = session.cell(now.lane).graph.signals[now.signal].role
    session.message = f"{now}" + (f": {role}" if role and role != now.signal else "")
