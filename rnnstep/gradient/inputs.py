"""What each input means to a value of step t: ∂(unit or loss at t)/∂x_k, in log scale.

One row vector is pulled back from t, one small product a step; where a step reads its input (and,
in a cell with x[t-1], earlier ones) the share of the input is taken from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..equations.history import history_name
from ..errors import SignalError, StepError, listed, suggest
from ..learn.batch import Batch
from ..learn.loss import answer_signal, gives_scores, loss_and_adjoint
from ..simulate import Trace
from .jacobians import Jacobians, Stretch
from .scaled import log10_of, rescale
from .tangents import Leaf, Tangents

Array = np.ndarray

LOSS = "loss"
_NOTHING = -(10**9)


@dataclass(frozen=True, eq=False)
class InputGradient:
    """∂(a value at t)/∂x_k for k = first … t.

    Attributes
    ----------
    signal : str
        The signal, or ``loss``.
    unit : int or None
    t : int
    steps : (n,) ndarray of int
        k.
    log10 : (n,) ndarray
        log10 of the Euclidean norm; -inf for exactly zero, NaN for what is not finite.
    direction : (n, D) ndarray
        The gradient divided by its norm; zero where the norm is.
    before : mapping of Leaf to float
        The value times its derivative, summed, for the state at time 0 (and inputs before step 1):
        the share of what there was before the first step. Empty unless first is 1.
    """

    signal: str
    unit: int | None
    t: int
    steps: Array
    log10: Array
    direction: Array
    before: dict[Leaf, float] = field(default_factory=dict)


class _Collector:
    """Sums of row vectors by step, each step with a power of two of its own."""

    def __init__(self, lowest: int, highest: int, width: int) -> None:
        self.lowest = lowest
        self.rows = np.zeros((highest - lowest + 1, width))
        self.exponents = np.full(len(self.rows), _NOTHING)

    def add(self, steps: Array, rows: Array, exponents: Array) -> None:
        """Add rows (n, width) times two to the exponents to the steps, which all differ."""
        at = steps - self.lowest
        inside = at >= 0
        at, rows, exponents = at[inside], rows[inside], exponents[inside]
        top = np.maximum(self.exponents[at], exponents)
        with np.errstate(all="ignore"):
            self.rows[at] = _shifted(self.rows[at], self.exponents[at] - top) + _shifted(
                rows, exponents - top
            )
        self.exponents[at] = top


def _shifted(rows: Array, powers: Array) -> Array:
    return np.ldexp(rows, np.maximum(powers, -4000)[:, None])


def pull_back(
    jacobians: Jacobians, t: int, signal: str, unit: int | None, first: int, target: Array | None
) -> InputGradient:
    """See :meth:`Flow.input_gradient`."""
    trace, layout = jacobians.trace, jacobians.layout
    index, weights = _seed(jacobians, t, signal, unit, target)
    lags = trace.lane.cell.graph.lags
    reach_back = max((lags.get(name, 0) for name in trace.lane.cell.inputs), default=0)
    found = _Collector(
        min(first, 1 - reach_back) if first == 1 else first, t, trace.lane.x.shape[1]
    )
    start = Stretch(jacobians.dag, trace, layout, t, t)
    rows, exponents = np.zeros((1, layout.size)), np.zeros(1, int)
    tangents = start.tangents.of(index)
    with np.errstate(all="ignore"):
        _take_inputs(found, tangents, np.array([t]), weights, exponents)
        for block in layout.blocks:
            part = tangents.get(Leaf(block.name, block.age + 1))
            if part is not None:
                rows[:, block.at] = part.pulled(weights)
        rescale(rows, exponents)
        at = t - 1
        while layout.blocks and at >= first:
            stretch = jacobians.stretch(at)
            low = max(first, stretch.first) - 1
            vectors = np.empty((at - low, layout.size))
            powers = np.empty(len(vectors), int)
            for step in range(at, low, -1):
                vectors[step - low - 1], powers[step - low - 1] = rows[0], exponents[0]
                rows = stretch.pull(rows, step)
                rescale(rows, exponents)
            steps = np.arange(low + 1, at + 1)
            for block in layout.blocks:
                if block.age == 0:
                    own = stretch.tangents.of(jacobians.dag.signals[block.name])
                    which = slice(low + 1 - stretch.first, at + 1 - stretch.first)
                    _take_inputs(found, own, steps, vectors[:, block.at], powers, which)
            at = low
    return _result(jacobians, signal, unit, t, first, found, rows, exponents)


def _seed(
    jacobians: Jacobians, t: int, signal: str, unit: int | None, target: Array | None
) -> tuple[int, Array]:
    """The node that is differentiated, and the weights (1, n) of its units."""
    trace = jacobians.trace
    lane = trace.lane
    if signal == LOSS:
        if unit is not None:
            raise StepError("the loss is one number; it has no unit")
        name, weights = _loss_weights(trace, t, target)
        return jacobians.dag.signals[name], weights
    choices = [*jacobians.dag.signals, LOSS]
    if signal not in jacobians.dag.signals:
        raise SignalError(
            f"{lane.name} has no signal {signal!r}{suggest(signal, choices)};"
            f" it has {listed(choices)}"
        )
    size = lane.sizes.signals[signal]
    if unit is None or not 0 <= unit < size:
        raise StepError(f"{lane.name}.{signal} has no unit {unit}; it has units 0 to {size - 1}")
    weights = np.zeros((1, size))
    weights[0, unit] = 1
    return jacobians.dag.signals[signal], weights


def _loss_weights(trace: Trace, t: int, target: Array | None) -> tuple[str, Array]:
    lane = trace.lane
    if target is None:
        raise SignalError(f"{lane.name}: there is no target, so there is no loss")
    name = answer_signal(lane.cell, target.ndim == 1)
    batch = Batch(lane.x[t - 1 : t, None], target[t - 1 : t, None])
    if not batch.asked.any():
        raise StepError(f"{lane.name}: nothing is asked at step {t}, so there is no loss")
    values = np.zeros((2, 1, lane.sizes.signals[name]))
    values[1, 0] = trace.value(name, t)
    return name, loss_and_adjoint(values, batch, gives_scores(lane.cell))[1][1]


def _take_inputs(
    found: _Collector,
    tangents: Tangents,
    steps: Array,
    vectors: Array,
    powers: Array,
    part: slice = slice(None),
) -> None:
    for leaf, linear in tangents.items():
        if leaf.name == "x":
            shares = linear.at_steps(part).pulled(vectors)
            found.add(steps - leaf.lag, shares, powers)
        elif leaf.name == history_name("x"):
            there = steps > leaf.lag
            shares = linear.at_steps(part).pulled(vectors)
            found.add(steps[there] - leaf.lag, shares[there], powers[there])


def _result(
    jacobians: Jacobians,
    signal: str,
    unit: int | None,
    t: int,
    first: int,
    found: _Collector,
    rows: Array,
    exponents: Array,
) -> InputGradient:
    trace = jacobians.trace
    gradient = found.rows[first - found.lowest :]
    with np.errstate(all="ignore"):
        largest = np.abs(gradient).max(axis=1, keepdims=True)
        usable = np.isfinite(largest) & (largest > 0)
        scaled = np.where(usable, gradient / np.where(usable, largest, 1), gradient)
        norms = np.linalg.norm(scaled, axis=1)
        direction = np.where(usable, scaled / np.where(usable, norms[:, None], 1), gradient)
        log10 = log10_of(norms, found.exponents[first - found.lowest :])
        log10 = log10 + np.where(usable, np.log10(np.where(usable, largest, 1)), 0)[:, 0]
    log10 = np.where(np.isfinite(largest[:, 0]), log10, np.nan)
    before: dict[Leaf, float] = {}
    if first == 1:
        past = trace.past(1)
        for block in jacobians.layout.blocks:
            value = np.asarray(past(block.name, block.age + 1), float)
            share = float(rows[0, block.at] @ value)
            before[Leaf(block.name, block.age + 1)] = float(np.ldexp(share, exponents[0]))
        for lag in range(1, 1 - found.lowest + 1):
            value = np.asarray(past("x", lag), float)
            at = 1 - lag - found.lowest
            share = float(found.rows[at] @ value)
            before[Leaf("x", lag)] = float(np.ldexp(share, max(found.exponents[at], -4000)))
    return InputGradient(
        signal, unit, t, np.arange(first, t + 1), log10, direction, before
    )
