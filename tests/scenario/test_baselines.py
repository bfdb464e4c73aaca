"""The stated baselines are what the best model without memory gets, by simulation."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from rnnstep.learn import Batch, right_answers
from rnnstep.scenario.generators import (
    Adding,
    ContinualReber,
    CopyMemory,
    Counting,
    Generator,
    LongLag,
    Parity,
    Reber,
    Recall,
    Sine,
    TemporalOrder,
    TwoSequences,
)

Array = np.ndarray


def best_loss_of_classes(key: Array, target: Array) -> float:
    """The loss of the predictor that says, for each key, how often each class came with it."""
    pairs = np.zeros((key.max() + 1, target.max() + 1))
    np.add.at(pairs, (key, target), 1)
    share = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1)
    return float(-np.log(share[key, target]).mean())


def present(task: Generator, batch: Batch, with_step: bool) -> tuple[Array, Array]:
    """What a model without memory knows at every asked step, as a number; and the targets."""
    steps, rows = np.nonzero(batch.asked)
    seen = batch.x[steps, rows]
    # Numbers that say nothing of the answer are no key: a bit is one, noise is none.
    code = seen.argmax(axis=1) if seen.shape[1] > 1 else (seen[:, 0] > 0).astype(int)
    size = max(len(task.names), 2)
    return (steps * size + code if with_step else code), batch.target[steps, rows]


CLASSES = [
    (Recall(4, 5), False), (TemporalOrder(20), False), (TemporalOrder(20, 3), False),
    (Reber(), False), (Reber(embedded=False), False), (ContinualReber(40), False),
    (LongLag(5), False), (TwoSequences(20), False), (Parity(3, 9), False),
    (Parity(2, 6, "every"), True), (Counting("ab", 1, 6), False), (Counting("abc", 2, 2), False),
    (Counting("abc", 1, 3), False), (CopyMemory(5, 3, 4), True),
]  # fmt: skip


@pytest.mark.parametrize(("task", "with_step"), CLASSES, ids=repr)
def test_the_baseline_of_classes_is_what_the_best_without_memory_gets(
    task: Generator, with_step: bool
) -> None:
    batch = task.sample(np.random.default_rng(5), 20_000)
    key, target = present(task, batch, with_step)
    assert task.baseline.loss == pytest.approx(best_loss_of_classes(key, target), abs=6e-3)
    # The best ranking for each key, by trying all of them.
    steps, rows = np.nonzero(batch.asked)
    legal = None if batch.legal is None else batch.legal[steps, rows]
    kinds = len(task.labels)
    right = 0
    for k in np.unique(key):
        here = key == k
        if legal is None:
            right += np.bincount(target[here]).max()
            continue
        sets, counts = np.unique(legal[here], axis=0, return_counts=True)
        right += max(
            counts[right_answers(np.tile(ranks, (len(sets), 1)), np.zeros(len(sets), int), sets)]
            .sum()
            for ranks in map(np.array, permutations(range(kinds)))
        )
    assert task.baseline.accuracy == pytest.approx(right / len(key), abs=0.01)


@pytest.mark.parametrize("task", [Adding(20), Adding(100), Adding(5, "plain"), Adding(50, "plain")],
                         ids=repr)  # fmt: skip
def test_the_baseline_of_the_adding_problem_is_what_the_best_without_memory_gets(
    task: Adding,
) -> None:
    batch = task.sample(np.random.default_rng(5), 100_000)
    rows = np.arange(100_000)
    ends = batch.asked.argmax(axis=0)
    last, target = batch.x[ends, rows], batch.target[ends, rows, 0]
    if task.form == "paper":
        said = np.full(len(target), 0.5)
        assert target.mean() == pytest.approx(0.5, abs=3e-3)
    else:
        said = np.where(last[:, 1] == 1, last[:, 0] + 0.5, 1.0)
    errors = np.abs(said - target)
    assert task.baseline.loss == pytest.approx(np.mean(errors**2), rel=0.02)
    assert task.baseline.accuracy == pytest.approx(np.mean(errors < 0.04), abs=5e-3)


def test_the_baselines_of_the_literature_are_met() -> None:
    assert CopyMemory(1000).baseline.loss == pytest.approx(0.0204, abs=5e-5)
    assert Adding(10_000, "plain").baseline.loss == pytest.approx(0.1667, abs=1e-4)
    assert Recall(4).baseline.accuracy == 0.25


@pytest.mark.parametrize("task", [Sine(), Sine(200, 0.3, 0.5), Sine(100, noise=0.0)], ids=repr)
def test_the_baseline_of_the_sine_is_the_best_straight_line(task: Sine) -> None:
    batch = task.sample(np.random.default_rng(5), 2000)
    now, after = batch.x[:-1, :, 0].ravel(), batch.target[:-1, :, 0].ravel()
    slope, offset = np.polyfit(now, after, 1)
    found = np.mean((slope * now + offset - after) ** 2)
    assert task.baseline.loss == pytest.approx(found, rel=0.01, abs=1e-9)
    assert task.baseline.accuracy is None


def test_the_figures_of_the_sines_page_are_those_of_ten_seeds() -> None:
    # AR(4) by least squares on steps 1 to 600; then k steps ahead from each later step.
    task = Sine()
    errors: dict[int, list[float]] = {1: [], 4: [], 16: [], 64: []}
    noisy: dict[int, list[float]] = {k: [] for k in errors}
    for seed in range(10):
        x = task.tape(seed).x[:, 0]
        design = np.stack([x[3 - k : 599 - k] for k in range(4)] + [np.ones(596)], axis=1)
        *phi, c = np.linalg.lstsq(design, x[4:600], rcond=None)[0]
        starts = np.arange(603, 1000 - 64)
        window = [x[starts - k] for k in range(4)]
        for k in range(1, 65):
            window = [sum(p * v for p, v in zip(phi, window, strict=True)) + c, *window[:3]]
            if k in errors:
                errors[k].append(np.mean((window[0] - task.wave[starts + k]) ** 2))
                noisy[k].append(np.mean((window[0] - x[starts + k]) ** 2))
    assert [round(float(np.mean(errors[k])), 3) for k in errors] == [0.011, 0.015, 0.031, 0.218]
    assert [round(float(np.mean(noisy[k])), 3) for k in noisy] == [0.05, 0.055, 0.07, 0.256]
