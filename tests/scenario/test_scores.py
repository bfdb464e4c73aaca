"""Lanes are scored on the same footing as the naive forecast, step by step."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from rnnstep.errors import RnnstepError, StepError
from rnnstep.scenario.forks import with_fork
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.scenario.score_table import score_table
from rnnstep.scenario.scores import Losses, log_losses, naive_losses
from rnnstep.simulate import Patch

SERIES = """\
format: 1
title: Halves
input: {values: {series: [1, 3, 2, 5, 4, 4], target: next, scale: {offset: 1, factor: 2}}}
readout: none
models:
  half:
    equations: h = a * x
    weights: {values: {a: [0.5]}}
  still:
    equations: h = x + 0 * a
    weights: {values: {a: [1]}}
"""
TEXT = """\
format: 1
title: Letters
input: {text: {text: abacabad, target: next}}
models:
  rnn: {cell: rnn, units: 3, weights: {init: {seed: 3}}}
"""


def run_of(text: str) -> Run:
    return run_scenario(parse_scenario(text, Path("here.yaml")))


def test_the_squared_error_is_in_the_units_of_the_data_and_its_mean_is_of_what_was_asked() -> None:
    run = run_of(SERIES)
    data = np.array([1.0, 3, 2, 5, 4, 4])
    half = (0.5 * (data - 1) / 2 * 2 + 1)[:-1]
    wanted = (half - data[1:]) ** 2
    for t in range(1, 6):
        score = {s.lane: s for s in run.scores(t)}["half"]
        assert score.loss == pytest.approx(wanted[t - 1])
        assert score.mean == pytest.approx(wanted[:t].mean())
        assert (score.steps, score.unit) == (t, "data units²")
    last = {s.lane: s for s in run.scores(6)}["half"]
    assert math.isnan(last.loss) and last.steps == 5
    assert last.mean == pytest.approx(wanted.mean())
    first = run.scores(0)[0]
    assert math.isnan(first.loss) and math.isnan(first.mean) and first.steps == 0
    with pytest.raises(StepError, match="no step 7"):
        run.scores(7)


def test_the_naive_forecast_of_numbers_is_the_lane_that_repeats_its_input() -> None:
    run = run_of(SERIES)
    still, naive = run.scoring.losses("still"), run.scoring.losses("naive")
    np.testing.assert_allclose(still.loss, naive.loss)
    assert [score.lane for score in run.scores(3)] == ["half", "still", "naive"]


def test_the_naive_forecast_of_symbols_counts_what_was_due_before_and_one_more_of_each() -> None:
    tape = run_of(TEXT).scenario.tape
    text, letters = "abacabad", "abcd"
    losses = naive_losses(tape)
    seen = dict.fromkeys(letters, 0)
    for t in range(1, 8):
        due = text[t]
        share = (seen[due] + 1) / (sum(seen.values()) + 4)
        assert losses[t] == pytest.approx(-math.log(share))
        seen[due] += 1
    assert math.isnan(losses[0]) and math.isnan(losses[8])


def test_the_log_loss_of_a_certain_error_is_finite_from_scores_and_infinite_from_a_zero() -> None:
    scores, target = np.array([[800.0, 0.0]]), np.array([1])
    assert log_losses(scores, target, are_scores=True)[0] == pytest.approx(800)
    assert log_losses(np.array([[1.0, 0.0]]), target, are_scores=False)[0] == math.inf
    assert math.isnan(log_losses(scores, np.array([-1]), are_scores=True)[0])


def test_steps_before_the_first_answer_are_left_out_and_a_broken_lane_has_no_mean() -> None:
    asked = np.array([False, True, True, True, True])
    late = Losses.of(np.array([np.nan, np.nan, 2.0, 4.0, 6.0]), asked)
    assert late.until(4) == (4.0, 3)
    assert late.mean(1, 2) == (2.0, 1)
    broken = Losses.of(np.array([np.nan, 1.0, 2.0, np.nan, 6.0]), asked)
    assert broken.until(2) == (1.5, 2)
    assert math.isnan(broken.until(4)[0]) and math.isnan(broken.mean(1, 4)[0])
    silent = Losses.of(np.full(5, np.nan), asked)
    assert math.isnan(silent.until(4)[0]) and silent.until(4)[1] == 0


def test_measures_are_the_means_of_the_steps_they_name(root: Path) -> None:
    from rnnstep.scenario.expect import judge

    text = SERIES + """\
expect:
  - that: mse(half, 2, 4) == (at(half.loss, 2) + at(half.loss, 3) + at(half.loss, 4)) / 3
  - that: abs(rmse(naive, 1, 6) ** 2 - mse(still, 1, last)) < 1e-12
"""
    assert all(outcome.passed for outcome in judge(run_of(text)))
    letters = TEXT + """\
expect:
  - that: abs(log_loss(rnn, 1, 2) - (at(rnn.loss, 1) + at(rnn.loss, 2)) / 2) < 1e-12
  - that: abs(log_loss(naive, 1, 1) - log(4)) < 1e-12
