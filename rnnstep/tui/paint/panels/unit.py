"""One signal of the selected unit, as bars along the tape: the map's row as a graph."""

from __future__ import annotations

import numpy as np

from ....session.panels import aspect
from ....simulate import Trace
from ..maps import LOOK, round_up
from ..text import number
from .bars import draw_bars, rows_up
from .view import View


def paint(view: View) -> None:
    """Draw the panel."""
    session = view.session
    name, unit = aspect(session), session.units[session.active]
    trace = session.trace
    signal = trace.lane.cell.graph.signals[name]
    value = float(session.value(session.active, name)[unit])
    last = min(max(session.seen, 1), LOOK)
    low, high = session.analysis.ask(
        ("range", trace, name, unit, last), lambda _: unit_range(trace, name, unit, last)
    ) or (-1.0, 1.0)
    scale = max(-low, high)
    now = "" if np.isnan(value) else f", now {number(value, signal.is_gate).strip()}"
    model = session.run.scenario.models[session.active]
    of = f"{signal.role} of {model.title}"
    view.header(f"{name}[{unit}]", f"{of}, unit {unit}{now}", of + now, signal.role + now,
                now[2:] or signal.role)  # fmt: skip
    up = rows_up(low, high, view.rows)
    until = trace.length if session.future else session.known(session.active, name)
    steps = [step for step in view.steps if step <= until]
    values = trace.rows(name, steps[0], steps[-1] + 1)[:, unit] if steps else np.zeros(0)
    draw_bars(view, values, scale, up)


def unit_range(trace: Trace, name: str, unit: int, last: int) -> tuple[float, float]:
    """Round numbers, with zero between them, that hold the values of one unit up to a step."""
    if trace.lane.cell.graph.signals[name].is_gate:
        return 0.0, 1.0
    values = trace.rows(name, 1, last + 1)[:, unit]
    finite = values[np.isfinite(values)]
    scale = round_up(float(np.abs(finite).max(initial=0.0)))
    return (0.0 if (finite >= 0).all() else -scale), (0.0 if (finite <= 0).all() else scale)
