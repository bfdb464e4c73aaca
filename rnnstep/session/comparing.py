"""The active lane beside another one: distances, answers, where they part, gradient flow.

As for all panels, what takes long is asked through the session's analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..simulate.compare import alike, distance, first_divergence, overlap
from .beside import reference
from .pending import ask
from .trail import TravelError
from .words import why_covered

if TYPE_CHECKING:
    from ..scenario.comparison import Comparison, MemoryFlow
    from ..scenario.run import Run
    from .session import Session

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Apart:
    """How far apart two lanes are at some steps.

    Attributes
    ----------
    distances, cosines : mapping of str to (n,) ndarray
        By signal, in the way that the comparison says; NaN where nothing stands beside a step.
    answers : (n,) ndarray or None
        0 where both answer alike and 1 where not; of numbers, how far apart they are. NaN where one
        of them has no answer; None if one of them never has.
    """

    distances: Mapping[str, Array]
    cosines: Mapping[str, Array]
    answers: Array | None


def lanes_beside(session: Session) -> tuple[str, ...]:
    """What the active lane can be compared with: what it is compared with in its maps, then others.

    The lane itself only while it is aligned with another step of its own.
    """
    lane, models = session.active, session.run.scenario.models
    first = reference(session, lane)
    others = [name for name in session.lanes if name != lane]
    others.sort(key=lambda name: models[name].fork_of != lane)
    itself = [lane] if session.beside.shift else []
    return tuple(dict.fromkeys([*([first] if first else []), *others, *itself]))


def no_pair(session: Session) -> str:
    """Why nothing can be compared."""
    covered = why_covered(session)
    if covered or lanes_beside(session):
        return covered
    return "there is one lane only; e forks it, :align compares it with itself at another step"


def chosen_lane(session: Session) -> str:
    """The lane beside the active one: what the open panel is about, or else the first choice."""
    names = lanes_beside(session)
    return names[session.aspect % len(names) if session.panel == "compare" else 0]


def summary(session: Session) -> Comparison | None:
    """Ask how the active lane and the one beside it compare over the run; None meanwhile."""
    run, one, other = session.run, session.active, chosen_lane(session)
    shift = session.beside.shift

    def compute(check: Callable[[], None]) -> Comparison:
        from ..scenario.comparison import compare_lanes

        return compare_lanes(run, one, other, shift, progress=lambda done, total: check())

    return session.analysis.ask(("compare", run[one], run[other], shift), compute)


def apart(session: Session, found: Comparison, first: int, last: int) -> Apart | None:
    """Ask how far apart two lanes are at the steps first to last; None while it is computed."""
    run = session.run
    (one, other), shift = found.lanes, found.shift
    a, b = run[one], run[other]

    def compute(check: Callable[[], None]) -> Apart:
        start, stop = max(first, found.first), min(last, found.last)
        distances, cosines = {}, {}
        for row in found.distances:
            check()
            distances[row.signal] = _spread(
                distance(a, b, row.signal, start, stop, shift, row.kind), first, last, start
            ) if start <= stop else np.full(last - first + 1, np.nan)  # fmt: skip
            if row.kind == "norm" and start <= stop:
                turned = distance(a, b, row.signal, start, stop, shift, "cosine")
                cosines[row.signal] = _spread(1 - turned, first, last, start)
        answers = None
        if found.agreement is not None and start <= stop:
            answers = _spread(_answers(run, found, start, stop), first, last, start)
        return Apart(distances, cosines, answers)

    return session.analysis.ask(("apart", a, b, shift, first, last), compute)


def _answers(run: Run, found: Comparison, start: int, stop: int) -> Array:
    space, tape = run.space(), run.scenario.tape
    left, right = (
        space.signal(lane, "answer", start + shift, stop + 1 + shift)
        for lane, shift in zip(found.lanes, (0, found.shift), strict=True)
    )
    if not tape.classes:
        return np.asarray(np.linalg.norm(left - right, axis=1))
    pairs = zip(left[:, 0], right[:, 0], strict=True)
    return np.array([np.nan if a is None or b is None else float(a != b) for a, b in pairs])


def _spread(values: Array, first: int, last: int, start: int) -> Array:
    """Values from a step on, with NaN for the steps of first to last that they do not have."""
    found = np.full(last - first + 1, np.nan)
    found[start - first : start - first + len(values)] = values
    return found


def memory(session: Session, lane: str, step: int) -> MemoryFlow | None:
    """Ask what reaches a lane's memory at a step; None while it is computed."""
    run = session.run

    def compute(check: Callable[[], None]) -> MemoryFlow:
        from ..scenario.comparison import memory_flow

        return memory_flow(run, lane, step)

    return session.analysis.ask(("memory", run[lane], step), compute)


def to_parting(session: Session) -> None:
    """Go to the first step at which the active lane and the one beside it part.

    Lanes that are alike part where a value differs; others, where an answer does.
    """
    why = no_pair(session)
    if why:
        raise TravelError(why)
    run, one, other = session.run, session.active, chosen_lane(session)
    shift, at = session.beside.shift, session.beside.words
    models = run.scenario.models
    same = alike(models[one], models[other])

    def compute(progress: Callable[[int, int], None]) -> tuple[int, str] | None:
        if same:
            found = first_divergence(run[one], run[other], shift, 0.0, progress)
            return (found.step, str(found).partition(", ")[2]) if found else None
        from ..scenario.comparison import compare_lanes

        agreed = compare_lanes(run, one, other, shift, "norms", progress).agreement
        if agreed is None or agreed.first is None:
            return None
        answers = [run.answer(name, agreed.first + way) for name, way in ((one, 0), (other, shift))]
        said = " and ".join(answer.text for answer in answers if answer)
        return agreed.first, f"the answers {said}"

    def arrive(found: tuple[int, str] | None) -> None:
        if found is None:
            what = "differ nowhere" if same else "answer nothing differently"
            session.message = f"{one} and {other}{at} {what}"
            return
        session.jump(found[0])
        session.message = f"{one} and {other}{at} part here: {found[1]}"

    overlap(run[one], run[other], shift)
    key = ("parting", run[one], run[other], shift)
    ask(session, key, f"searching where {one} and {other} part", compute, arrive)
