"""Sweeps: the matrix is checked at its places, runs are those of `train`, nothing is lost."""

from __future__ import annotations

import errno
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from rnnstep.errors import RnnstepError
from rnnstep.export.sweep import sweep_csv, sweep_data, sweep_table
from rnnstep.scenario.baseline import CheckBaseline
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.sweep.execute import execute
from rnnstep.scenario.sweep.matrix import MAX_RUNS
from rnnstep.scenario.sweep.plan import Plan, load_plan
from rnnstep.scenario.sweep.results import (
    Result,
    ResultsError,
    append_result,
    cut_torn_line,
    forget_results,
    read_results,
    results_path,
)
from rnnstep.scenario.sweep.table import Row, table_rows
from rnnstep.scenario.training import train_model

GOOD = """\
format: 1
title: Small sweep
input:
  recall: {classes: 2, lag: 1, distractors: other}
train: {updates: 20, check_every: 10, check_count: 16, stop_accuracy: 0.99, seeds: 2}
models:
  rnn: {cell: rnn, units: 4}
  gru: {cell: gru, units: 4}
matrix:
  lag: [1, 2]
  learning_rate: [0.03, 0.001]
  lanes:
    rnn: {units: [4, 6]}
    gru: {initialisation: [uniform, chrono], reset: after_product}
"""


def write(folder: Path, text: str = GOOD) -> Path:
    path = folder / "small.yaml"
    path.write_text(text)
    return path


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_plan(write(folder, text))
    return str(caught.value).splitlines()


def test_a_plan_has_every_combination_once(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path))
    assert len(plan.combinations) == 2 * 2 * 2 * 2
    assert len(plan.runs) == 32
    assert len({c.run_id(seed) for c, seed in plan.runs}) == 32
    names = {c.name for c in plan.combinations}
    assert "rnn, lag 2, units 6, learning_rate 0.001" in names
    gru = next(c for c in plan.combinations if c.lane == "gru" and c.values["lag"] == 2
               and c.values["initialisation"] == "chrono")  # fmt: skip
    assert gru.model.training is not None
    recipe = gru.model.training.recipe
    assert (recipe.initialisation, recipe.longest, recipe.learning_rate) == ("chrono", 4.0, 0.03)
    assert gru.baseline == CheckBaseline("memoryless", "accuracy", 0.5)


def test_exclude_leaves_out_what_agrees_with_an_item(tmp_path: Path) -> None:
    rules = "  exclude:\n    - {lane: rnn, lag: 2}\n    - {initialisation: [uniform], lag: 1}\n"
    plan = load_plan(write(tmp_path, GOOD + rules))
    found = {(c.lane, c.values["lag"], c.values.get("initialisation")) for c in plan.combinations}
    assert found == {("rnn", 1, None), ("gru", 1, "chrono"), ("gru", 2, "uniform"),
                     ("gru", 2, "chrono")}  # fmt: skip


