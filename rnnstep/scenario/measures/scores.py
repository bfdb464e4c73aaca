"""How good the answers are: on fresh sequences, and over stretches of the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...learn import evaluate
from ...simulate.condition import Evaluation
from ..run import can_answer
from ..scores import NAIVE, has_naive
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace

FRESH_SEED = 271_828
"""Seed of the sequences of ``accuracy(…)``, away from those of any training."""


def accuracy(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``accuracy(lane, count)``: over fresh sequences of the generator."""
    form = "accuracy(lane, number of fresh sequences)"
    if len(node.arguments) != 2 or any(key != "seed" for key, _ in node.keywords):
        raise evaluation.error(node, f"accuracy is called as {form}")
    lane = evaluation.lane_of(node.arguments[0])
    count = evaluation.whole(node.arguments[1], "the number of sequences")
    seed = FRESH_SEED
    for _, value in node.keywords:
        seed = evaluation.whole(value, "a seed")
    scenario = space.scenario
    if scenario.fresh is None or not scenario.tape.classes:
        raise evaluation.error(
            node, "accuracy needs a generator that asks for classes as the input;"
            " over the tape's own steps write mean_over(lane.right, first, last)"
        )  # fmt: skip
    if not 1 <= count <= 100_000 or seed < 0:
        raise evaluation.error(node, "accuracy takes 1 to 100000 sequences, and a seed from 0")
    model = scenario.models[lane]
    if not can_answer(model, scenario.tape) or model.cell.readout is None:
        raise evaluation.error(node.arguments[0], f"{lane} has no readout that answers classes")
    if space.run is None:
        return single(0)
    assert model.params is not None
    batch = scenario.fresh.sample(np.random.default_rng(seed), count)
    found = evaluate(model.cell, dict(model.params), batch, model.sizes)
    return single(found.accuracy or 0.0)


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
