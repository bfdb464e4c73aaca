"""How good the answers are: on fresh sequences, and over stretches of the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...learn import evaluate
from ...simulate.condition import Evaluation
from ..run import can_answer
from ..tape import shifted
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
    if not can_answer(model, scenario.tape) or model.cell.readout != "softmax":
        raise evaluation.error(node.arguments[0], f"{lane} has no readout that answers classes")
    if space.run is None:
        return single(0)
    assert model.params is not None
    batch = scenario.fresh.sample(np.random.default_rng(seed), count)
    found = evaluate(model.cell, dict(model.params), batch, model.sizes)
    return single(found.accuracy or 0.0)


def rmse(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``rmse(lane or naive, first, last)``: root mean squared error in the data's units."""
    evaluation.arguments(node, "lane or naive", "first step", "last step")
    start, stop = evaluation.steps(node, node.arguments[1], node.arguments[2])
    tape = space.scenario.tape
    if tape.target is None or tape.classes:
        raise evaluation.error(node, "rmse needs targets that are numbers")
    asked = space.targets(start, stop)
    who = node.arguments[0]
    if isinstance(who, s.Name) and who.id == "naive":
        if asked.shape[1] != tape.x.shape[1]:
            raise evaluation.error(who, "naive repeats the input, which has another size")
        answers = tape.in_data_units(shifted(tape.x, start, stop))
    else:
        lane = evaluation.lane_of(who)
        if not can_answer(space.scenario.models[lane], tape):
            raise evaluation.error(who, f"{lane} has no answer of the target's size")
        answers = space.signal(lane, "answer", start, stop)
    there = np.isfinite(asked).all(axis=1)
    if not there.any():
        raise evaluation.error(node, "nothing is asked at these steps")
    return single(np.sqrt(np.mean((answers[there] - asked[there]) ** 2)))