"""
    assert all(outcome.passed for outcome in judge(run_of(letters)))


@pytest.mark.parametrize(
    ("text", "claim", "message"),
    [
        (SERIES, "log_loss(half, 1, 2) < 1", "log_loss needs targets that are classes"),
        (TEXT, "mse(rnn, 1, 2) < 1", "mse needs targets that are numbers"),
        (SERIES, "mse(halv, 1, 2) < 1", "did you mean 'half'"),
        (SERIES, "mse(half, 6, 6) < 1", "nothing is asked at these steps"),
        (SERIES, "mse(half, 1, 9) < 1", "there is no step 9"),
        (SERIES, "mse(half) < 1", r"mse is called as mse\(lane or naive, first step, last step\)"),
    ],
)
def test_a_measure_says_what_is_wrong_with_its_call(text: str, claim: str, message: str) -> None:
    with pytest.raises(RnnstepError, match=message):
        parse_scenario(f"{text}expect:\n  - that: {claim}\n", Path("here.yaml"))


def test_the_table_compares_each_lane_with_the_naive_forecast_on_the_same_steps() -> None:
    run = run_of(SERIES)
    losses = run.scoring.losses("half")
    losses.scored[1] = False  # as if its window were not full yet
    table = score_table(run, 1, 6)
    naive, half, still = table.rows
    data = np.array([1.0, 3, 2, 5, 4, 4])
    changes = np.diff(data) ** 2
    assert (naive.lane, naive.parameters, naive.ratio) == ("naive", 0, 1.0)
    assert naive.loss == pytest.approx(changes.mean())
    assert half.steps == 4 and half.loss == pytest.approx(losses.loss[2:6].mean())
    assert half.ratio == pytest.approx(half.loss / changes[1:].mean())
    assert still.ratio == pytest.approx(1.0)
    assert still.root == pytest.approx(math.sqrt(still.loss))


def test_a_table_of_nothing_is_refused(root: Path) -> None:
    run = run_of(SERIES)
    with pytest.raises(StepError, match="steps 4 to 3 cannot be scored"):
        score_table(run, 4, 3)
    with pytest.raises(RnnstepError, match="nothing is asked at steps 6 to 6"):
        score_table(run, 6, 6)
    unasked = run_of(SERIES.replace("target: next, ", ""))
    with pytest.raises(RnnstepError, match="the input has no target"):
        score_table(unasked, 1, 6)
    wide = run_of(SERIES.replace("equations: h = a * x", "equations: h = concat(a * x, x)"))
    assert [row.lane for row in score_table(wide, 1, 6).rows] == ["naive", "still"]


def test_a_million_steps_are_scored_without_a_loop_over_steps() -> None:
    """The losses come block by block; the mean at a step is one division."""
    series = np.arange(20_000) % 7
    text = SERIES.replace("[1, 3, 2, 5, 4, 4]", str(series.tolist()))
    run = run_of(text)
    rows: list[tuple[int, int]] = []
    trace = run.traces["half"]
    ask = trace.rows

    def counted(name: str, start: int, stop: int) -> np.ndarray:
        rows.append((start, stop))
        return ask(name, start, stop)

    trace.rows = counted  # type: ignore[method-assign]
    before = run.scores(19_999)
    count = len(rows)
    assert count < 9
    assert run.scores(10) and len(rows) == count
    assert before[0].steps == 19_999


def test_a_fork_leaves_the_losses_of_the_other_lanes_as_they_were_worked_out() -> None:
    run = run_of(SERIES)
    before = run.scoring.losses("half")
    forked = with_fork(run, "half", [Patch("h", "set", (0.0,), first=3)])
    seen: list[int] = []
    assert forked.scoring.losses("half", seen.append) is before and not seen
    apart = forked.scoring.losses("half_2", seen.append)
    assert seen == [6] and np.flatnonzero(apart.loss[1:6] != before.loss[1:6])[0] == 2
    other = run_scenario(parse_scenario(SERIES.replace("5, 4, 4", "5, 4, 9"), Path("here.yaml")))
    assert Run(other.scenario, run.traces).scoring.losses("half") is not before


@pytest.mark.parametrize("budget", [0, 2**28])
def test_losses_have_the_same_bits_however_the_run_is_kept(root: Path, budget: int) -> None:
    scenario = load_scenario(root / "scenarios" / "long_dependency.yaml")
    whole, other = run_scenario(scenario), run_scenario(scenario, budget)
    for lane in whole.scoring.lanes:
        one, two = whole.scoring.losses(lane), other.scoring.losses(lane)
        assert one.loss.tobytes() == two.loss.tobytes()


def test_the_shipped_recall_is_scored_by_its_one_question(root: Path) -> None:
    run = run_scenario(load_scenario(root / "scenarios" / "long_dependency.yaml"))
    table = score_table(run, 1, run.length)
    assert table.asked == 1 and table.rows[0].loss == pytest.approx(math.log(4))
    assert all(row.root == pytest.approx(math.exp(row.loss)) for row in table.rows)
    assert table.rows[1].solved is not None
