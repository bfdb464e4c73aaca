"""A scenario that has been run: its traces, the answers, and what conditions can ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..errors import SignalError, listed, suggest
from ..learn import evaluate
from ..simulate import BUDGET, Trace, simulate
from ..simulate.condition import Evaluation
from .scenario import Model, Scenario
from .tape import Tape, visible

Array = np.ndarray

FRESH_SEED = 271_828
"""Seed of the sequences of ``accuracy(…)``, away from those of any training."""

ANSWERS = ("answer", "confidence", "right", "loss")
"""What a lane has beside its signals; ``right`` and ``loss`` are NaN where nothing is asked."""


@dataclass(frozen=True)
class Answer:
    """What a model would answer at a step.

    Attributes
    ----------
    text : str
        The class, or the number in the data's units.
    probabilities : ndarray or None
        By class.
    confidence : float or None
        Probability of the answer.
    target : str
        What is asked; empty if nothing is.
    right : bool or None
        None if nothing is asked, or for numbers.
    error : float or None
        Of a number, in the data's units.
    """

    text: str
    probabilities: Array | None = None
    confidence: float | None = None
    target: str = ""
    right: bool | None = None
    error: float | None = None


class Run:
    """All lanes of a scenario, recorded.

    Attributes
    ----------
    scenario : Scenario
    traces : mapping of str to Trace
    """

    def __init__(self, scenario: Scenario, traces: Mapping[str, Trace]) -> None:
        self.scenario = scenario
        self.traces = traces

    def __getitem__(self, lane: str) -> Trace:
        if lane not in self.traces:
            raise SignalError(
                f"there is no lane {lane!r}{suggest(lane, self.traces)};"
                f" there are {listed(self.traces)}"
            )
        return self.traces[lane]

    @property
    def length(self) -> int:
        """Steps T."""
        return self.scenario.tape.length

    def answer(self, lane: str, t: int) -> Answer | None:
        """What a lane would answer after step t; None at step 0 and without a target.

        Raises
        ------
        SignalError, StepError
            If there is no such lane or step.
        """
        trace, tape = self[lane], self.scenario.tape
        trace.check_step(t)
        model = self.scenario.models[lane]
        if t == 0 or tape.target is None or not can_answer(model, tape):
            return None
        values = trace.value(model.cell.answer, t)
        asked = tape.asked(t)
        if tape.classes:
            best = int(np.argmax(values)) if np.isfinite(values).all() else -1
            text = tape.labels[best] if best >= 0 else "?"
            target = tape.labels[int(tape.target[t - 1])] if asked else ""
            sure = float(values[best]) if best >= 0 else None
            right = text == target if asked else None
            return Answer(visible(text), values, sure, visible(target), right)
        value = tape.in_data_units(values)
        wanted = tape.in_data_units(tape.target[t - 1])
        return Answer(
            ", ".join(f"{v:.4g}" for v in value),
            target=", ".join(f"{v:.4g}" for v in wanted) if asked else "",
            error=float(np.sqrt(np.mean((value - wanted) ** 2))) if asked else None,
        )

    def space(self) -> RunSpace:
        """What conditions over this run mean."""
        return RunSpace(self.scenario, self.signal_rows, self.fresh_accuracy)

    def signal_rows(self, lane: str, name: str, start: int, stop: int) -> Array:
        return self.traces[lane].rows(name, start, stop)

    def fresh_accuracy(self, lane: str, count: int, seed: int) -> float:
        """Accuracy on fresh sequences of the generator."""
        scenario, model = self.scenario, self.scenario.models[lane]
        assert scenario.fresh is not None and model.params is not None
        batch = scenario.fresh.sample(np.random.default_rng(seed), count)
        found = evaluate(model.cell, dict(model.params), batch, model.sizes)
        return float(found.accuracy or 0.0)


def can_answer(model: Model, tape: Tape) -> bool:
    """Whether the model's answer can be compared with the targets."""
    if tape.target is None:
        return False
    size = model.sizes.signals[model.cell.answer]
    return size == (len(tape.labels) if tape.classes else tape.target.shape[1])


