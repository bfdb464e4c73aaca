"""Gradient flow and contributions: what an earlier step means to a later one.

They name what they are about as conditions do: ``rnn`` is a lane's whole state vector, ``rnn.h`` a
state, ``lstm.c[0]`` a unit of it. A step is a number or a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...equations.render import plain_expression
from ...errors import RnnstepError, listed, suggest
from ...gradient import Flow, contributions, verdict_of
from ...gradient.state import ALL
from ...simulate.condition import Evaluation
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace

PATHS = ("total", "direct", "gates")


def flow(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``flow(lane.state, from, to)``: log10 of the spectral norm of ∂(state at to)/∂(at from)."""
    lane, state, first, last, path = _reach(space, evaluation, node)
    return _asked(
        space, evaluation, node, lane, lambda flow: flow.reach(last, state, first, path).log10[0]
    )


def flow_rate(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``flow_rate(lane.state, from, to)``: what a step multiplies that norm with, as fitted."""
    lane, state, first, last, path = _reach(space, evaluation, node)
    return _asked(
        space, evaluation, node, lane,
        lambda flow: verdict_of(flow.reach(last, state, first, path)).rate,
    )  # fmt: skip


def spectral_radius(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``spectral_radius(lane, 'U_h')``: of a matrix; with (lane.state, step), of its Jacobian."""
    evaluation.arguments(node, "lane or lane.state", "'matrix' or step")
    about, which = node.arguments
    if not isinstance(which, s.Text):
        lane, state = _state_of(space, evaluation, about)
        step = evaluation.step(which)
        if step < 1:
            raise evaluation.error(which, "step 0 has no Jacobian; there is nothing before it")
        return _asked(
            space, evaluation, node, lane,
            lambda flow: flow.measures(state, step, step).spectral_radius[0],
        )  # fmt: skip
    lane = evaluation.lane_of(about)
    model = space.scenario.models[lane]
    square = [n for n, p in model.sizes.params.items() if len(p) == 2 and p[0] == p[1]]
    if which.value not in square:
        raise evaluation.error(
            which, f"{lane} has no square matrix {which.value!r}{suggest(which.value, square)};"
            f" it has {listed(square)}"
        )  # fmt: skip
    if space.run is None or model.params is None:
        return single(0)
    return single(float(np.abs(np.linalg.eigvals(model.params[which.value])).max()))


def input_gradient(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``input_gradient(lane.y[unit] or lane.loss, from, to)``: log10 ‖∂(it at to)/∂x_from‖."""
    evaluation.arguments(node, "lane.signal[unit] or lane.loss", "from step", "to step")
    about = node.arguments[0]
    first, last = _steps(evaluation, node, 1)
    if isinstance(about, s.Attribute) and about.name == "loss":
        lane, signal, unit = evaluation.lane_of(about.base), "loss", None
        if space.scenario.tape.target is None:
            raise evaluation.error(about, "the input has no target, so there is no loss")
    else:
        lane, signal, unit = _unit_of(space, evaluation, about)
    return _asked(
        space, evaluation, node, lane,
        lambda flow: flow.input_gradient(last, signal, unit, first).log10[0],
    )  # fmt: skip


def contribution(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``contribution(lane.signal[unit], from, to)``: what an earlier step contributed to it."""
    evaluation.arguments(node, "lane.signal[unit]", "from step", "to step")
    lane, signal, unit = _unit_of(space, evaluation, node.arguments[0])
    first, last = _steps(evaluation, node, 0)
    return _asked(
        space, evaluation, node, lane,
        lambda flow: contributions(flow.trace, last, signal, unit).values[first],
    )  # fmt: skip


def contribution_gap(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``contribution_gap(lane.signal)``: by how much contributions miss each unit, at each step.

    Relative to the sum of their magnitudes, so that rounding is about 1e-16 whatever the size.
    """
    evaluation.arguments(node, "lane.signal")
    about = node.arguments[0]
    lane, signal = _signal_of(space, evaluation, about)
    units = space.scenario.models[lane].sizes.signals[signal]
    steps = range(evaluation.start, evaluation.stop)
    found = np.zeros((len(steps), units))
    if space.run is None:
        return found
    trace = space.run[lane]
    for row, t in enumerate(steps):
        for unit in range(units):
            try:
                shares = contributions(trace, t, signal, unit)
            except RnnstepError as error:
                raise evaluation.error(node, str(error)) from None
            size = float(np.abs(shares.values).sum())
            found[row, unit] = abs(shares.gap) / size if size else abs(shares.gap)
    return found


def _asked(
    space: RunSpace,
    evaluation: Evaluation,
    node: s.Call,
    lane: str,
    compute: Callable[[Flow], float],
) -> Array:
    """What a lane's flow answers; its errors get their place in the condition."""
    if space.run is None:
        return single(0)
    try:
        return single(compute(space.run.flow(lane)))
    except RnnstepError as error:
        raise evaluation.error(node, str(error)) from None


def _reach(
    space: RunSpace, evaluation: Evaluation, node: s.Call
) -> tuple[str, str, int, int, str]:
    """(lane, state, from, to, path) of a call."""
    wrong = [key for key, _ in node.keywords if key != "path"]
    if len(node.arguments) != 3 or wrong:
        raise evaluation.error(
            node, f"{node.function} is called as {node.function}(lane.state, from step, to step),"
            " with path='direct' or path='gates' for one path alone"
        )  # fmt: skip
    path = "total"
    for _, value in node.keywords:
        if not isinstance(value, s.Text) or value.value not in PATHS:
            raise evaluation.error(value, f"path can be {listed(repr(p) for p in PATHS)}")
        path = value.value
    lane, state = _state_of(space, evaluation, node.arguments[0])
    return lane, state, *_steps(evaluation, node, 0), path


def _steps(evaluation: Evaluation, node: s.Call, lowest: int) -> tuple[int, int]:
    first, last = evaluation.step(node.arguments[1]), evaluation.step(node.arguments[2])
    if not lowest <= first <= last:
        raise evaluation.error(
            node, f"{node.function} looks back from a step to an earlier one, from {lowest} on;"
            f" this is from {first} to {last}"
        )  # fmt: skip
    return first, last


def _state_of(space: RunSpace, evaluation: Evaluation, node: s.Expression) -> tuple[str, str]:
    """(lane, state); a lane alone is its whole state vector."""
    lane = evaluation.lane_of(node.base if isinstance(node, s.Attribute) else node)
    states = space.scenario.models[lane].cell.graph.states
    if not states:
        raise evaluation.error(node, f"{lane} has no state, so nothing flows from step to step")
    if not isinstance(node, s.Attribute):
        return lane, ALL
    return lane, _known(evaluation, node, f"{lane} has no state", states)


def _signal_of(space: RunSpace, evaluation: Evaluation, node: s.Expression) -> tuple[str, str]:
    if not isinstance(node, s.Attribute):
        raise evaluation.error(node, f"{plain_expression(node)} is no signal, as lstm.c is")
    lane = evaluation.lane_of(node.base)
    signals = space.scenario.models[lane].cell.graph.signals
    return lane, _known(evaluation, node, f"{lane} has no signal", signals)


def _known(
    evaluation: Evaluation, node: s.Attribute, message: str, choices: Iterable[str]
) -> str:
    """The name behind the dot, if it is one of the choices."""
    names = tuple(choices)
    if node.name in names:
        return node.name
    raise evaluation.error(
        node, f"{message} {node.name!r}{suggest(node.name, names)}; it has {listed(names)}"
    )


def _unit_of(
    space: RunSpace, evaluation: Evaluation, node: s.Expression
) -> tuple[str, str, int]:
    if not isinstance(node, s.Index) or isinstance(node.index, s.Slice):
        raise evaluation.error(node, f"{plain_expression(node)} is no unit, as lstm.c[0] is")
    lane, signal = _signal_of(space, evaluation, node.base)
    size = space.scenario.models[lane].sizes.signals[signal]
    labels = space.labels(lane, signal)
    if isinstance(node.index, s.Text) and node.index.value in labels:
        return lane, signal, labels.index(node.index.value)
    unit = evaluation.whole(node.index, "a unit")
    if not -size <= unit < size:
        raise evaluation.error(
            node.index, f"{signal} has no unit {unit}; it has units 0 to {size - 1}"
        )
    return lane, signal, unit % size
