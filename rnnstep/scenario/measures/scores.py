"""How good the answers are over stretches of the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...simulate.condition import Evaluation
from ..run import can_answer
from ..scores import NAIVE, has_naive
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace


def rmse(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``rmse(lane or naive, first, last)``: root mean squared error in the data's units."""
    return np.asarray(np.sqrt(mse(space, evaluation, node)))


def mse(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``mse(lane or naive, first, last)``: mean squared error in the data's units²."""
    return _mean_loss(space, evaluation, node, of_classes=False)


def log_loss(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``log_loss(lane or naive, first, last)``: mean of -log p of what was due, in nats."""
    return _mean_loss(space, evaluation, node, of_classes=True)


def _mean_loss(
    space: RunSpace, evaluation: Evaluation, node: s.Call, of_classes: bool
) -> Array:
    """Mean loss over the steps of a range that are scored; see ``rnnstep.scenario.scores``."""
    evaluation.arguments(node, "lane or naive", "first step", "last step")
    start, stop = evaluation.steps(node, node.arguments[1], node.arguments[2])
    tape = space.scenario.tape
    if tape.target is None or tape.classes != of_classes:
        kind = "classes" if of_classes else "numbers"
        raise evaluation.error(node, f"{node.function} needs targets that are {kind}")
    who = node.arguments[0]
    if isinstance(who, s.Name) and who.id == NAIVE:
        if not has_naive(tape):
            raise evaluation.error(who, "naive repeats the input, which has another size")
        name = NAIVE
    else:
        name = evaluation.lane_of(who)
        if not can_answer(space.scenario.models[name], tape):
            raise evaluation.error(who, f"{name} has no answer of the target's size")
    if not tape.asked_at(start, stop).any():
        raise evaluation.error(node, "nothing is asked at these steps")
    if space.run is None:
        return single(0)
    mean, count = space.run.scoring.losses(name).mean(start, stop - 1)
    if not count:
        raise evaluation.error(node, f"{name} has no answer yet at these steps")
    return single(mean)