def run_scenario(
    scenario: Scenario,
    budget: int = BUDGET,
    progress: Callable[[str, int], object] | None = None,
) -> Run:
    """Run every lane.

    Parameters
    ----------
    scenario : Scenario
        With weights.
    budget : int
        Bytes to record, for all lanes together.
    progress : callable, optional
        Called with a lane and the steps it has done.
    """
    share = budget // max(len(scenario.models), 1)
    traces = {}
    for name, model in scenario.models.items():
        report = (lambda t, name=name: progress(name, t)) if progress else None
        traces[name] = simulate(model.lane(scenario.tape), share, report)
    return Run(scenario, traces)


class RunSpace:
    """Names, lanes and functions of the conditions over a run."""

    def __init__(
        self,
        scenario: Scenario,
        rows: Callable[[str, str, int, int], Array],
        fresh_accuracy: Callable[[str, int, int], float],
    ) -> None:
        self.scenario = scenario
        self.rows = rows
        self.fresh_accuracy = fresh_accuracy

    @property
    def last(self) -> int:
        return self.scenario.tape.length

    @property
    def lanes(self) -> Mapping[str, tuple[str, ...]]:
        tape = self.scenario.tape
        return {
            name: (
                *model.cell.inputs, *model.cell.graph.signals,
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
        return {
            "accuracy": self.accuracy, "rmse": self.rmse, "parameters": self.parameters,
            "solved": self.solved,
        }  # fmt: skip

    def value(self, name: str, start: int, stop: int) -> Array:
        tape = self.scenario.tape
        if name in self.scenario.marks:
            return np.full((1, 1), float(self.scenario.marks[name]))
        if name == "x":
            return _shifted(tape.x, start, stop)
        if name == "symbol":
            rows = np.array(["", *tape.symbols], dtype=object)[:, None]
            return rows[start:stop]
        return self.targets(start, stop)

    def targets(self, start: int, stop: int) -> Array:
        """What is asked: class names (None for nothing), or numbers in the data's units."""
        tape = self.scenario.tape
        assert tape.target is not None
        if not tape.classes:
            return tape.in_data_units(_shifted(tape.target, start, stop))
        found = [tape.labels[k] if k >= 0 else None for k in (-1, *tape.target)]
        return np.array(found, dtype=object)[start:stop, None]

    def signal(self, lane: str, name: str, start: int, stop: int) -> Array:
        model, tape = self.scenario.models[lane], self.scenario.tape
        if name in model.cell.graph.signals or name in model.cell.inputs:
            return self.rows(lane, name, start, stop)
        values = self.rows(lane, model.cell.answer, start, stop)
        if not tape.classes:
            value = tape.in_data_units(values)
            error = np.mean((value - self.targets(start, stop)) ** 2, axis=1, keepdims=True)
            named = {"answer": value, "loss": error, "confidence": np.full_like(error, np.nan),
                     "right": np.full_like(error, np.nan)}  # fmt: skip
            return named[name]
        known = np.isfinite(values).all(axis=1)
        best = np.where(known, np.argmax(np.where(known[:, None], values, 0), axis=1), -1)
        labels = np.array([*tape.labels, None], dtype=object)
        answers = labels[best][:, None]
        if name == "answer":
            return answers
        if name == "confidence":
            return values.max(axis=1, keepdims=True)
        asked = self.targets(start, stop)
        nothing = np.array([[row[0] is None] for row in asked])
        if name == "right":
            return np.where(nothing, np.nan, (answers == asked).astype(float))
        index = {label: k for k, label in enumerate(tape.labels)}
        columns = [index.get(row[0], 0) for row in asked]
        picked = values[np.arange(len(values)), columns][:, None]
        with np.errstate(all="ignore"):
            return np.where(nothing, np.nan, -np.log(picked))

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        model, tape = self.scenario.models[lane], self.scenario.tape
        if name in model.cell.inputs:
            return tape.names
        readout = {model.cell.answer, "logits"} if model.cell.readout else {model.cell.answer}
        return tape.labels if name in readout and tape.classes else ()

    def accuracy(self, evaluation: Evaluation, node: s.Call) -> Array:
        """``accuracy(lane, count)``: over fresh sequences of the generator."""
        form = "accuracy(lane, number of fresh sequences)"
        if len(node.arguments) != 2 or any(key != "seed" for key, _ in node.keywords):
            raise evaluation.error(node, f"accuracy is called as {form}")
        lane = evaluation.lane_of(node.arguments[0])
        count = evaluation.whole(node.arguments[1], "the number of sequences")
        seed = FRESH_SEED
        for _, value in node.keywords:
            seed = evaluation.whole(value, "a seed")
        if self.scenario.fresh is None or not self.scenario.tape.classes:
            raise evaluation.error(
                node, "accuracy needs a generator that asks for classes as the input;"
                " over the tape's own steps write mean_over(lane.right, first, last)"
            )  # fmt: skip
        if not 1 <= count <= 100_000 or seed < 0:
            raise evaluation.error(node, "accuracy takes 1 to 100000 sequences, and a seed from 0")
        model = self.scenario.models[lane]
        if not can_answer(model, self.scenario.tape) or model.cell.readout != "softmax":
            raise evaluation.error(node.arguments[0], f"{lane} has no readout that answers classes")
        return np.full((1, 1), self.fresh_accuracy(lane, count, seed))

    def rmse(self, evaluation: Evaluation, node: s.Call) -> Array:
        """``rmse(lane or naive, first, last)``: root mean squared error in the data's units."""
        evaluation.arguments(node, "lane or naive", "first step", "last step")
        start, stop = evaluation.steps(node, node.arguments[1], node.arguments[2])
        tape = self.scenario.tape
        if tape.target is None or tape.classes:
            raise evaluation.error(node, "rmse needs targets that are numbers")
        asked = self.targets(start, stop)
        who = node.arguments[0]
        if isinstance(who, s.Name) and who.id == "naive":
            if asked.shape[1] != tape.x.shape[1]:
                raise evaluation.error(who, "naive repeats the input, which has another size")
            answers = tape.in_data_units(_shifted(tape.x, start, stop))
        else:
            lane = evaluation.lane_of(who)
            if not can_answer(self.scenario.models[lane], tape):
                raise evaluation.error(who, f"{lane} has no answer of the target's size")
            answers = self.signal(lane, "answer", start, stop)
        there = np.isfinite(asked).all(axis=1)
        if not there.any():
            raise evaluation.error(node, "nothing is asked at these steps")
        return np.full((1, 1), np.sqrt(np.mean((answers[there] - asked[there]) ** 2)))

    def parameters(self, evaluation: Evaluation, node: s.Call) -> Array:
        """``parameters(lane)``: how many numbers a model learns."""
        evaluation.arguments(node, "lane")
        lane = evaluation.lane_of(node.arguments[0])
        return np.full((1, 1), float(self.scenario.models[lane].sizes.count))

    def solved(self, evaluation: Evaluation, node: s.Call) -> Array:
        """``solved(lane)``: share of the training's seeds that solved the task."""
        evaluation.arguments(node, "lane")
        lane = evaluation.lane_of(node.arguments[0])
        model = self.scenario.models[lane]
        if model.training is None:
            raise evaluation.error(node.arguments[0], f"{lane} is not trained by this scenario")
        runs = model.solved
        return np.full((1, 1), runs[0] / runs[1] if runs else np.nan)


class Blank(RunSpace):
    """The space of a scenario that was not run: everything has its size and is zero."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, self._zeros, lambda lane, count, seed: 0.0)

    def _zeros(self, lane: str, name: str, start: int, stop: int) -> Array:
        size = self.scenario.models[lane].sizes.signals[name]
        return np.zeros((stop - start, size))


def check_expectation(space: RunSpace, text: str, step: int) -> bool:
    """Whether a condition holds at a step.

    Raises
    ------
    EquationError
        If there is something wrong with it.
    """
    evaluation = Evaluation(space, text, step, step + 1)
    return bool(evaluation.truth(parse_condition(text))[0, 0])


def _shifted(values: Array, start: int, stop: int) -> Array:
    """Rows of an array that begins at step 1; step 0 is NaN."""
    if start >= 1:
        return values[start - 1 : stop - 1]
    first = np.full((1, values.shape[1]), np.nan)
    return np.concatenate([first, values[: max(stop - 1, 0)]])[: stop - start]