BROKEN = [
    ("  lag: [1, 2]", "  lagg: [1, 2]", r":10:3: unknown axis 'lagg' (did you mean 'lag'?)"),
    ("  lag: [1, 2]", "  lag: []", r":10:8: lag has no values"),
    ("  lag: [1, 2]", "  lag: [1, 1]", r":10:8: lag has the value 1 twice"),
    ("  lag: [1, 2]", "  lag: [1, two]", r":10:12: recall.lag is 'two'; it must be a whole number"),
    ("  lag: [1, 2]", "  lag: [1, -2]", r":10:12: recall: lag is -2"),
    ("  lag: [1, 2]", "  lag: [1, {a: 1}]", r":10:8: a value of lag is a number"),
    ("  lag: [1, 2]", "  input.lag: [1, 2]\n  input.seed: [1]",
     r":11:3: unknown axis 'input.seed'"),
    ("0.03, 0.001]", "0.03, 0]", r":11:25: train.learning_rate is 0; it must be greater than 0"),
    ("  lag: [1, 2]", f"  lag: [1, 2]\n  seed: [{', '.join(map(str, range(2000)))}]",
     f":9:1: the matrix has 32,000 runs; at most {MAX_RUNS:,} are possible"),
    ("  lag: [1, 2]", "  seed: [-1]", r":10:9: a seed is a whole number, 0 or more"),
    ("  lag: [1, 2]", "  seed: [1]\n  seeds: 3", r":11:3: seeds and the axis seed both"),
    ("  lag: [1, 2]", "  seeds: 0", r":10:10: seeds is 0; it must be a whole number, 1 to 1000"),
    ("    rnn: {units", "    rnm: {units", r":13:5: 'rnm' is no lane that is trained"),
    ("    rnn: {units: [4, 6]}", "    rnn: {lag: [1]}", r":13:11: lag is a setting of the input"),
    ("    rnn: {units: [4, 6]}", "    rnn: {initialisation: [uniform, chrono]}",
     r":13:37: chrono: rnn has no gate that keeps its state"),
    ("    rnn: {units: [4, 6]}", "    rnn: {reset: [after_product]}", r":13:11: unknown axis"),
    ("reset: after_product", "reset: afterwards", r":14:53: gru: reset is 'afterwards'"),
    ("    rnn: {units: [4, 6]}", "    rnn: {cell: [rnn, lstn]}",
     r":13:23: there is no cell 'lstn'"),
    ("reset: after_product}", "reset: after_product}\n  exclude: [{lane: lstm}]",
     r":15:20: lstm is no value of lane; there are rnn, gru"),
    ("reset: after_product}", "reset: after_product}\n  exclude: [{lagg: 1}]",
     r":15:14: there is no axis 'lagg' (did you mean 'lag'?)"),
    ("reset: after_product}", "reset: after_product}\n  exclude: [{lag: [1, 2]}]",
     r":15:12: exclude leaves nothing to run"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_wrong_matrix_is_told_what_and_where(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    found = problems(tmp_path, changed(old, new))
    assert len(found) == 1 and message in found[0], found


def test_a_matrix_is_a_list_of_axes_and_needs_a_lane_that_is_trained(tmp_path: Path) -> None:
    head = GOOD.split("matrix:")[0]
    assert "matrix has an axis a line" in problems(tmp_path, f"{head}matrix: [1]\n")[0]
    assert "no section matrix" in problems(tmp_path, head)[0]
    untrained = (
        "format: 1\ntitle: T\ninput: {values: {series: [1, 2]}}\nmodels:\n"
        "  a: {cell: rnn, units: 1, weights: {init: {}}}\nmatrix:\n  units: [1, 2]\n"
    )
    assert "no lane is trained" in problems(tmp_path, untrained)[0]


def test_loading_the_scenario_reads_the_matrix_as_well(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="unknown axis 'lagg'"):
        load_scenario(write(tmp_path, changed("lag: [1, 2]", "lagg: [1, 2]")), need_weights=False)


def run_all(plan: Plan, jobs: int) -> dict[str, Result]:
    return {result.id: result for result in execute(plan.runs, jobs)}


def numbers(results: dict[str, Result]) -> dict[str, tuple[object, ...]]:
    return {k: (r.solved_at, r.update, r.loss, r.accuracy) for k, r in results.items()}


def test_a_pool_gives_the_numbers_of_one_process_and_of_training(tmp_path: Path) -> None:
    text = changed("  lag: [1, 2]\n  learning_rate: [0.03, 0.001]\n", "  learning_rate: [0.03]\n")
    plan = load_plan(write(tmp_path, text))
    alone = run_all(plan, 1)
    assert numbers(run_all(plan, 2)) == numbers(alone)
    path = write(tmp_path, text.replace("updates: 20", "updates: 20, learning_rate: 0.03"))
    again = train_model(load_scenario(path, need_weights=False).models["rnn"])
    combination = next(c for c in plan.combinations if (c.lane, c.values["units"]) == ("rnn", 4))
    for run in again.runs:
        found = alone[combination.run_id(run.seed)]
        assert (found.loss, found.accuracy) == (run.result.best.loss, run.result.best.accuracy)
        assert found.solved_at == run.result.solved_at


def test_a_fingerprint_follows_what_decides_the_result_and_nothing_else(tmp_path: Path) -> None:
    def ids(text: str) -> set[str]:
        return {c.fingerprint for c in load_plan(write(tmp_path, text)).combinations}

    first = ids(GOOD)
    assert ids(GOOD.replace("title: Small sweep", "title: Other")) == first
    assert ids(GOOD.replace("seeds: 2", "seeds: 3")) == first
    assert ids(GOOD.replace("other}", "other, seed: 5}")) == first
    assert not ids(GOOD.replace("updates: 20", "updates: 30")) & first
    assert not ids(GOOD.replace("distractors: other", "distractors: same")) & first
    assert len(ids(GOOD.replace("classes: 2", "classes: 3")) & first) == 0


SERIES = """\
format: 1
title: Series
input:
  values: {series: [1, 2, 3, 5, 8, 13, 21, 34], target: next, scale: {factor: 10}}
train: {updates: 4, check_every: 2, seeds: 2, steps: [1, 6], validate_on: [6, 8]}
models:
  rnn: {cell: rnn, units: 2}
matrix:
  window: [2, 3]
"""


def test_a_series_is_swept_against_the_naive_forecast(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, SERIES))
    baseline = plan.combinations[0].baseline
    assert baseline is not None and (baseline.name, baseline.measure) == ("naive forecast", "loss")
    # Steps 6 and 7 are asked: 13 for 21 and 21 for 34, in tens.
    assert baseline.value == pytest.approx((0.8**2 + 1.3**2) / 2)
    rows = table_rows(plan, run_all(plan, 1))
    assert rows[0].solved is None and rows[0].loss is not None
    assert rows[0].ratio == pytest.approx(rows[0].loss / baseline.value)
    text = sweep_table(plan, rows)
    assert text.splitlines()[0].startswith("naive forecast: loss 1.1")
    assert text.splitlines()[1].split() == ["window", "seeds", "loss", "×", "naive", "forecast"]


def test_what_is_fitted_to_a_series_without_chance_is_run_once(tmp_path: Path) -> None:
    text = SERIES.split("matrix:")[0] + (
        "  ar: {cell: ar, train: {method: least_squares}}\n"
        "matrix:\n  lanes: {ar: {order: [1, 2]}, rnn: {window: [3]}}\n"
    )
    plan = load_plan(write(tmp_path, text))
    seeds = {(c.lane, c.values.get("order")): c.seeds for c in plan.combinations}
    assert seeds == {("ar", 1): (0,), ("ar", 2): (0,), ("rnn", None): (0, 1)}
    rows = table_rows(plan, run_all(plan, 1))
    assert [len(row.results) for row in rows if row.combination.lane == "ar"] == [1, 1]


def result(plan: Plan, number: int, **changes: object) -> Result:
    combination, seed = plan.runs[number]
    values: dict[str, object] = {
        "id": combination.run_id(seed), "lane": combination.lane,
        "settings": dict(combination.values), "seed": seed, "solved_at": None, "update": 20,
        "loss": 0.5, "accuracy": 0.75, "seconds": 1.0,
    }  # fmt: skip
    return Result(**{**values, **changes})  # type: ignore[arg-type]


def test_a_row_counts_solved_seeds_and_takes_medians(tmp_path: Path) -> None:
    combination = load_plan(write(tmp_path)).combinations[0]
    plan = load_plan(tmp_path / "small.yaml")
    some = [
        result(plan, 0, solved_at=100, accuracy=1.0, loss=0.1),
        result(plan, 0, solved_at=300, accuracy=0.9, loss=0.3),
        result(plan, 0, solved_at=None, accuracy=0.4, loss=2.0),
    ]
    row = Row(combination, tuple(some))
    assert (row.solved, row.updates, row.accuracy, row.loss) == (2, 200.0, 0.9, 0.3)
    assert row.ratio == pytest.approx(1.8)
    empty = Row(combination, ())
    assert (empty.solved, empty.updates, empty.score, empty.ratio) == (0, None, None, None)


def test_a_loss_that_is_not_finite_is_the_worst_and_leaves_json_whole(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path))
    combination = plan.combinations[0]
    losses = (math.nan, 0.1, math.nan)
    row = Row(combination, tuple(result(plan, 0, loss=loss) for loss in losses))
    assert row.loss == math.inf
    json.dumps(data := sweep_data(plan, [row]), allow_nan=False)
    assert "0.1" in str(data["rows"])


def test_values_that_differ_in_their_last_digits_are_two_values(tmp_path: Path) -> None:
    near = "[0.12345671, 0.12345672]"
    plan = load_plan(write(tmp_path, changed("[0.03, 0.001]", near)))
    assert len(plan.combinations) == 16
    assert sum("learning_rate 0.12345671" in c.name for c in plan.combinations) == 8


def test_the_table_groups_by_the_input_and_fits_100_columns(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path))
    results = {r.id: r for r in (result(plan, k, solved_at=10 * k or None)
                                 for k in range(len(plan.runs) - 1))}  # fmt: skip
    rows = table_rows(plan, results)
    blocks = sweep_table(plan, rows).split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "lag 1; memoryless: accuracy 0.5", "lag 2; memoryless: accuracy 0.5",
    ]  # fmt: skip
    assert max(len(line) for block in blocks for line in block.splitlines()) <= 100
    heads, first = blocks[0].splitlines()[1:3]
    assert heads.split()[:6] == ["lane", "units", "initialisation", "learning_rate", "solved",
                                 "updates"]  # fmt: skip
    assert first.split() == ["rnn", "4", "0.03", "1", "of", "2", "10", "0.750", "1.5"]
    assert "1 of 1" in blocks[1].splitlines()[-1]
    wide = sweep_table(plan, rows, markdown=True, columns="lag").splitlines()
    assert wide[2] == "| lane | units | initialisation | learning_rate | lag 1 | lag 2 |"
    assert wide[4].startswith("| rnn | 4 |  | 0.03 | 1/2 (10) | ")
    with pytest.raises(RnnstepError, match="did you mean 'lag'"):
        sweep_table(plan, rows, columns="lagg")
    lines = sweep_csv(plan, rows).splitlines()
    assert len(lines) == len(plan.runs) and lines[0].startswith("lane,lag,units,")


