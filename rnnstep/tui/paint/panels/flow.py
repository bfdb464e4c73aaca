"""How much of each past step still reaches this one: ‖∂s_t/∂s_k‖ of every lane on one log axis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ....export.text import short_exponent
from ....session.flows import INPUT, MEMORY, WHOLE, LaneFlow, lane_flow, state_for
from ....session.panels import aspect
from ....session.session import Session
from ...frame import ink
from ...layout import Layout
from ...palette import BOLD
from .curves import LogAxis, make_axis
from .marks import header_mark, lane_mark
from .view import LaneFact, View

_NOTE = "how far back training feels, not who is right"
_SYMBOLS = {MEMORY: ("s", "s"), WHOLE: ("s", "s"), INPUT: ("y", "x")}


def _flows(session: Session, layout: Layout) -> dict[str, LaneFlow | None]:
    """The flow of each lane that has the aspect; None while it is computed."""
    first = min(layout.page_of(session.t)[0], session.t)
    chosen = aspect(session)
    lanes = [lane for lane in session.shown if state_for(session, lane, chosen)]
    # The active lane first: its answer is wanted most.
    lanes.sort(key=lambda lane: lane != session.active)
    return {lane: lane_flow(session, lane, chosen, first) for lane in lanes}


def facts(session: Session, layout: Layout, glyphs: str) -> Mapping[str, LaneFact]:
    """The verdict of each lane for its header, and the glyph of its curve."""
    found = {}
    flows = _flows(session, layout)
    for lane in session.shown:
        mark, colour = header_mark(session, lane, glyphs)
        if lane not in flows:
            has = bool(session.cell(lane).graph.states)
            why = (f"has no {aspect(session)}",) if has else ("no state: nothing flows", "no state")
            found[lane] = LaneFact(" ", colour, why)
            continue
        flow = flows[lane]
        if flow is None:
            found[lane] = LaneFact(mark, colour, ("computing …",))
            continue
        found[lane] = LaneFact(mark, colour, _forms(flow))
    return found


def _forms(flow: LaneFlow) -> tuple[str, ...]:
    """A verdict in fewer and fewer words."""
    verdict, kind = flow.verdict, flow.verdict.kind
    state = "" if flow.state in (WHOLE, INPUT) else f" of {flow.state}"
    dead = np.flatnonzero(flow.total == -np.inf)
    if len(dead):
        back = f"exactly 0 from {len(flow.total) - 1 - int(dead[-1])} steps back on"
        return (f"gradient{state} {kind}: {back}", f"{kind}: {back}", f"{kind}: 0", kind)
    if not verdict.half_life:
        long = (f"gradient{state} {verdict.text}",) if kind == "steady" else ()
        return (*long, verdict.text, kind)
    change = f"{'÷' if kind == 'vanishing' else '×'}2 every {_steps(verdict.half_life)}"
    return (
        f"gradient{state} {kind}: {change} back", f"gradient {kind}: {change} back",
        f"{kind}: {change} back", f"{kind}: {change}", kind,
    )  # fmt: skip


def _steps(count: float) -> str:
    """A number of steps, to the precision that a rate has."""
    text = f"{count:.2g}" if count < 10 else f"{count:,.0f}" if count < 1e5 else f"{count:.0e}"
    return "step" if text == "1" else f"{short_exponent(text)} steps"


def paint(view: View) -> None:
    """Draw the panel."""
    session = view.session
    t, chosen = session.t, aspect(session)
    above, below = _SYMBOLS.get(chosen, (chosen, chosen))
    if t == 0:
        view.header("flow", "at the initial state nothing is past yet")
        return
    flows = {lane: flow for lane, flow in _flows(session, view.layout).items() if flow}
    if session.analysis.waiting:
        view.header("flow", "computing … esc gives up")
    else:
        norm = f"‖∂{above}_t/∂{below}_k‖"
        long, short = (
            "how much the answer owes to each past input", "what the answer owes to inputs"
        ) if chosen == INPUT else (
            f"how much of each past step reaches step {t}", f"what reaches step {t}"
        )  # fmt: skip
        view.header("flow", f"{long} · {norm}", f"{short} · {norm}", short, f"to step {t}")
    every = [flow.total for flow in flows.values()]
    axis = make_axis(np.concatenate(every) if every else np.zeros(1), view.rows)
    _axis(view, axis)
    _curves(view, axis, flows)
    active = flows.get(session.active)
    lines = [_NOTE]
    if active is not None and active.direct is not None:
        dot = "." if view.plain else "·"
        lines.append(f"{dot} direct path: what the gate alone keeps of {active.state}")
    view.aside(lines, bottom=True)


def _axis(view: View, axis: LogAxis) -> None:
    """Labels on the left, and a line where everything arrives whole."""
    layout, frame = view.layout, view.frame
    labelled = {0, axis.one, axis.rows - 1}
    gap = 2 if axis.rows > 5 else 1
    labelled |= {
        row for row in range(axis.one % gap, axis.rows, gap) if abs(row - axis.one) >= gap
    }
    for row in range(axis.rows):
        text = axis.label(row)
        if row in labelled and text:
            view.gutter(view.top + row, f"{text} ", "text" if row == axis.one else "dim")
    last = view.steps[-1] if len(view.steps) else 1
    stop = layout.column(last) + layout.columns
    line = "-" if view.plain else "─"
    frame.fill(view.top + axis.one, layout.left, 1, stop - layout.left, ink("faint"), line)
    if layout.left >= 15 and aspect(view.session) != INPUT:
        frame.text(view.top + axis.one, 1, "whole", ink("dim"))


def _curves(view: View, axis: LogAxis, flows: Mapping[str, LaneFlow]) -> None:
    """One glyph a step and lane; where lanes meet they take turns along the tape."""
    session, top = view.session, view.top
    cells: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for lane, flow in flows.items():
        mark, colour = lane_mark(session, lane, view.plain)
        if lane == session.active and flow.direct is not None:
            dot = "." if view.plain else "·"
            for number, value in enumerate(flow.direct.tolist()):
                if np.isfinite(value):
                    place = (axis.row(value), flow.first + number)
                    view.frame.text(top + place[0], view.column(place[1]), dot, ink(colour))
        for number, value in enumerate(flow.total.tolist()):
            glyph = "!" if np.isnan(value) else "0" if value == -np.inf else mark
            row = axis.rows - 1 if np.isnan(value) else axis.row(value)
            cells.setdefault((row, flow.first + number), []).append((glyph, colour))
    for (row, step), marks in cells.items():
        glyph, colour = marks[step % len(marks)]
        view.frame.text(top + row, view.column(step), glyph, ink(colour, attributes=BOLD))
