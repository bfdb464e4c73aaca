"""Judging a run by the expectations of its scenario."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import EquationError
from ..simulate.sides import shown, sides
from .run import Run
from .scenario import Expectation
from .space import RunSpace, verdict


@dataclass(frozen=True)
class Outcome:
    """What came of one expectation.

    Attributes
    ----------
    expectation : Expectation
    passed : bool
    numbers : tuple of (str, str)
        What was compared, and its value at the step.
    error : str
        Why it could not be judged; empty otherwise.
    """

    expectation: Expectation
    passed: bool
    numbers: tuple[tuple[str, str], ...]
    error: str = ""

    def report(self, path: str) -> str:
        """The claim, the numbers of its step, and where to look, in a few lines."""
        e = self.expectation
        verdict = "passed" if self.passed else "FAILED" if e.holds else "FAILED, it must not hold"
        rows = [f"{path}:{e.line}:{e.column}: {verdict}: {e.that}"]
        if e.because:
            rows.append(f"    claim: {' '.join(e.because.split())}")
        rows += [f"    {text} = {value}" for text, value in self.numbers]
        if self.error:
            rows.append(f"    {self.error}")
        if not self.passed:
            rows.append(f"    look: rnnstep run {path} --at {e.step}")
        return "\n".join(rows)


def judge(run: Run) -> list[Outcome]:
    """Judge every expectation of a run's scenario.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of Outcome
        In the order of the file.
    """
    space = run.space()
    return [judge_one(space, expectation) for expectation in run.scenario.expectations]


def judge_one(space: RunSpace, expectation: Expectation) -> Outcome:
    """Judge one expectation over a run's space."""
    try:
        held = verdict(space, expectation.that, expectation.step)
        parts = sides(space, expectation.that, expectation.step)
    except EquationError as error:
        return Outcome(expectation, False, (), str(error))
    numbers = tuple((part.text, shown(part.value)) for part in parts)
    if held is None:
        return Outcome(expectation, False, numbers, "what is not there proves nothing, either way")
    return Outcome(expectation, held == expectation.holds, numbers)
