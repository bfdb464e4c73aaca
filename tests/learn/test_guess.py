"""Guessing parameters: what it draws, when it ends, and what it needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnstep.cells import custom_cell, get_cell
from rnnstep.errors import ParamsError
from rnnstep.learn import Guess, evaluate, find_params
from rnnstep.scenario.generators import TwoSequences
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError

TASK = TwoSequences(20, 2)
CELL = get_cell("rnn").with_readout("softmax")
SIZES = CELL.sizes(1, {"x": 1, "logits": 2})


def test_guessing_finds_a_latch_that_holds_on_fresh_sequences() -> None:
    found = find_params(CELL, SIZES, TASK, Guess(stop_accuracy=0.99, updates=5000))
    assert found.solved_at == found.update == found.checks[-1].update
    assert all(np.abs(value).max() <= 10 for value in found.params.values())
    batch = TASK.sample(np.random.default_rng(99), 2000)
    assert (evaluate(CELL, found.params, batch).accuracy or 0) > 0.95
    again = find_params(CELL, SIZES, TASK, Guess(stop_accuracy=0.99, updates=5000))
    assert again.solved_at == found.solved_at


def test_guessing_that_fails_keeps_the_best_draw_and_is_not_solved() -> None:
    found = find_params(CELL, SIZES, TASK, Guess(spread=0.01, stop_accuracy=0.99, updates=30))
    assert not found.solved and found.best.loss == min(check.loss for check in found.checks)
    assert found.update <= 30
    shown = []
    find_params(CELL, SIZES, TASK, Guess(0.01, 250, stop_loss=0.0), shown.append)
    assert [check.update for check in shown] == [100, 200]


def test_a_draw_whose_loss_is_not_finite_gives_way_to_one_that_has_a_loss() -> None:
    text = "h = W @ x + U @ h[t-1] + exp(500 * k) - exp(500 * k)"
    cell = custom_cell(text).with_readout("softmax")
    sizes = cell.sizes(1, {"x": 1, "logits": 2})
    found = find_params(cell, sizes, TASK, Guess(3.0, 40, seed=2, stop_accuracy=1.0))
    losses = [check.loss for check in found.checks]
    assert np.isnan(losses[0]) and found.best.loss == min(losses[1:])


def test_guessing_without_a_goal_is_refused() -> None:
    with pytest.raises(ParamsError, match="needs a goal"):
        find_params(CELL, SIZES, TASK, Guess())


TEXT = """\
format: 1
title: Guessed
input: {two_sequences: {length: 20, carry: 2}}
models:
  a: {cell: rnn, units: 1, train: {method: guess, stop_accuracy: 0.9, seeds: 3}}
"""


def test_a_scenario_can_say_that_a_model_is_guessed() -> None:
    training = parse_scenario(TEXT, Path("small.yaml"), need_weights=False).models["a"].training
    assert training is not None and training.seeds == 3
    assert training.recipe == Guess(stop_accuracy=0.9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stop_accuracy: 0.9, ", "", "needs a goal"),
        ("seeds: 3", "clip: 1.0", "clip is not for the method guess"),
        ("method: guess", "spread: 3", "spread is not for the method gradient"),
        ("method: guess", "method: gess", "did you mean"),
    ],
)
def test_what_does_not_go_with_guessing_is_told(old: str, new: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(TEXT.replace(old, new), Path("small.yaml"), need_weights=False)
