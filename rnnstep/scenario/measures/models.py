"""What a model holds and what it foretells: a parameter, a stationary distribution, a forecast."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...cells.chain import chain_of
from ...cells.chain import stationary as long_run
from ...equations import syntax as s
from ...errors import RnnstepError, listed, suggest
from ...simulate import Feedback, simulate
from ...simulate.condition import Evaluation
from ..run import can_answer
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace

FARTHEST = 10_000
"""Steps that a forecast may reach ahead."""


def parameter(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``parameter(lane, 'phi_1', row, column)``: one number of a model's parameters."""
    if len(node.arguments) not in (3, 4) or node.keywords:
        raise evaluation.error(
            node, "parameter is called as parameter(lane, 'name', row, column), and without a"
            " column for a vector",
        )  # fmt: skip
    lane = evaluation.lane_of(node.arguments[0])
    model, asked = space.scenario.models[lane], node.arguments[1]
    names = model.sizes.params
    if not isinstance(asked, s.Text) or asked.value not in names:
        given = asked.value if isinstance(asked, s.Text) else ""
        raise evaluation.error(
            asked, f"{lane} has no parameter {given!r}{suggest(given, names)}; it has"
            f" {listed(names)}, each in quotes",
        )  # fmt: skip
    shape = names[asked.value]
    place = tuple(evaluation.whole(part, "a row or column") for part in node.arguments[2:])
    inside = len(place) == len(shape) and all(
        0 <= k < extent for k, extent in zip(place, shape, strict=True)
    )
    if not inside:
        raise evaluation.error(
            node, f"{asked.value} has the shape {shape}; it has no entry {list(place)}"
        )
    return single(0 if model.params is None else model.params[asked.value][place])


def stationary(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``stationary(lane, 'A')``: the share of a symbol in the long run of a Markov chain."""
    evaluation.arguments(node, "lane", "'symbol'")
    lane = evaluation.lane_of(node.arguments[0])
    tape, model, asked = space.scenario.tape, space.scenario.models[lane], node.arguments[1]
    chain = chain_of(model.cell)
    if chain is None or tape.labels != tape.names or not can_answer(model, tape):
        raise evaluation.error(
            node, f"{lane} has no table that says which symbol of its input comes next"
        )
    if not isinstance(asked, s.Text) or asked.value not in tape.labels:
        raise evaluation.error(asked, f"the symbols are {listed(tape.labels)}, each in quotes")
    if space.run is None:
        return single(0)
    assert model.params is not None
    shares = long_run(model.params[chain.table], chain.order)
    if shares is None:
        raise evaluation.error(
            node, f"the chain of {lane} has no one long run: it falls into parts that never meet,"
            " or it has too many contexts to tell",
        )  # fmt: skip
    return single(shares[tape.labels.index(asked.value)])


def log_likelihood(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``log_likelihood(lane, first, last)``: sum of log p of what was due, over scored steps."""
    evaluation.arguments(node, "lane", "first step", "last step")
    lane = evaluation.lane_of(node.arguments[0])
    start, stop = evaluation.steps(node, node.arguments[1], node.arguments[2])
    tape = space.scenario.tape
    if not tape.classes or not can_answer(space.scenario.models[lane], tape):
        raise evaluation.error(node, "log_likelihood needs a lane that answers classes")
    if space.run is None:
        return single(0)
    mean, count = space.run.scoring.losses(lane).mean(start, stop - 1)
    return single(0 - mean * count if count else np.nan)


def forecast(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``forecast(lane, t, k)``: what a lane that knows steps 1 to t says of step t + k.

    The one-step model is iterated: each answer is the next input. In the units of the data. The
    step foretold may lie beyond the tape.
    """
    evaluation.arguments(node, "lane", "step", "steps ahead")
    lane = evaluation.lane_of(node.arguments[0])
    known = evaluation.step(node.arguments[1])
    ahead = evaluation.whole(node.arguments[2], "the number of steps ahead")
    tape, model = space.scenario.tape, space.scenario.models[lane]
    width = model.sizes.signals[model.cell.answer]
    if tape.classes or not tape.predicts_input or width != tape.x.shape[1]:
        raise evaluation.error(node, f"{lane} does not foretell the next numbers of its input")
    if not model.cell.warm_up < known or not 1 <= ahead <= FARTHEST:
        raise evaluation.error(
            node, f"a forecast of {lane} knows steps 1 to {model.cell.warm_up + 1} at least, and"
            f" reaches 1 to {FARTHEST} steps ahead",
        )  # fmt: skip
    if space.run is None:
        return np.zeros((1, width))
    recipe = model.lane(tape)
    x = np.zeros((known + ahead - 1, tape.x.shape[1]))
    x[:known] = tape.x[:known]
    free = Feedback(known) if ahead > 1 else None
    try:
        trace = simulate(replace(recipe, x=x, feedback=free))
    except RnnstepError as error:
        raise evaluation.error(node, str(error)) from None
    return tape.in_data_units(trace.rows(model.cell.answer, len(x), len(x) + 1))
