"""A lane that runs free says so, shows what it really read, and is scored by what truly came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnstep.export.show import show_step
from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.scenario.score_table import score_table
from rnnstep.scenario.tape import Tape

NUMBERS = """\
format: 1
title: Halves
readout: none
input: {values: {series: [8, 8, 8, 8, 8], target: next, scale: {offset: 2, factor: 3}}}
models:
  half:
    equations: h = a * x
    weights: {values: {a: [0.5]}}
    free_running: {from: 2}
  bound:
    equations: h = a * x
    weights: {values: {a: [0.5]}}
"""
LETTERS = """\
format: 1
title: Round and round
readout: none
input: {text: {text: abcabcabc, target: next}}
models:
  turn:
    equations: y = softmax(W @ x)
    output: y
    weights: {values: {W: [[0, 0, 30], [30, 0, 0], [0, 30, 0]]}}
    free_running: {from: 3}
"""


def run_of(text: str) -> Run:
    return run_scenario(parse_scenario(text, Path("here.yaml")))


def test_numbers_are_fed_back_scaled_and_scored_against_what_truly_came() -> None:
    run = run_of(NUMBERS)
    # 8 is 2 on the tape's scale: read 2, 2, then its own 1, 0.5, 0.25; said 5, 5, 3.5, 2.75, …
    np.testing.assert_allclose(run["half"]["x"][1:, 0], [2, 2, 1, 0.5, 0.25])
    losses = run.scoring.losses("half").loss
    np.testing.assert_allclose(losses[1:5], [(5 - 8) ** 2, 9, (3.5 - 8) ** 2, (2.75 - 8) ** 2])
    table = score_table(run, 1, 5)
    assert [row.free_from for row in table.rows] == [None, 2, None]
    assert run.scenario.models["half"].free_from == 2
    text = NUMBERS + "expect:\n  - that: half.x == 0.25 and bound.x == 2 and x == 2\n"
    assert judge(run_of(text))[0].passed


def test_symbols_run_free_and_show_says_what_was_read() -> None:
    text = LETTERS.replace("text: abcabcabc", "text: abcaaaaaa")
    run = run_of(text.replace("target: next", "target: next, vocabulary: abc"))
    readings = [run.reading("turn", t) for t in range(1, 10)]
    assert [reading.own for reading in readings] == [False] * 3 + [True] * 6
    assert [reading.text for reading in readings] == list("abcabcabc")
    shown = show_step(run, 5)
    assert "free running from step 3" in shown
    assert "reads b, its own answer of the step before" in shown
    assert "its own answer" not in show_step(run, 3)


def test_a_drawn_run_is_the_same_every_time_and_another_with_another_seed() -> None:
    text = LETTERS.replace("30", "1").replace("{from: 3}", "{from: 1, sample: 4}")
    text = text.replace("abcabcabc", "abc" * 30)
    first, again, other = (run_of(t)["turn"]["x"][1:] for t in
                           (text, text, text.replace("sample: 4", "sample: 5")))  # fmt: skip
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert set(np.unique(first)) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{from: 2}", "{from: 0}", r":9:26: .* it can after steps 1 to 4"),
        ("{from: 2}", "{from: 5}", "cannot begin after step 5"),
        ("{from: 2}", "{from: lats}", "there is no mark 'lats' .did you mean 'last'"),
        ("{from: 2}", "{sample: 1}", "from is missing"),
        ("{from: 2}", "{form: 2}", "unknown key 'form' .did you mean 'from'"),
        ("{from: 2}", "{from: 2, sample: 1}", "sample draws classes"),
        ("target: next", "target: [1, 2, 3, 4, 5]", r":9:5: .* is not the next input"),
        ("h = a * x", "h = concat(a * x, x)", "the answer has size 2 and the input 1"),
    ],
)
def test_free_running_that_cannot_be_is_refused_at_its_place(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(NUMBERS.replace(old, new, 1), Path("here.yaml"))


def test_answers_are_the_next_input_only_if_they_mean_the_same_symbols() -> None:
    x = np.eye(2)[[0, 1, 1, 0]]
    target = np.array([1, 1, 0, -1])
    tape = Tape(x, ("A", "B", "B", "A"), ("A", "B"), target, ("A", "B"))
    assert tape.predicts_input
    assert not replace(tape, labels=("yes", "no")).predicts_input
    assert not replace(tape, target=np.array([1, 0, 0, -1])).predicts_input
    assert not replace(tape, target=np.full(4, -1)).predicts_input
    assert not replace(tape, target=None, labels=()).predicts_input
