"""Two lanes of a run beside each other: where they part, how far apart, whether they agree, and how
much of the past reaches the memory of each.

Gradient flow is a number for each lane, so lanes of any cells and sizes can be compared by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..equations.parts import memory_of
from ..gradient import Verdict, verdict_of
from ..gradient.flow import VERDICT_STEPS
from ..simulate.compare import (
    Divergence,
    Progress,
    SignalDistance,
    alike,
    common,
    distance,
    distances,
    first_divergence,
    overlap,
)
from .run import Run, can_answer

Array = np.ndarray

BACK = (1, 2, 5, 10, 20, 50, 100)
"""How many steps back gradient flow is looked at."""

_CHUNK = 4096
"""Steps whose answers are compared at once."""


@dataclass(frozen=True)
class Agreement:
    """How far two lanes answer alike.

    Attributes
    ----------
    steps : int
        Steps at which both answer.
    share : float
        Share of them with the same answer.
    difference : float
        Mean magnitude of the difference, in the data's units; NaN for classes.
    first : int or None
        The first step with another answer.
    """

    steps: int
    share: float
    difference: float
    first: int | None


@dataclass(frozen=True)
class MemoryFlow:
    """How much of the past reaches the memory of one lane.

    Attributes
    ----------
    lane, state : str
        The state is empty if the lane has none: nothing flows from step to step.
    step : int
        Of this lane.
    back : tuple of int
        Those of ``BACK`` that the run has.
    log10 : tuple of float
        For each of them log10 of ‖∂s_t/∂s_{t - back}‖; -inf for exactly zero, NaN if not finite.
    verdict : Verdict or None
    """

    lane: str
    state: str
    step: int
    back: tuple[int, ...] = ()
    log10: tuple[float, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Comparison:
    """What two lanes have to do with each other.

    Attributes
    ----------
    lanes : tuple of (str, str)
    alike : bool
        Whether a unit of one is a unit of the other; see ``simulate.compare.alike``.
    first, last : int
        Steps of the first lane that have a partner.
    shift : int
        Step t of the first lane stands beside step t + shift of the second.
    divergence : Divergence or None
        None if they never differ, or are not alike.
    distances : tuple of SignalDistance
    agreement : Agreement or None
        None if one of them answers nothing.
    resized, missing : tuple of str
        Signals of another size, of which only norms are compared; signals of one lane only.
    """

    lanes: tuple[str, str]
    alike: bool
    first: int
    last: int
    shift: int
    divergence: Divergence | None
    distances: tuple[SignalDistance, ...]
    agreement: Agreement | None
    resized: tuple[str, ...]
    missing: tuple[str, ...]


def compare_lanes(
    run: Run,
    one: str,
    other: str,
    shift: int = 0,
    kind: str = "",
    progress: Progress | None = None,
) -> Comparison:
    """Compare two lanes over all steps that have a partner.

    Parameters
    ----------
    run : Run
    one, other : str
        Lanes.
    shift : int
        Step t of ``one`` stands beside step t + shift of ``other``.
    kind : {"", "norm", "cosine", "norms"}
        How signals of one size are compared; see ``simulate.compare``. Unless it is said, by the
        norm of the difference, or, if a unit of one lane is no unit of the other, by norms alone.
    progress : callable, optional
        As in ``simulate.breakpoint.search``.

    Raises
    ------
    SignalError, StepError
        If there is no such lane or kind, or no step has a partner.
    """
    a, b = run[one], run[other]
    both = common(a, b)
    first, last = overlap(a, b, shift)
    models = run.scenario.models
    same = alike(models[one], models[other])
    measured = distances(a, b, shift, kind or ("norm" if same else "norms"), progress)
    parted = first_divergence(a, b, shift, 0.0, progress) if same else None
    agreement = _agreement(run, (one, other), first, last, shift, progress)
    return Comparison(
        (one, other), same, first, last, shift, parted, measured,
        agreement, both.resized, both.missing,
    )  # fmt: skip


def memory_flows(run: Run, comparison: Comparison) -> tuple[MemoryFlow, MemoryFlow]:
    """The gradient flow of both lanes' memory, looking back from the last step that is compared."""
    one, other = comparison.lanes
    return (
        memory_flow(run, one, comparison.last),
        memory_flow(run, other, comparison.last + comparison.shift),
    )


def memory_flow(run: Run, lane: str, step: int) -> MemoryFlow:
    """What reaches a lane's memory at a step: at most ``VERDICT_STEPS`` steps are looked at."""
    state = memory_of(run[lane].lane.cell.graph)
    if not state:
        return MemoryFlow(lane, "", step)
    reach = run.flow(lane).reach(step, state, max(0, step - VERDICT_STEPS))
    back = tuple(count for count in BACK if count < len(reach.log10))
    values = tuple(float(reach.log10[-1 - count]) for count in back)
    return MemoryFlow(lane, state, step, back, values, verdict_of(reach))


def over_time(run: Run, comparison: Comparison) -> dict[str, Array]:
    """The distance of each signal at each step compared, by signal."""
    a, b = (run[lane] for lane in comparison.lanes)
    return {
        row.signal: distance(
            a, b, row.signal, comparison.first, comparison.last, comparison.shift, row.kind
        )
        for row in comparison.distances
    }


def _agreement(
    run: Run, pair: tuple[str, str], first: int, last: int, shift: int, progress: Progress | None
) -> Agreement | None:
    tape, models = run.scenario.tape, run.scenario.models
    if not all(can_answer(models[lane], tape) for lane in pair):
        return None
    steps = same = 0
    total, parted = 0.0, None
    for start in range(first, last + 1, _CHUNK):
        stop = min(start + _CHUNK, last + 1)
        known, equal, apart = _answers_beside(run, pair, start, stop, shift)
        others = np.flatnonzero(known & ~equal)
        if parted is None and len(others):
            parted = start + int(others[0])
        steps += int(known.sum())
        same += int((known & equal).sum())
        total += float(apart[known].sum())
        if progress:
            progress(stop - 1, last)
    if not steps:
        return None
    mean = np.nan if tape.classes else total / steps
    return Agreement(steps, same / steps, mean, parted)


def _answers_beside(
    run: Run, pair: tuple[str, str], start: int, stop: int, shift: int
) -> tuple[Array, Array, Array]:
    """At each step whether both answer, whether alike, and of numbers how far apart."""
    space = run.space()
    left = space.signal(pair[0], "answer", start, stop)
    right = space.signal(pair[1], "answer", start + shift, stop + shift)
    same = (left == right).all(axis=1)
    if run.scenario.tape.classes:
        answered = zip(left[:, 0], right[:, 0], strict=True)
        known = np.array([a is not None and b is not None for a, b in answered])
        return known, same, np.zeros(len(known))
    known = np.isfinite(left).all(axis=1) & np.isfinite(right).all(axis=1)
    with np.errstate(all="ignore"):
        return known, same, np.abs(left - right).mean(axis=1)
