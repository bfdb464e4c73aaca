"""What conditions can ask of fresh sequences, and the sequence that is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from values import number

from rnnstep.errors import EquationError
from rnnstep.learn import evaluate
from rnnstep.scenario.generators import Counting
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import Run, run_scenario

COUNTING = """\
format: 1
title: Counting
input: {counting: {most: 4, seed: 1, shown: {least: 30, most: 30}}}
models:
  gru: {cell: gru, units: 3, weights: {init: {seed: 3}}}
"""
INPUT = "counting: {most: 4, seed: 1, shown: {least: 30, most: 30}}"
ADDING = COUNTING.replace(INPUT, "adding: {}")
SINE = COUNTING.replace(INPUT, "sine: {length: 9}")
SERIES = COUNTING.replace(INPUT, "values: {series: [1], target: [1]}")


def run(text: str) -> Run:
    return run_scenario(parse_scenario(text, Path("small.yaml")))


def test_the_shown_sequence_may_have_options_that_training_has_not() -> None:
    scenario = parse_scenario(COUNTING, Path("small.yaml"))
    assert scenario.tape.symbols.count("a") == 30
    assert scenario.fresh == Counting("ab", 1, 4)


def test_measures_of_fresh_sequences_are_those_of_evaluate() -> None:
    counting = run(COUNTING)
    model = counting.scenario.models["gru"]
    long = Counting("ab", 9, 9).sample(np.random.default_rng(7), 20)
    found = evaluate(model.cell, dict(model.params or {}), long)
    assert number(counting, "accuracy(gru, 20, least=9, most=9, seed=7)") == found.accuracy
    assert number(counting, "whole(gru, 20, least=9, most=9, seed=7)") == found.whole
    assert number(counting, "fresh_loss(gru, 20, least=9, most=9, seed=7)") == found.loss
    assert number(counting, "baseline_loss()") == Counting("ab", 1, 4).baseline.loss
    assert number(counting, "baseline_accuracy(most=8)") == Counting("ab", 1, 8).baseline.accuracy


def test_right_is_where_the_tolerance_or_the_legal_symbols_say_so() -> None:
    counting = run(COUNTING)
    space, tape = counting.space(), counting.scenario.tape
    right = space.signal("gru", "right", 0, tape.length + 1)[:, 0]
    values = counting["gru"]["y"]
    assert tape.legal is not None
    for t in range(1, tape.length):
        legal = tape.legal[t - 1]
        assert right[t] == float(values[t][legal].min() > values[t][~legal].max())
        answer = counting.answer("gru", t)
        assert answer is not None and answer.right == bool(right[t])
        assert answer.due == tape.due(t)
    assert np.isnan(right[[0, tape.length]]).all()
    assert counting.answer("gru", 3).target == "a or b"  # type: ignore[union-attr]
    adding = run(ADDING)
    end = adding.length
    value = adding["gru"]["y"][end, 0] - adding.scenario.tape.target[-1, 0]
    assert adding.answer("gru", end).right == (abs(value) < 0.04)  # type: ignore[union-attr]
    assert number(adding, "gru.right") == float(abs(value) < 0.04)


@pytest.mark.parametrize(
    ("text", "condition", "message"),
    [
        (COUNTING, "accuracy(gru)", "accuracy is called as"),
        (COUNTING, "whole(gru, 0)", "1 to 100000"),
        (COUNTING, "whole(gru, 5, mast=3)", "did you mean 'most'"),
        (COUNTING, "whole(gru, 5, most=0.5)", "most is a whole number"),
        (COUNTING, "whole(gru, 5, most=t)", "must be a number or a word"),
        (COUNTING, "whole(gru, 5, least=9)", "most is 4; it can be 9 to"),
        (COUNTING, "whole(gru, 5, letters='abc')", "another input"),
        (COUNTING, "baseline_loss(gru)", r"called as baseline_loss\(\)"),
        (COUNTING, "accuracy(gru, 5, seed=-1)", "a seed is"),
        (SERIES, "whole(gru, 5)", "needs a generator"),
        (SINE, "accuracy(gru, 5)", "no right and wrong"),
        (SINE, "baseline_accuracy()", "no right and wrong"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_would_be_right(text: str, condition: str, message: str) -> None:
    with pytest.raises(EquationError, match=message):
        number(run(text), condition)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("most: 0", r":3:26: counting: most is 0; it can be 1 to"),
        ("most: 4, shown: {most: 0}", r"counting: most is 0; it can be 1 to"),
        ("most: 4, shown: {letters: abc}", "another input"),
        ("most: 4, shown: {mast: 4}", "did you mean 'most'"),
        ("most: 4, seed: -1", "counting.seed is -1; it must be at least 0"),
        ("letters: abcd", "letters is 'abcd'; it must be ab or abc"),
    ],
)
def test_the_impossible_is_told_with_its_place(given: str, message: str) -> None:
    text = COUNTING.replace("most: 4, seed: 1, shown: {least: 30, most: 30}", given)
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(text, Path("small.yaml"))


def test_a_noisy_sine_is_learned_from_in_windows_or_as_a_task() -> None:
    text = """\
format: 1
title: Sine
input: {sine: {length: 60}}
train: {steps: [1, 40], window: 10, validate_on: [41, 60]}
models:
  gru: {cell: gru, units: 3}
"""
    windows = parse_scenario(text, Path("small.yaml"), need_weights=False).models["gru"].training
    assert windows is not None and windows.validation is not None
    assert windows.sampler.sample(np.random.default_rng(0), 4).x.shape == (10, 4, 1)
    plain = text.replace("{steps: [1, 40], window: 10, validate_on: [41, 60]}", "{updates: 1}")
    task = parse_scenario(plain, Path("small.yaml"), need_weights=False).models["gru"].training
    assert task is not None and task.sampler.sample(np.random.default_rng(0), 4).x.shape[0] == 60
    with pytest.raises(ScenarioError, match="a generator draws sequences"):
        parse_scenario(text.replace("sine: {length: 60}", "parity: {}"), Path("small.yaml"), False)
