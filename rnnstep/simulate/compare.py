"""Two traces in lockstep: where they part, and how far apart each signal is over time.

Row t of one stands beside row t + shift of the other, so lanes can be aligned by a step or by a
mark. Signals of the same name and size are compared value by value; of another size, only their
norms can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..cells.cell import Cell
from ..equations.sizes import Sizes
from ..errors import SignalError, SizeError, StepError, listed, suggest
from .breakpoint import stretches
from .trace import Trace

Array = np.ndarray
Progress = Callable[[int, int], object]
KINDS = ("norm", "cosine", "norms")
"""‖a − b‖; 1 − the cosine of the angle between a and b; |‖a‖ − ‖b‖|, which needs no equal sizes."""


@dataclass(frozen=True)
class Divergence:
    """Where two runs first differ.

    Attributes
    ----------
    step : int
        Of the first run.
    signal : str
        The first one of that step, in the order of the equations.
    unit : int
    values : tuple of (float, float)
    """

    step: int
    signal: str
    unit: int
    values: tuple[float, float]

    def __str__(self) -> str:
        a, b = self.values
        return f"step {self.step}, {self.signal}[{self.unit}]: {a:.6g} and {b:.6g}"


@dataclass(frozen=True)
class Common:
    """What two runs have in common.

    Attributes
    ----------
    signals : tuple of str
        Of the same name and size, in the order of the first run.
    resized : tuple of str
        Of the same name, of another size.
    missing : tuple of str
        Of one run only.
    """

    signals: tuple[str, ...]
    resized: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class SignalDistance:
    """How far apart one signal is over the steps compared.

    Attributes
    ----------
    signal, kind : str
    mean, largest : float
        Over the steps where both are known.
    step : int
        Of the largest.
    """

    signal: str
    kind: str
    mean: float
    largest: float
    step: int


def common(a: Trace, b: Trace) -> Common:
    """Say which signals of two runs can be compared."""
    both = [name for name in a.signals if name in b.signals]
    same = [n for n in both if a.lane.sizes.signals[n] == b.lane.sizes.signals[n]]
    one = [n for n in (*a.signals, *b.signals) if n not in both]
    return Common(tuple(same), tuple(n for n in both if n not in same), tuple(one))


def overlap(a: Trace, b: Trace, shift: int = 0) -> tuple[int, int]:
    """The steps of ``a`` that have a partner in ``b``, both ends included, from 1 on.

    Raises
    ------
    StepError
        If there are none.
    """
    first, last = max(1, 1 - shift), min(a.length, b.length - shift)
    if first > last:
        raise StepError(f"with the shift {shift} no step of {a.lane.name} has a partner")
    return first, last


def first_divergence(
    a: Trace, b: Trace, shift: int = 0, tolerance: float = 0.0, progress: Progress | None = None
) -> Divergence | None:
    """Find the first step, and in it the first signal, at which two runs differ.

    Parameters
    ----------
    a, b : Trace
    shift : int
        Step t of ``a`` stands beside step t + shift of ``b``.
    tolerance : float
        Differences up to it are none. NaN is no difference where both are NaN.
    progress : callable, optional
        As in ``breakpoint.search``.

    Raises
    ------
    SizeError
        If they have no signal of the same name and size.
    """
    names = common(a, b).signals
    if not names:
        raise SizeError(f"{a.lane.name} and {b.lane.name} have no signal of the same size")
    first, last = overlap(a, b, shift)
    if shift == 0:
        first = max(first, _shared_until(a, b))
    for start, stop in _stretches(a, b, first, last):
        best: tuple[int, int, int] | None = None
        for order, name in enumerate(names):
            left, right = _pair(a, b, name, start, stop, shift)
            differs = _differs(left, right, tolerance)
            rows = np.flatnonzero(differs.any(axis=1))
            if len(rows):
                place = (int(rows[0]), order, int(differs[rows[0]].argmax()))
                best = place if best is None else min(best, place)
        if best:
            row, order, unit = best
            left, right = _pair(a, b, names[order], start + row, start + row + 1, shift)
            values = (float(left[0, unit]), float(right[0, unit]))
            return Divergence(start + row, names[order], unit, values)
        if progress:
            progress(stop - 1, last)
    return None


def distance(
    a: Trace, b: Trace, name: str, first: int, last: int, shift: int = 0, kind: str = "norm"
) -> Array:
    """How far apart a signal is at each step.

    Parameters
    ----------
    a, b : Trace
    name : str
    first, last : int
        Steps of ``a``, both included.
    shift : int
        Step t of ``a`` stands beside step t + shift of ``b``.
    kind : {"norm", "cosine", "norms"}
        See ``KINDS``.

    Returns
    -------
    (last - first + 1,) ndarray
        NaN where one of them has no value, or (cosine) is zero.

    Raises
    ------
    SignalError
        If one of them has no such signal, or there is no such kind.
    SizeError
        If the sizes differ and the kind needs equal ones.
    """
    check_comparable(a.lane, b.lane, name, kind)
    left, right = _pair(a, b, name, first, last + 1, shift)
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(left, axis=1), np.linalg.norm(right, axis=1)
        if kind == "norms":
            return np.abs(norms[0] - norms[1])
        if kind == "norm":
            return np.asarray(np.linalg.norm(left - right, axis=1))
        return 1 - (left * right).sum(axis=1) / (norms[0] * norms[1])


class Sized(Protocol):
    """What has a name, a cell and its sizes: a lane, or a model of a scenario."""

    @property
    def name(self) -> str: ...

    @property
    def cell(self) -> Cell: ...

    @property
    def sizes(self) -> Sizes: ...


def alike(a: Sized, b: Sized) -> bool:
    """Whether two lanes have the same equations and sizes: their units are then the same units.

    So it is for forks and checkpoints. Where it does not, answers, norms and gradient flow can be
    compared.
    """
    left, right = (
        {name: signal.equation.expression for name, signal in lane.cell.graph.signals.items()}
        for lane in (a, b)
    )
    return left == right and a.sizes == b.sizes


def check_comparable(a: Sized, b: Sized, name: str, kind: str = "norm") -> None:
    """Raise unless a signal of two lanes can be compared in a way; see `distance`."""
    if kind not in KINDS:
        raise SignalError(f"there is no distance {kind!r}; there are {listed(KINDS)}")
    there = {*b.cell.inputs, *b.cell.graph.signals}
    both = [n for n in (*a.cell.inputs, *a.cell.graph.signals) if n in there]
    if name not in both:
        raise SignalError(
            f"{a.name} and {b.name} do not both have {name!r}{suggest(name, both)};"
            f" both have {listed(both)}"
        )
    left, right = a.sizes.signals[name], b.sizes.signals[name]
    if left != right and kind != "norms":
        raise SizeError(
            f"{name} has {left} units in {a.name} and {right} in {b.name};"
            " only their norms can be compared"
        )


def distances(
    a: Trace, b: Trace, shift: int = 0, kind: str = "norm", progress: Progress | None = None
) -> tuple[SignalDistance, ...]:
    """Measure every signal that both runs have, over all steps that have a partner.

    Signals of another size are compared by their norms, whatever the kind.
    """
    first, last = overlap(a, b, shift)
    both = common(a, b)
    wanted = [(n, kind if n in both.signals else "norms") for n in a.signals
              if n in both.signals or n in both.resized]  # fmt: skip
    sums = dict.fromkeys((n for n, _ in wanted), 0.0)
    counts = dict.fromkeys((n for n, _ in wanted), 0)
    largest: dict[str, tuple[float, int]] = {n: (np.nan, 0) for n, _ in wanted}
    for start, stop in _stretches(a, b, first, last):
        for name, how in wanted:
            values = distance(a, b, name, start, stop - 1, shift, how)
            known = np.isfinite(values)
            if not known.any():
                continue
            sums[name] += float(values[known].sum())
            counts[name] += int(known.sum())
            at = int(np.nanargmax(np.where(known, values, np.nan)))
            if not values[at] <= largest[name][0]:
                largest[name] = (float(values[at]), start + at)
        if progress:
            progress(stop - 1, last)
    return tuple(
        SignalDistance(n, how, sums[n] / counts[n] if counts[n] else np.nan, *largest[n])
        for n, how in wanted
    )


def _shared_until(a: Trace, b: Trace) -> int:
    """The first step at which two runs can differ, as far as forks say; at least 1."""

    def line(trace: Trace) -> list[tuple[Trace, int]]:
        """The trace and those before it, each with the step up to which it is this trace's past."""
        found, until = [(trace, trace.length + 1)], trace.length + 1
        while trace.shared:
            until = min(until, trace.shared.first)
            trace = trace.shared.parent
            found.append((trace, until))
        return found

    steps = [min(m, n) for one, m in line(a) for other, n in line(b) if one is other]
    return max(1, min(max(steps, default=1), min(a.length, b.length)))


def _stretches(a: Trace, b: Trace, first: int, last: int) -> Iterator[tuple[int, int]]:
    recorded = a.kept == b.kept == "everything"
    return stretches(last, first - 1, 1, recorded)


def _pair(
    a: Trace, b: Trace, name: str, start: int, stop: int, shift: int
) -> tuple[Array, Array]:
    return a.rows(name, start, stop), b.rows(name, start + shift, stop + shift)


def _differs(left: Array, right: Array, tolerance: float) -> Array:
    with np.errstate(all="ignore"):
        differs = left != right if tolerance == 0 else ~(np.abs(left - right) <= tolerance)
    return differs & ~(np.isnan(left) & np.isnan(right)) & ~(left == right)
