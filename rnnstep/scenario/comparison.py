"""Two lanes of a run beside each other: where they part, how far apart, whether they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..simulate.compare import (
    Divergence,
    SignalDistance,
    common,
    distance,
    distances,
    first_divergence,
    overlap,
)
from .run import Run, can_answer

Array = np.ndarray


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
class Comparison:
    """What two lanes have to do with each other.

    Attributes
    ----------
    lanes : tuple of (str, str)
    first, last : int
        Steps of the first lane that have a partner.
    shift : int
        Step t of the first lane stands beside step t + shift of the second.
    divergence : Divergence or None
        None if they never differ, or have nothing of one size.
    distances : tuple of SignalDistance
    agreement : Agreement or None
        None if one of them answers nothing.
    resized, missing : tuple of str
        Signals of another size, of which only norms are compared; signals of one lane only.
    """

    lanes: tuple[str, str]
    first: int
    last: int
    shift: int
    divergence: Divergence | None
    distances: tuple[SignalDistance, ...]
    agreement: Agreement | None
    resized: tuple[str, ...]
    missing: tuple[str, ...]


def compare_lanes(
    run: Run, one: str, other: str, shift: int = 0, kind: str = "norm"
) -> Comparison:
    """Compare two lanes over all steps that have a partner.

    Parameters
    ----------
    run : Run
    one, other : str
        Lanes.
    shift : int
        Step t of ``one`` stands beside step t + shift of ``other``.
    kind : {"norm", "cosine", "norms"}
        How signals of one size are compared; see ``simulate.compare``.

    Raises
    ------
    SignalError, StepError
        If there is no such lane or kind, or no step has a partner.
    """
    a, b = run[one], run[other]
    both = common(a, b)
    first, last = overlap(a, b, shift)
    measured = distances(a, b, shift, kind)
    parted = first_divergence(a, b, shift) if both.signals else None
    agreement = _agreement(run, one, other, first, last, shift)
    return Comparison(
        (one, other), first, last, shift, parted, measured, agreement, both.resized, both.missing
    )


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
    run: Run, one: str, other: str, first: int, last: int, shift: int
) -> Agreement | None:
    tape, models, space = run.scenario.tape, run.scenario.models, run.space()
    if not (can_answer(models[one], tape) and can_answer(models[other], tape)):
        return None
    left = space.signal(one, "answer", first, last + 1)
    right = space.signal(other, "answer", first + shift, last + 1 + shift)
    if tape.classes:
        known = np.array([a is not None and b is not None for a, b in
                          zip(left[:, 0], right[:, 0], strict=True)])  # fmt: skip
        difference = np.nan
    else:
        known = np.isfinite(left).all(axis=1) & np.isfinite(right).all(axis=1)
        difference = float(np.abs(left[known] - right[known]).mean()) if known.any() else np.nan
    if not known.any():
        return None
    same = (left == right).all(axis=1)
    others = np.flatnonzero(known & ~same)
    return Agreement(
        int(known.sum()), float(same[known].mean()), difference,
        first + int(others[0]) if len(others) else None,
    )  # fmt: skip
