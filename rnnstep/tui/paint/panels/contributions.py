"""Which steps wrote the value that stands in the selected unit now, as signed bars on the tape."""

from __future__ import annotations

import numpy as np

from ....session.flows import unit_contributions
from ....session.panels import aspect
from ..maps import round_up
from ..text import number
from .bars import draw_bars, rows_up
from .view import View


def paint(view: View) -> None:
    """Draw the panel."""
    session = view.session
    name, unit, t = aspect(session), session.units[session.active], session.t
    model = session.run.scenario.models[session.active]
    if not name:
        view.header("contributions", f"{model.title} has no state")
        return
    if t == 0:
        view.header("contributions", "at the initial state nothing is written yet")
        return
    unit = min(unit, model.sizes.signals[name] - 1)
    found = unit_contributions(session, name, unit)
    if found is None:
        view.computing("contributions")
        return
    first = view.steps[0]
    values = found.values[first : t + 1]
    written = found.written
    outside = float(found.values[:first].sum())
    value, rest = number(found.total).strip(), number(outside).strip()
    where = "before this page" if first > 1 else "at the start"
    head, total = f"{name}[{unit}] = {value}", number(written).strip()
    if found.kind == "exact":
        forms = (f"exact sum of the bars and {rest} {where}", f"sum of bars, and {rest} {where}",
                 "the sum of the bars")  # fmt: skip
    else:
        forms = (f"linearised (gradient × input): sum {total}, with {rest} {where}",
                 f"linearised: sum {total}, {rest} {where}",
                 f"linearised: {total}")  # fmt: skip
    view.header("contributions", *(f"{head}, {form}" for form in forms), head)
    finite = values[np.isfinite(values)]
    scale = round_up(float(np.abs(finite).max(initial=0.0)))
    up = rows_up(float(finite.min(initial=0.0)), float(finite.max(initial=0.0)), view.rows)
    draw_bars(view, values, scale, up)
