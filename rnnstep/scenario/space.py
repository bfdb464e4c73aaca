"""What the conditions of a scenario can name: lanes, signals, answers, marks, measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ..cells.cost import costs
from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..simulate.condition import Evaluation
from .measures import MEASURES
from .run import Run, can_answer
from .scenario import Scenario
from .scores import log_losses, squared_errors
from .tape import shifted

Array = np.ndarray

ANSWERS = ("answer", "confidence", "right", "loss")
"""What a lane has beside its signals; ``right`` and ``loss`` are NaN where nothing is asked."""

COSTS = ("parameters_used", "multiply_adds")
"""What a step of a lane costs; see ``rnnstep.cells.cost``. NaN at step 0."""


class RunSpace:
    """Names, lanes and functions of the conditions over a run.

    Attributes
    ----------
    scenario : Scenario
    run : Run or None
        None while a scenario is only checked: then everything has its size and is zero.
    """

    def __init__(self, scenario: Scenario, run: Run | None = None) -> None:
        self.scenario = scenario
        self.run = run

    @property
    def last(self) -> int:
        return self.scenario.tape.length

    @property
    def index(self) -> tuple[str, ...]:
        return self.scenario.tape.index

    @property
    def recorded(self) -> bool:
        return self.run is None or all(t.kept == "everything" for t in self.run.traces.values())

    @property
    def lanes(self) -> Mapping[str, tuple[str, ...]]:
        tape = self.scenario.tape
        return {
            name: (
                *model.cell.inputs, *model.cell.graph.signals, *COSTS,
                *(ANSWERS if can_answer(model, tape) else ()),
            )
            for name, model in self.scenario.models.items()
        }  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        target = ("target",) if self.scenario.tape.target is not None else ()
        return ("x", "symbol", *target, *self.scenario.marks)

    @property
    def functions(self) -> Mapping[str, Callable[[Evaluation, s.Call], Array]]:
        return {name: partial(measure, self) for name, measure in MEASURES.items()}

    def rows(self, lane: str, name: str, start: int, stop: int) -> Array:
        """Rows of a lane's own signal or input."""
        if self.run is not None:
            return self.run.traces[lane].rows(name, start, stop)
        return np.zeros((stop - start, self.scenario.models[lane].sizes.signals[name]))

    def answered(self, lane: str, name: str, start: int, stop: int) -> Array:
        """Rows of a signal that a lane answers with; NaN while it has no answer yet."""
        values = self.rows(lane, name, start, stop)
        blank = self.scenario.models[lane].cell.warm_up + 1 - start
        if blank <= 0:
            return values
        return np.concatenate([np.full_like(values[:blank], np.nan), values[blank:]])

    def value(self, name: str, start: int, stop: int) -> Array:
        tape = self.scenario.tape
        if name in self.scenario.marks:
            return np.full((1, 1), float(self.scenario.marks[name]))
        if name == "x":
            return shifted(tape.x, start, stop)
        if name == "symbol":
            rows = np.array([None, *tape.symbols], dtype=object)[:, None]
            return rows[start:stop]
        return self.targets(start, stop)

    def targets(self, start: int, stop: int) -> Array:
        """What is asked: class names (None for nothing), or numbers in the data's units."""
        tape = self.scenario.tape
        assert tape.target is not None
        if not tape.classes:
            return tape.in_data_units(shifted(tape.target, start, stop))
        # -1, for nothing, takes the last.
        return np.array([*tape.labels, None], dtype=object)[tape.targets(start, stop)][:, None]

    def signal(self, lane: str, name: str, start: int, stop: int) -> Array:
        model, tape = self.scenario.models[lane], self.scenario.tape
        if name in model.cell.graph.signals or name in model.cell.inputs:
            return self.rows(lane, name, start, stop)
        if name in COSTS:
            steps = np.arange(start, stop)
            found = costs(model.cell, model.sizes, steps)[COSTS.index(name)].astype(float)
            return np.where(steps > 0, found, np.nan)[:, None]
        values = self.answered(lane, model.cell.answer, start, stop)
        if not tape.classes:
            value = tape.in_data_units(values)
            if name == "answer":
                return value
            if name == "loss":
                return squared_errors(value, self.targets(start, stop))[:, None]
            if name == "confidence":
                return np.full((len(value), 1), np.nan)
        if name == "right":
            right = tape.right(values, start)
            right[: max(model.cell.warm_up + 1 - start, 0)] = np.nan
            return right[:, None]
        if name == "loss":
            are_scores = model.cell.readout == "softmax"
            if are_scores:
                values = self.answered(lane, "logits", start, stop)
            return log_losses(values, tape.targets(start, stop), are_scores)[:, None]
        known = np.isfinite(values).all(axis=1)
        best = np.where(known, np.argmax(np.where(known[:, None], values, 0), axis=1), -1)
        labels = np.array([*tape.labels, None], dtype=object)
        answers = labels[best][:, None]
        return answers if name == "answer" else values.max(axis=1, keepdims=True)

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        model, tape = self.scenario.models[lane], self.scenario.tape
        if name in model.cell.inputs:
            return tape.names
        readout = {model.cell.answer, "logits"} if model.cell.readout else {model.cell.answer}
        return tape.labels if name in readout and tape.classes else ()


def check_expectation(space: RunSpace, text: str, step: int) -> bool:
    """Whether a condition holds at a step.

    Raises
    ------
    EquationError
        If there is something wrong with it.
    """
    return bool(verdict(space, text, step))


def verdict(space: RunSpace, text: str, step: int) -> bool | None:
    """Whether a condition is true or false at a step; None where what it asks about is not there.

    Raises
    ------
    EquationError
        If there is something wrong with it.
    """
    evaluation = Evaluation(space, text, step, step + 1)
    found = int(evaluation.judged(parse_condition(text))[0, 0])
    return found > 0 if found else None
