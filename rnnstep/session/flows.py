"""What the flow panels ask: which state of each lane, how much reaches this step, the verdict.

Everything is asked through the session's analysis, so that it is computed once for each position
and never in the way of a key. The package that computes it is imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..equations.parts import memory_of

if TYPE_CHECKING:
    from ..gradient import Contributions, Flow, Verdict
    from .session import Session

Array = np.ndarray

MEMORY, WHOLE, INPUT = "memory", "all", "input"
"""Aspects beside the states: a lane's memory, its whole state vector, and what its answer still
owes to each input, which a lane without a state has too."""

MAP_STEPS = 160
"""Steps of a map at most; of a longer run it takes steps evenly apart."""


@dataclass(frozen=True, eq=False)
class LaneFlow:
    """How much of each past step reaches a step, in one lane.

    Attributes
    ----------
    lane, state : str
    first : int
        The step of the first value.
    total : (n,) ndarray
        log10 of ‖∂s_t/∂s_k‖ for k = first … t; for the input, of ‖∂y_t/∂x_k‖, with y the unit
        that is answered.
    direct : (n,) ndarray or None
        The same along the state itself; None if the state has no such path.
    verdict : Verdict
    """

    lane: str
    state: str
    first: int
    total: Array
    direct: Array | None
    verdict: Verdict


def flow_aspects(session: Session) -> tuple[str, ...]:
    """What flow can be asked of: memory, all, the states (the active lane's first), the input."""
    names: list[str] = []
    for lane in (session.active, *session.lanes):
        names += [name for name in session.cell(lane).graph.states if name not in names]
    return (MEMORY, WHOLE, *names, INPUT) if names else (INPUT,)


def state_for(session: Session, lane: str, aspect: str) -> str:
    """The state of a lane that an aspect means; empty if the lane has none such."""
    if aspect == INPUT:
        return INPUT
    states = session.cell(lane).graph.states
    if not states:
        return ""
    if aspect == MEMORY:
        return memory_of(session.cell(lane).graph)
    return aspect if aspect in states or aspect == WHOLE else ""


def lane_flow(session: Session, lane: str, aspect: str, first: int) -> LaneFlow | None:
    """Ask for the flow of a lane at the cursor; None while it is computed.

    Parameters
    ----------
    session : Session
    lane : str
        A lane that has the aspect.
    aspect : str
        One of :func:`flow_aspects`.
    first : int
        The first step to look at, at most the cursor's.
    """
    trace, t, state = session.run.traces[lane], session.t, state_for(session, lane, aspect)

    def compute(check: Callable[[], None]) -> LaneFlow:
        from ..gradient import flow_of

        flow = flow_of(trace)
        check()
        if state == INPUT:
            return _input_flow(flow, lane, t, first)
        total = flow.reach(t, state, first).log10
        check()
        direct = None
        if "direct" in flow.paths(state):
            direct = flow.reach(t, state, first, "direct").log10
        return LaneFlow(lane, state, first, total, direct, flow.verdict(t, state))

    return session.analysis.ask(("flow", trace, state, t, first), compute)


def _input_flow(flow: Flow, lane: str, t: int, first: int) -> LaneFlow:
    """What the answer at t owes to each input: the likeliest class, or the first number."""
    from ..gradient import Reach
    from ..gradient.verdict import verdict_of

    cell, trace = flow.trace.lane.cell, flow.trace
    answer = cell.answer
    values = trace.value(answer, t)
    unit = int(np.argmax(values)) if cell.graph.signals[answer].is_gate else 0
    gradient = flow.input_gradient(t, answer, unit, first)
    verdict = verdict_of(Reach(INPUT, t, "total", gradient.steps, gradient.log10))
    return LaneFlow(lane, INPUT, first, gradient.log10, None, verdict)


@dataclass(frozen=True, eq=False)
class FlowMap:
    """‖∂s_t/∂s_k‖ for all pairs of some steps.

    Attributes
    ----------
    steps : (n,) ndarray of int
    log10 : (n, n) ndarray
        Row t, column k; NaN above the diagonal.
    """

    steps: Array
    log10: Array


def flow_map(session: Session, aspect: str, first: int, last: int) -> FlowMap | None:
    """Ask for the map of the active lane; None while it is computed.

    Parameters
    ----------
    session : Session
    aspect : str
    first, last : int
        The steps; where they are more than ``MAP_STEPS``, evenly apart.
    """
    trace, state = session.trace, state_for(session, session.active, aspect)
    count = min(last - first + 1, MAP_STEPS)
    steps = np.unique(np.linspace(first, last, count).round().astype(int))

    def compute(check: Callable[[], None]) -> FlowMap:
        from ..gradient import flow_of

        found = flow_of(trace).map(state, steps.tolist(), lambda share: check())
        return FlowMap(steps, found)

    return session.analysis.ask(("map", trace, state, first, last), compute)


def unit_contributions(session: Session, signal: str, unit: int) -> Contributions | None:
    """Ask what each past step contributed to a unit at the cursor; None while it is computed."""
    trace, t = session.trace, session.t

    def compute(check: Callable[[], None]) -> Contributions:
        from ..gradient import contributions

        return contributions(trace, t, signal, unit)

    return session.analysis.ask(("contributions", trace, signal, unit, t), compute)
