"""What came of each combination: seeds that solved it, updates, score, ratio to the baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from .plan import Combination, Plan
from .results import Result


@dataclass(frozen=True, eq=False)
class Row:
    """All seeds of one combination.

    Attributes
    ----------
    combination : Combination
    results : tuple of Result
        Of the seeds that were run so far.
    """

    combination: Combination
    results: tuple[Result, ...]

    @property
    def solved(self) -> int | None:
        """How many of the runs solved the task; None if the training has no goal."""
        training = self.combination.model.training
        assert training is not None
        if not training.recipe.has_goal:
            return None
        return sum(result.solved_at is not None for result in self.results)

    @property
    def updates(self) -> float | None:
        """Median of the updates to solve it, over those that did."""
        return _median([result.solved_at for result in self.results])

    @property
    def accuracy(self) -> float | None:
        """Median over the runs; None for numbers."""
        return _median([result.accuracy for result in self.results])

    @property
    def loss(self) -> float | None:
        """Median over the runs."""
        return _median([result.loss for result in self.results])

    @property
    def seconds(self) -> float | None:
        """Median over the runs."""
        return _median([result.seconds for result in self.results])

    @property
    def measure(self) -> str:
        """What the row is judged by: the baseline's measure, or the accuracy where there is one."""
        if self.combination.baseline:
            return self.combination.baseline.measure
        return "loss" if self.accuracy is None else "accuracy"

    @property
    def score(self) -> float | None:
        """The value of that measure."""
        return self.loss if self.measure == "loss" else self.accuracy

    @property
    def ratio(self) -> float | None:
        """The score as a multiple of the baseline."""
        baseline = self.combination.baseline
        return None if baseline is None or self.score is None else baseline.ratio(self.score)


def _median(values: Sequence[float | None]) -> float | None:
    # A loss that is not finite is the worst there is, not one to leave out.
    there = [math.inf if math.isnan(value) else value for value in values if value is not None]
    return float(median(there)) if there else None


def table_rows(plan: Plan, results: Mapping[str, Result]) -> tuple[Row, ...]:
    """One row for each combination, with the results that belong to it."""
    return tuple(
        Row(c, tuple(results[c.run_id(s)] for s in c.seeds if c.run_id(s) in results))
        for c in plan.combinations
    )