def test_results_of_two_parts_at_once_are_all_kept_whatever_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "results" / "small.jsonl"
    path.parent.mkdir()
    path.write_text('{"torn')
    code = (
        "import sys; from pathlib import Path\n"
        "from rnnstep.scenario.sweep.results import Result, append_result, cut_torn_line\n"
        "for k in range(60):\n"
        "    cut_torn_line(Path(sys.argv[1]))\n"
        "    id, long = f'{sys.argv[2]}-{k}', {'k': 'x' * 9000}\n"
        "    one = Result(id, 'rnn', long, 0, None, 0, 0.0, None, 0.0)\n"
        "    append_result(Path(sys.argv[1]), one)\n"
    )
    parts = [subprocess.Popen([sys.executable, "-c", code, path, name]) for name in "ab"]
    assert [part.wait() for part in parts] == [0, 0]
    assert set(read_results(path)) == {f"{name}-{k}" for name in "ab" for k in range(60)}
    assert [file.name for file in path.parent.iterdir()] == ["small.jsonl"]


def test_a_part_that_starts_anew_takes_no_lines_of_another_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from rnnstep.scenario.sweep.results import Result, append_result, forget_results\n"
        "path, name = Path(sys.argv[1]), sys.argv[2]\n"
        "for k in range(60):\n"
        "    append_result(path, Result(f'{name}-{k}', 'rnn', {}, 0, None, 0, 0.0, None, 0.0))\n"
        "    if name == 'b':\n"
        "        forget_results(path, {f'b-{k}'})\n"
    )
    parts = [subprocess.Popen([sys.executable, "-c", code, path, name]) for name in "ab"]
    assert [part.wait() for part in parts] == [0, 0]
    assert set(read_results(path)) == {f"a-{k}" for k in range(60)}


