"""Which answers are right, and training until whole sequences are."""

from __future__ import annotations

import numpy as np
import pytest

from rnnstep.cells import get_cell
from rnnstep.learn import (
    NO_TARGET,
    Batch,
    Recipe,
    evaluate,
    initialise,
    right_answers,
    score,
    train,
)
from rnnstep.scenario.generators import LongLag, Reber


def test_right_is_that_all_legal_classes_come_before_all_others() -> None:
    legal = np.array([[True, True, False], [True, True, False], [True, True, False]])
    values = np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0], [3.0, 1.0, 1.0]])
    found = right_answers(values, np.array([0, 0, 0]), legal)
    assert found.tolist() == [True, False, False]
    nowhere = np.full((1, 3), np.nan)
    assert right_answers(nowhere, np.array([0]), legal[:1]).tolist() == [False]
    assert right_answers(nowhere, np.array([0])).tolist() == [False]


def test_whole_counts_sequences_without_any_wrong_answer() -> None:
    target = np.array([[0, 1, 0], [1, 1, NO_TARGET]])
    batch = Batch(np.zeros((2, 3, 1)), target)
    values = np.zeros((3, 3, 2))
    values[1, :, 0] = values[2, :, 1] = 1.0
    found = score(values, batch)
    assert found.accuracy == pytest.approx(4 / 5) and found.whole == pytest.approx(2 / 3)


def test_numbers_within_the_tolerance_are_right() -> None:
    target = np.array([[[0.5], [0.5], [0.5]]])
    batch = Batch(np.zeros((1, 3, 1)), target, tolerance=0.04)
    values = np.array([np.zeros((3, 1)), [[0.53], [0.55], [0.45]]])
    assert score(values, batch).accuracy == pytest.approx(1 / 3)
    assert score(values, Batch(batch.x, target)).accuracy is None


def test_a_large_batch_is_scored_in_parts_to_the_same_score(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = Reber()
    cell = get_cell("gru").with_readout("softmax")
    sizes = cell.sizes(5, {"x": 7, "logits": 7})
    params = initialise(cell, sizes, seed=2)
    batch = task.sample(np.random.default_rng(0), 37)
    at_once = evaluate(cell, params, batch)
    monkeypatch.setattr("rnnstep.learn.loss.RECORDED", 10_000)
    in_parts = evaluate(cell, params, batch)
    assert in_parts.loss == pytest.approx(at_once.loss, rel=1e-12)
    assert (in_parts.accuracy, in_parts.whole, in_parts.asked) == (
        pytest.approx(at_once.accuracy), pytest.approx(at_once.whole), at_once.asked,
    )  # fmt: skip


def test_training_can_stop_when_whole_sequences_are_right() -> None:
    task = LongLag(4)
    cell = get_cell("gru").with_readout("softmax")
    sizes = cell.sizes(8, {"x": 5, "logits": 5})
    recipe = Recipe("orthogonal", learning_rate=0.02, updates=600, stop_whole=1.0, passes=2)
    assert recipe.has_goal and not Recipe().has_goal
    result = train(cell, sizes, task, recipe)
    assert result.solved and result.best.whole == 1.0 and result.update < 600
