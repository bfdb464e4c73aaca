"""Breakpoints: finding the steps at which a condition holds, forwards, backwards and all of them.

A search looks at steps 1 to T; step 0 is the initial state and no step was taken. It never finds
the step that one stands on. It goes stretch by stretch: over a recording a stretch is one vector
comparison; where frames must be computed again it is as long as a trace can hold, so memory is
bounded however long the run. Backwards is the same comparison from the other end: the hits are the
same steps whichever way one comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..equations.compiled import SEGMENT
from ..equations.parse import parse_condition
from ..errors import StepError
from .condition import Evaluation
from .sides import Side, shown, sides
from .space import Space
from .trace import CACHED_SEGMENTS, Trace

Array = np.ndarray
Progress = Callable[[int, int], object]
"""Called with the steps looked at and those there are; what it raises ends the search."""

_FIRST, _LARGEST = 2**12, 2**13
"""Steps of a recording at a time; more would not stay in a processor's cache."""
_AGAIN = SEGMENT * (CACHED_SEGMENTS // 2)
"""Steps at a time where frames are computed again: every segment of a stretch stays cached, also
with those that ``[t-1]`` and a second signal ask for."""


@dataclass(frozen=True)
class Breakpoint:
    """A condition to stop at.

    Attributes
    ----------
    text : str
        The condition.
    line, column : int
        Where it stands in the file, if it comes from one.
    """

    text: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Hit:
    """Where and why a condition held.

    Attributes
    ----------
    text : str
        The condition.
    step : int
    sides : tuple of Side
        What was compared, and what it was at this step.
    """

    text: str
    step: int
    sides: tuple[Side, ...]

    @property
    def why(self) -> str:
        """The numbers in one line."""
        return ", ".join(f"{part.text} = {shown(part.value)}" for part in self.sides)


def search(
    space: Space, text: str, start: int, direction: int = 1, progress: Progress | None = None
) -> Hit | None:
    """Find the next step after ``start`` at which a condition holds, or the last one before it.

    Parameters
    ----------
    space : Space
    text : str
        The condition.
    start : int
        Where one stands; this step itself is never found.
    direction : {1, -1}
    progress : callable, optional
        Called as ``progress(steps looked at, steps in all)`` after each stretch; what it raises
        ends the search.

    Returns
    -------
    Hit or None

    Raises
    ------
    EquationError
        With the position in the text, whatever is wrong with the condition.
    StepError
        If there is no step ``start``.
    """
    return search_any(space, (text,), start, direction, progress)


def search_any(
    space: Space,
    texts: Sequence[str],
    start: int,
    direction: int = 1,
    progress: Progress | None = None,
) -> Hit | None:
    """Find the nearest step on one side at which one of some conditions holds, as `search` does.

    Frames are computed once for all of them. Where several hold, the hit is of the first.
    """
    if not 0 <= start <= space.last:
        raise StepError(f"there is no step {start}; the run has steps 0 to {space.last}")
    tests = [_condition(space, text) for text in texts]
    began = 0
    held: list[Array] = []

    def test(first: int, stop: int) -> Array:
        nonlocal began
        began, held[:] = first, [one(first, stop) for one in tests]
        return np.logical_or.reduce(held)

    step = find(test, space.last, start, direction, space.recorded, progress)
    if step is None:
        return None
    text = next(text for text, truth in zip(texts, held, strict=True) if truth[step - began])
    return Hit(text, step, sides(space, text, step))


def hits(space: Space, text: str, progress: Progress | None = None) -> Array:
    """All steps at which a condition holds, in order, ``(hits,)`` of int."""
    found = [np.empty(0, int)]
    for last, steps in hit_stretches(space, (text,)):
        found.append(steps)
        if progress:
            progress(last, space.last)
    return np.concatenate(found)


def hit_stretches(space: Space, texts: Sequence[str]) -> Iterator[tuple[int, Array]]:
    """Go over the run once and yield the last step looked at, and the steps at which one of some
    conditions holds since the yield before, ``(hits,)`` of int."""
    tests = [_condition(space, text) for text in texts]
    for first, stop in stretches(space.last, 0, 1, space.recorded):
        held = np.logical_or.reduce([test(first, stop) for test in tests])
        yield stop - 1, np.flatnonzero(held) + first


def last_change(
    trace: Trace,
    signal: str,
    unit: int,
    start: int,
    threshold: float = 0.0,
    direction: int = -1,
    progress: Progress | None = None,
) -> int | None:
    """Find the last step before ``start`` that changed a value, or the next one after it.

    Parameters
    ----------
    trace : Trace
    signal : str
    unit : int
    start : int
        Where one stands; this step itself is never found.
    threshold : float
        What the value must change by, in magnitude, to count. Turning NaN or infinite, or finite
        again, always counts.
    direction : {-1, 1}
    progress : callable, optional
        As in `search`.

    Raises
    ------
    SignalError, StepError
        If there is no such signal, unit or step.
    """
    test = _changing(trace, signal, unit, start, threshold)
    return find(test, trace.length, start, direction, trace.kept == "everything", progress)


def changes_at(trace: Trace, signal: str, unit: int, step: int, threshold: float = 0.0) -> bool:
    """Whether a step changed a value, as `last_change` counts it; step 0 changes nothing."""
    test = _changing(trace, signal, unit, step, threshold)
    return step > 0 and bool(test(step, step + 1)[0])


def _changing(
    trace: Trace, signal: str, unit: int, step: int, threshold: float
) -> Callable[[int, int], Array]:
    """Which steps of a stretch change a value; raises what `last_change` does."""
    trace.check_step(step)
    width = len(trace.value(signal, step))
    if not 0 <= unit < width:
        raise StepError(f"{signal} has no unit {unit}; it has units 0 to {width - 1}")

    def test(first: int, stop: int) -> Array:
        # What is no state has no value at step 0, so step 1 cannot have changed it.
        values = trace.rows(signal, first - 1, stop)[:, unit]
        with np.errstate(all="ignore"):
            found = np.abs(np.diff(values)) > threshold
        finite = np.isfinite(values)
        found |= finite[1:] != finite[:-1]
        if first == 1 and signal not in trace.lane.cell.graph.lags:
            found[0] = False
        return found

    return test


def find(
    test: Callable[[int, int], Array],
    last: int,
    start: int,
    direction: int,
    recorded: bool,
    progress: Progress | None = None,
) -> int | None:
    """Find the nearest step on one side at which a test holds.

    Parameters
    ----------
    test : callable
        ``test(first, stop)`` says for steps ``first`` to ``stop - 1`` whether it holds.
    last, start, direction
        The last step of the run, where one stands, and which way to look.
    recorded : bool
        Whether values are in memory, so that long stretches cost nothing more.
    progress : callable, optional
        As in `search`.
    """
    total = last - start if direction > 0 else max(start - 1, 0)
    done = 0
    for first, stop in stretches(last, start, direction, recorded):
        found = np.flatnonzero(test(first, stop))
        if len(found):
            return first + int(found[0 if direction > 0 else -1])
        done += stop - first
        if progress:
            progress(done, total)
    return None


def _condition(space: Space, text: str) -> Callable[[int, int], Array]:
    node = parse_condition(text)
    known: dict[int, Array] = {}

    def test(first: int, stop: int) -> Array:
        value = Evaluation(space, text, first, stop, known).truth(node)
        return np.broadcast_to(value[:, 0], stop - first)

    return test


def stretches(last: int, start: int, direction: int, recorded: bool) -> Iterator[tuple[int, int]]:
    """Yield (first, stop) over the steps on one side of ``start`` up to ``last``, nearest first.

    Recorded, they grow, so that a near hit is found at once; computed again, they end where
    segments do.
    """
    size = _FIRST
    at = start + 1 if direction > 0 else start
    while at <= last if direction > 0 else at > 1:
        if direction > 0:
            end = at + size if recorded else (at - 1) // _AGAIN * _AGAIN + _AGAIN + 1
            end = min(end, last + 1)
            yield at, end
        else:
            end = at - size if recorded else (at - 2) // _AGAIN * _AGAIN + 1
            end = max(end, 1)
            yield end, at
        at = end
        size = min(2 * size, _LARGEST)
