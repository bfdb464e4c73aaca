"""A scenario that has been run: its traces, and what each lane answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..cells.cost import Cost, cost
from ..errors import SignalError, StepError, listed, suggest
from ..gradient import Flow, flow_of
from ..simulate import BUDGET, Patch, Trace, fork, simulate
from ..simulate.patched import fired_at, unpatched
from .order import lanes_in_order
from .scenario import Model, Scenario
from .scores import LaneScore, Scoring
from .tape import Tape, visible

if TYPE_CHECKING:
    from .space import RunSpace

Array = np.ndarray

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
        What would be right; empty if nothing is asked.
    right : bool or None
        None if nothing is asked, or for numbers without a tolerance.
    error : float or None
        Of a number, in the data's units.
    due : tuple of str
        The labels that would be right.
    """

    text: str
    probabilities: Array | None = None
    confidence: float | None = None
    target: str = ""
    right: bool | None = None
    error: float | None = None
    due: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a lane reads at a step.

    Attributes
    ----------
    text : str
        As the tape shows it.
    own : bool
        Whether it comes from the lane itself, which runs free: its answer of the step before. Else
        it comes from the tape.
    patches : tuple of Patch
        Those that fired on it.
    before : str
        What would have been read without them; empty if there are none.
    changed : bool
        Whether they made another input of it.
    """

    text: str
    own: bool = False
    patches: tuple[Patch, ...] = ()
    before: str = ""
    changed: bool = False


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
        """What a lane would answer after step t; None before it can, and without a target.

        Raises
        ------
        SignalError, StepError
            If there is no such lane or step.
        """
        trace, tape = self[lane], self.scenario.tape
        trace.check_step(t)
        model = self.scenario.models[lane]
        too_early = t <= model.cell.warm_up
        if too_early or tape.target is None or not can_answer(model, tape):
            return None
        values = trace.value(model.cell.answer, t)
        asked = tape.asked(t)
        verdict = float(tape.right(values[None], t)[0])
        right = None if np.isnan(verdict) else bool(verdict)
        if tape.classes:
            best = int(np.argmax(values)) if np.isfinite(values).all() else -1
            text = tape.labels[best] if best >= 0 else "?"
            due = tuple(visible(label) for label in tape.due(t)) if asked else ()
            sure = float(values[best]) if best >= 0 else None
            return Answer(visible(text), values, sure, " or ".join(due), right, due=due)
        value = tape.in_data_units(values)
        wanted = tape.in_data_units(tape.target[t - 1])
        return Answer(
            ", ".join(f"{v:.4g}" for v in value),
            target=", ".join(f"{v:.4g}" for v in wanted) if asked else "",
            right=right,
            error=float(np.sqrt(np.mean((value - wanted) ** 2))) if asked else None,
        )

    def reading(self, lane: str, t: int) -> Reading:
        """What a lane reads at step t ≥ 1, and where it comes from.

        Raises
        ------
        SignalError, StepError
            If there is no such lane or step.
        """
        trace, tape = self[lane], self.scenario.tape
        if t < 1:
            raise StepError(f"{lane} reads nothing at step {t}; it does from step 1 on")
        start = self.scenario.models[lane].free_from
        own = start is not None and t > start
        patches = fired_at(trace, "x", t)
        value = trace.value("x", t)
        text = visible(tape.shown(value) if own or patches else tape.symbols[t - 1])
        if not patches:
            return Reading(text, own)
        before = unpatched(trace, "x", t)
        given = visible(tape.shown(before) if own else tape.symbols[t - 1])
        return Reading(text, own, patches, given, not np.array_equal(value, before, equal_nan=True))

    def cost(self, lane: str, t: int) -> Cost | None:
        """What step t of a lane costs; None at step 0.

        Raises
        ------
        SignalError, StepError
            If there is no such lane or step.
        """
        self[lane].check_step(t)
        model = self.scenario.models[lane]
        return cost(model.cell, model.sizes, t) if t else None

    @cached_property
    def scoring(self) -> Scoring:
        """How good the lanes are, beside the naive forecast."""
        return Scoring(self)

    def scores(self, t: int) -> tuple[LaneScore, ...]:
        """Each lane's loss at step t and its mean so far, the naive forecast last.

        Only lanes that can answer what is asked are scored. The first call works out all losses.

        Raises
        ------
        StepError
            If there is no such step.
        """
        for trace in self.traces.values():
            trace.check_step(t)
        return self.scoring.at(t)

    def flow(self, lane: str) -> Flow:
        """The gradient flow of a lane, with the tape's targets.

        Raises
        ------
        SignalError
            If there is no such lane.
        """
        return flow_of(self[lane], self.scenario.tape.target)

    def space(self) -> RunSpace:
        """What conditions over this run mean."""
        from .space import RunSpace

        return RunSpace(self.scenario, self)


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
    traces: dict[str, Trace] = {}
    for name in lanes_in_order(scenario.models):
        model = scenario.models[name]
        report = (lambda t, name=name: progress(name, t)) if progress else None
        if model.fork_of:
            own = model.patches[len(scenario.models[model.fork_of].patches) :]
            traces[name] = fork(traces[model.fork_of], name, own, traces, share, report)
        else:
            traces[name] = simulate(model.lane(scenario.tape), share, report, traces)
    return Run(scenario, {name: traces[name] for name in scenario.models})