@pytest.mark.parametrize("change", ["forget", "cut", "append"])
def test_a_disk_that_fills_up_leaves_the_results_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    plan = load_plan(write(tmp_path))
    path = results_path(plan.path)
    one, two = result(plan, 0), result(plan, 1)
    append_result(path, one)
    with path.open("a") as file:
        file.write('{"torn')
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    changes = {
        "forget": lambda: forget_results(path, {two.id}),
        "cut": lambda: cut_torn_line(path),
        "append": lambda: append_result(path, two),
    }
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(ResultsError, match=r"small\.jsonl cannot be written: No space left"):
            changes[change]()
    assert path.read_bytes() == before


def test_results_of_some_runs_can_be_forgotten(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path))
    path = results_path(plan.path)
    forget_results(path)
    one, two = result(plan, 0), result(plan, 1)
    for each in (one, two):
        append_result(path, each)
    forget_results(path, {one.id})
    assert read_results(path) == {two.id: two}
    forget_results(path)
    assert read_results(path) == {}
    path.unlink()
    path.mkdir()
    for change in (forget_results, cut_torn_line):
        with pytest.raises(ResultsError, match=r"small\.jsonl cannot be written"):
            change(path)


def test_what_was_written_is_read_again_and_a_torn_line_is_done_again(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path))
    path = results_path(plan.path)
    assert read_results(path) == {} and not cut_torn_line(path)
    one, two = result(plan, 0, loss=0.1 + 0.2), result(plan, 1)
    append_result(path, one)
    with path.open("a") as file:
        file.write(two.line()[:40])
    assert read_results(path) == {one.id: one}
    assert cut_torn_line(path)
    append_result(path, two)
    assert read_results(path) == {one.id: one, two.id: two}
    assert len(path.read_text().splitlines()) == 2
    path.write_text(path.read_text() + json.dumps({"lane": "rnn"}) + "\n")
    with pytest.raises(ResultsError, match=r"small.jsonl:3: this is no result"):
        read_results(path)
