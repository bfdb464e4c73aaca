"""Two lanes beside each other: how far apart they are, where they part, whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...errors import RnnstepError
from ...simulate.compare import check_comparable, distance, first_divergence
from ...simulate.condition import Evaluation
from ..run import can_answer
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace


def distance_between(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``distance(a, b, "h")``: norm of the difference at each step; with a step, at that one."""
    if len(node.arguments) not in (3, 4):
        evaluation.arguments(node, "lane", "lane", '"signal"', "step")
    one, other = (evaluation.lane_of(argument) for argument in node.arguments[:2])
    name = node.arguments[2]
    if not isinstance(name, s.Text):
        raise evaluation.error(name, 'the signal is a text, as in distance(rnn, lstm, "h")')
    start, stop = evaluation.start, evaluation.stop
    if len(node.arguments) == 4:
        start = evaluation.step(node.arguments[3])
        stop = start + 1
    models, run = space.scenario.models, space.run
    try:
        check_comparable(models[one], models[other], name.value)
        if run is None:
            return np.zeros((stop - start, 1))
        traces = run.traces[one], run.traces[other]
        return distance(*traces, name.value, start, stop - 1)[:, None]
    except RnnstepError as error:
        raise evaluation.error(name, str(error)) from None


def agreement(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``agreement(a, b, first, last)``: share of steps at which both answer the same class."""
    evaluation.arguments(node, "lane", "lane", "first step", "last step")
    start, stop = evaluation.steps(node, node.arguments[2], node.arguments[3])
    tape = space.scenario.tape
    lanes = [evaluation.lane_of(argument) for argument in node.arguments[:2]]
    if not tape.classes or not all(can_answer(space.scenario.models[n], tape) for n in lanes):
        raise evaluation.error(
            node, "agreement is of lanes that answer classes; of numbers take a mean_over(…) of"
            " their distance"
        )  # fmt: skip
    if space.run is None:
        return single(0)
    one, other = (space.signal(lane, "answer", start, stop)[:, 0] for lane in lanes)
    known = np.array([a is not None and b is not None for a, b in zip(one, other, strict=True)])
    if not known.any():
        raise evaluation.error(node, "at none of these steps both have an answer")
    return single(np.mean((one == other)[known]))


def first_divergence_of(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``first_divergence(a, b)``: the first step at which they differ; NaN if there is none."""
    evaluation.arguments(node, "lane", "lane")
    one, other = (evaluation.lane_of(argument) for argument in node.arguments)
    if space.run is None:
        return single(0)
    try:
        found = first_divergence(space.run.traces[one], space.run.traces[other])
    except RnnstepError as error:
        raise evaluation.error(node, str(error)) from None
    return single(np.nan if found is None else found.step)
