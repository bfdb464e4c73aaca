"""How good a model is on fresh sequences of the generator, and what needs no memory.

All take the seed of the sequences, and options of the generator that are to differ from the
scenario's own: ``whole(lstm, 100, least=1000, most=1000)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...equations.render import plain_expression
from ...errors import ParamsError
from ...learn import Score, evaluate
from ...simulate.condition import Evaluation
from ..generators import Baseline, Generator
from ..run import can_answer
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace

FRESH_SEED = 271_828
"""Seed of the fresh sequences, away from those of any training."""


def accuracy(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``accuracy(lane, count)``: share of right answers."""
    score = _score(space, evaluation, node)
    return single(0.0 if score is None or score.accuracy is None else score.accuracy)


def whole(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``whole(lane, count)``: share of sequences in which every answer is right."""
    score = _score(space, evaluation, node)
    return single(0.0 if score is None or score.whole is None else score.whole)


def fresh_loss(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``fresh_loss(lane, count)``: mean cross-entropy in nats, or mean squared error."""
    score = _score(space, evaluation, node)
    return single(0.0 if score is None else score.loss)


def baseline_loss(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``baseline_loss()``: the loss of the best model without memory."""
    return single(_baseline(space, evaluation, node).loss)


def baseline_accuracy(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``baseline_accuracy()``: the share of right answers of the best model without memory."""
    found = _baseline(space, evaluation, node).accuracy
    if found is None:
        raise evaluation.error(node, "this task has no right and wrong answers")
    return single(found)


def _baseline(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Baseline:
    if node.arguments:
        raise evaluation.error(node, f"{node.function} is called as {node.function}()")
    generator, _ = _asked(space, evaluation, node)
    return generator.baseline


def _score(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Score | None:
    """The score on fresh sequences; None while the scenario is only checked."""
    name = node.function
    if len(node.arguments) != 2:
        raise evaluation.error(node, f"{name} is called as {name}(lane, fresh sequences)")
    lane = evaluation.lane_of(node.arguments[0])
    if space.scenario.models[lane].patches:
        raise evaluation.error(
            node.arguments[0], f"{lane} is patched at steps of the tape; fresh sequences have none"
        )
    count = evaluation.whole(node.arguments[1], "the number of sequences")
    generator, seed = _asked(space, evaluation, node)
    if not 1 <= count <= 100_000:
        raise evaluation.error(node, f"{name} takes 1 to 100000 sequences")
    scenario = space.scenario
    tape, model = scenario.tape, scenario.models[lane]
    if name != "fresh_loss" and not tape.classes and tape.tolerance is None:
        raise evaluation.error(node, "this task has no right and wrong answers")
    if not can_answer(model, tape) or (tape.classes and model.cell.readout is None):
        what = "classes" if tape.classes else "numbers of the target's size"
        raise evaluation.error(node.arguments[0], f"{lane} has no readout that answers {what}")
    if space.run is None:
        return None
    assert model.params is not None
    batch = generator.sample(np.random.default_rng(seed), count)
    return evaluate(model.cell, dict(model.params), batch, model.sizes)


def _asked(space: RunSpace, evaluation: Evaluation, node: s.Call) -> tuple[Generator, int]:
    """The generator with the options of a call, and the seed."""
    generator = space.scenario.fresh
    if generator is None:
        raise evaluation.error(
            node, f"{node.function} needs a generator as the input;"
            " over the tape's own steps write mean_over(lane.right, first, last)"
        )  # fmt: skip
    seed = FRESH_SEED
    options: dict[str, object] = {}
    for key, value in node.keywords:
        if key == "seed":
            seed = evaluation.whole(value, "a seed")
            if seed < 0:
                raise evaluation.error(value, "a seed is 0 or more")
            continue
        if not isinstance(value, s.Number | s.Text):
            shown = plain_expression(value)
            raise evaluation.error(value, f"{key} is {shown}; it must be a number or a word")
        options[key] = value.value
        if isinstance(value.value, float) and isinstance(getattr(generator, key, None), int):
            options[key] = evaluation.whole(value, key)
    try:
        return generator.with_options(options), seed
    except ParamsError as error:
        raise evaluation.error(node, str(error)) from None
