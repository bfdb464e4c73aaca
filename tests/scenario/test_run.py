"""What a run answers, and what conditions can ask of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import BOOM
from sessions import run_of
from values import number

from rnnstep.errors import SignalError, StepError
from rnnstep.learn import evaluate
from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.scenario.training import representative, train_scenario
from rnnstep.simulate.condition import evaluate_condition
from rnnstep.weights import load_params


@pytest.fixture(scope="module")
def flagship() -> Run:
    return run_of("long_dependency")


def test_an_answer_is_the_likeliest_class_and_right_only_where_asked(flagship: Run) -> None:
    answer = flagship.answer("lstm", flagship.length)
    assert answer is not None and answer.right is True
    assert answer.text == answer.target == flagship.scenario.tape.symbols[0]
    assert answer.confidence == answer.probabilities.max()
    inside = flagship.answer("lstm", 10)
    assert inside is not None and inside.right is None and inside.target == ""
    assert flagship.answer("lstm", 0) is None
    with pytest.raises(SignalError, match="did you mean 'lstm'"):
        flagship.answer("lstn", 3)
    with pytest.raises(StepError):
        flagship.answer("lstm", 99)


def test_accuracy_in_a_condition_is_that_of_evaluate(flagship: Run) -> None:
    model = flagship.scenario.models["rnn"]
    batch = flagship.scenario.fresh.sample(np.random.default_rng(5), 64)
    expected = evaluate(model.cell, dict(model.params), batch).accuracy
    assert number(flagship, "accuracy(rnn, 64, seed=5)") == expected


def test_answer_right_and_loss_are_what_their_names_say(flagship: Run) -> None:
    space = flagship.space()
    asked = evaluate_condition(space, "gru.right >= 0", 0, flagship.length + 1)
    assert np.flatnonzero(asked).tolist() == [flagship.length]
    chance = flagship["gru"]["y"][-1].max()
    assert number(flagship, "gru.loss") == pytest.approx(-np.log(chance))
    assert number(flagship, "gru.confidence") == chance
    assert number(flagship, "parameters(gru)") == flagship.scenario.models["gru"].sizes.count
    solved_at = [run["solved_at"] for run in flagship.scenario.models["gru"].metadata["seeds"]]
    assert number(flagship, "updates(gru)") == np.median([at for at in solved_at if at])
    assert np.isnan(number(flagship, "updates(rnn)"))
    assert number(flagship, "gru.y['C']") == flagship["gru"]["y"][-1, 2]


def test_rmse_is_in_the_units_of_the_data(root: Path) -> None:
    run = run_scenario(load_scenario(root / "scenarios" / "sunspots.yaml"))
    data = np.genfromtxt(root / "scenarios/data/sunspots.csv", delimiter=",", skip_header=1)[:, 1]
    naive = np.sqrt(np.mean((data[200:309] - data[199:308]) ** 2))
    assert number(run, "rmse(naive, 200, 308)") == pytest.approx(naive)
    said = run["gru"]["y"][200:309, 0] * 100
    assert number(run, "rmse(gru, 200, 308)") == pytest.approx(
        np.sqrt(np.mean((said - data[200:309]) ** 2))
    )


SMALL = """\
format: 1
title: Small
input: {recall: {classes: 2, lag: 2, distractors: other, seed: 1}}
train: {updates: 150, learning_rate: 0.02, initialisation: orthogonal, stop_accuracy: 0.95,
        check_every: 10, check_count: 64, passes: 1, seeds: 2}
models:
  gru: {cell: gru, units: 6}
expect:
  - that: accuracy(gru, 200) > 0.9
  - that: solved(gru) == 1
"""


def test_training_a_scenario_writes_weights_that_it_then_loads(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    results = train_scenario(load_scenario(path, need_weights=False))
    assert len(results["gru"].runs) == 2
    _, metadata = load_params(tmp_path / "weights" / "small.gru.safetensors")
    assert metadata["recipe"]["seed"] == results["gru"].kept.seed
    scenario = load_scenario(path)
    assert scenario.models["gru"].solved == (2, 2)
    assert all(outcome.passed for outcome in judge(run_scenario(scenario)))
    path.write_text(SMALL.replace("0.02", "0.03"))
    assert "learning_rate" in load_scenario(path).warnings[0]


def test_the_representative_seed_is_the_majoritys_first_or_the_median() -> None:
    class Fake:
        def __init__(self, seed: int, solved: bool, loss: float) -> None:
            self.seed = seed
            self.result = type(
                "R", (), {"solved": solved, "best": type("B", (), {"loss": loss})()}
            )()

    runs = [Fake(0, False, 3.0), Fake(1, True, 1.0), Fake(2, True, 2.0)]
    assert representative(runs, True).seed == 1  # type: ignore[arg-type]
    assert representative(runs, False).seed == 2  # type: ignore[arg-type]


def test_a_run_that_turns_nan_is_reported_by_show(tmp_path: Path) -> None:
    from rnnstep.export.show import show_step

    run = run_scenario(parse_scenario(BOOM, tmp_path / "boom.yaml"))
    assert "NOT FINITE: h[0] became inf at step 3" in show_step(run, 4)


def test_the_ten_lines_of_the_readme_work(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (root / "README.md").read_text()
    code = readme.split("```python\n")[1].split("```")[0]
    import os

    before = Path.cwd()
    os.chdir(root)
    try:
        exec(compile(code, "README.md", "exec"), {})
    finally:
        os.chdir(before)
    assert "(53, 16)" in capsys.readouterr().out


def test_a_cell_without_parameters_takes_its_size_from_units(tmp_path: Path) -> None:
    text = """\
format: 1
title: Sums
input: {values: {series: [[1, 2], [0.5, -1], [3, 0]], names: [left, right]}}
models:
  sums:
    equations: |
      s = sum(x)
      h = h[t-1] * 0.5 + s
    units: 1
    weights: {values: {}}
expect:
  - that: sums.h[0] == 3.5
"""
    outcomes = judge(run_scenario(parse_scenario(text, tmp_path / "sums.yaml")))
    assert outcomes[0].passed


def test_a_space_on_the_tape_is_shown_so_that_it_can_be_seen(tmp_path: Path) -> None:
    text = """\
format: 1
title: Text
input: {text: {text: a a a, target: next}}
models:
  rnn: {cell: rnn, units: 2, weights: {init: {seed: 3}}}
"""
    run = run_scenario(parse_scenario(text, tmp_path / "text.yaml"))
    answer = run.answer("rnn", 1)
    assert answer is not None and answer.target == "␣"
    assert number(run, "at(rnn.loss, 1)") == pytest.approx(
        -np.log(run["rnn"]["y"][1][run.scenario.tape.labels.index(" ")])
    )


def test_agreement_is_of_the_steps_at_which_both_have_an_answer(tmp_path: Path) -> None:
    rows = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    # The same table for each pair of symbols, of which the newer one counts.
    pairs = np.repeat(rows, 3, axis=1).tolist()
    text = (
        "format: 1\ntitle: Round\ninput: {text: {text: abcabc, target: next}}\nmodels:\n"
        f"  one: {{cell: markov, weights: {{values: {{P: {rows}}}}}}}\n"
        "  two: {cell: markov, options: {order: 2}, weights: {values: {P: %s}}}\n" % pairs
    )
    run = run_scenario(parse_scenario(text, tmp_path / "round.yaml"))
    assert run.answer("one", 1) is not None and run.answer("two", 1) is None
    assert number(run, "agreement(one, two, 1, last)") == 1
