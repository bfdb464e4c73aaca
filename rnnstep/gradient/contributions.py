"""What each past step contributed to a value that stands here now.

Where a state is kept by a gate, s_t = a_t ⊙ s_{t-1} + b_t, its value is a sum over its past,

    s_t = Σ_k (Π_{j>k} a_j) ⊙ b_k + (Π_j a_j) ⊙ s_0,

which is exact: for the LSTM a = f and b = i ⊙ g, for the GRU a = z (or 1 - z) and b the rest. The
gates depend on the past themselves; the sum says which step wrote what is read now, not what would
have been without that step. For every other signal the shares are gradient × input over x and over
the state at time 0: a linearised reading, which need not sum to the value; ``gap`` says by how much
it does not.

Source: Levy, Lee, FitzGerald, Zettlemoyer 2018 (arXiv:1805.03716), eq. 8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import SignalError, StepError, listed, suggest
from ..simulate import Trace
from .flow import Flow, flow_of, one_at_a_time

Array = np.ndarray

EXACT, LINEARISED = "exact", "gradient × input"


@dataclass(frozen=True, eq=False)
class Contributions:
    """A value as a sum over its past.

    Attributes
    ----------
    signal : str
    unit : int
    t : int
    values : (t + 1,) ndarray
        The share of each step; index 0 is that of the initial state.
    total : float
        The value itself.
    kind : {"exact", "gradient × input"}
    explanation : str
        How the shares were found, in one line.
    """

    signal: str
    unit: int
    t: int
    values: Array
    total: float
    kind: str
    explanation: str

    @property
    def written(self) -> float:
        """The sum of the shares; NaN, like the value, if infinite ones of both signs meet in it."""
        return _sum(self.values)

    @property
    def gap(self) -> float:
        """By how much the shares fail to sum to the value; for an exact sum, by rounding only."""
        return self.total - self.written


def contributions(trace: Trace, t: int, signal: str, unit: int) -> Contributions:
    """Find what each step contributed to a unit of a signal at step t.

    Parameters
    ----------
    trace : Trace
    t : int
        Step, 0 to T.
    signal : str
    unit : int

    Returns
    -------
    Contributions

    Raises
    ------
    SignalError, StepError
        If there is no such signal, unit or step, or the signal has no value at step 0.
    """
    flow = flow_of(trace)
    signals = trace.lane.cell.graph.signals
    if signal not in signals:
        raise SignalError(
            f"{trace.lane.name} has no signal {signal!r}{suggest(signal, signals)};"
            f" it has {listed(signals)}"
        )
    size = trace.lane.sizes.signals[signal]
    if not 0 <= unit < size:
        raise StepError(
            f"{trace.lane.name}.{signal} has no unit {unit}; it has units 0 to {size - 1}"
        )
    total = float(trace.value(signal, t)[unit])
    if t == 0 and not signals[signal].is_state:
        raise StepError(f"{trace.lane.name}.{signal} is no state and has no value at step 0")
    if t == 0 or flow.affine(signal):
        return _exact(flow, t, signal, unit, total)
    return _linearised(flow, t, signal, unit, total)


@one_at_a_time
def _exact(flow: Flow, t: int, signal: str, unit: int, total: float) -> Contributions:
    values = np.zeros(t + 1)
    kept = _Product()
    at, cut = t, False
    # From the last step backwards, until nothing is left that an earlier step could have written.
    # Zero times what is not finite is NaN, so behind a shut gate one looks on for where that began.
    while at >= 1 and not cut:
        first = flow.jacobians.stretch(at).first
        keep = flow.kept(signal, first, at)[:, unit]
        write = flow.written(signal, first, at)[:, unit]
        finite = np.isfinite(flow.trace.rows(signal, first, at + 1)[:, unit])
        for step in range(at, first - 1, -1):
            values[step] = kept.times(float(write[step - first]))
            kept.extend(float(keep[step - first]))
            cut = kept.value == 0 and bool(finite[step - first])
            if cut:
                break
        at = first - 1
    if not cut:
        values[0] = kept.times(float(flow.trace.value(signal, 0)[unit]))
    text = (
        f"what each step wrote into {signal}[{unit}], times what its gate has kept of it since;"
        " sums exactly"
    )
    return Contributions(signal, unit, t, values, total, EXACT, text)


def _linearised(flow: Flow, t: int, signal: str, unit: int, total: float) -> Contributions:
    gradient = flow.input_gradient(t, signal, unit)
    values = np.zeros(t + 1)
    with np.errstate(all="ignore"):
        x = np.asarray(flow.trace.rows("x", 1, t + 1), float)
        along = np.einsum("kd,kd->k", gradient.direction, x)
        values[1:] = np.where(along == 0, 0.0, along * 10.0**gradient.log10)
    values[0] = sum(gradient.before.values())
    gap = total - _sum(values)
    text = (
        f"gradient × input: {signal}[{unit}] linearised around this run;"
        f" the shares miss its value by {gap:.2g}"
    )
    return Contributions(signal, unit, t, values, total, LINEARISED, text)


def _sum(values: Array) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        return float(values.sum())


class _Product:
    """A running product of many factors, which neither underflows nor overflows."""

    def __init__(self) -> None:
        self.value = 1.0
        self.exponent = 0

    def extend(self, factor: float) -> None:
        self.value, shift = math.frexp(self.value * factor)
        self.exponent += shift

    def times(self, number: float) -> float:
        """The product times a number; what is exactly zero stays so with every finite number."""
        product = self.value * number
        if product == 0 or not math.isfinite(product):
            return product + 0.0
        value, shift = math.frexp(product)
        try:
            return math.ldexp(value, self.exponent + shift)
        except OverflowError:
            return math.copysign(math.inf, value)
