"""A gap in the data is an error, or filled as the scenario says, and nobody is asked about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnstep.cli import main
from rnnstep.export.show import show_step
from rnnstep.learn.loss import loss_and_adjoint
from rnnstep.scenario.column import FILLINGS, SeriesError, read_column
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.scenario.score_table import score_table

DATA = "year,level\n1,10\n2,20\n3,\n4,\n5,50\n6,60\n7,\n8,40\n9,30\n"
TEXT = """\
format: 1
title: Levels
readout: none
input: {csv: {file: d.csv, column: level, index: year, gaps: hold, scale: {offset: 10, factor: 10}}}
train: {updates: 1, window: 4, steps: [1, 9], initialisation: uniform}
models:
  still:
    equations: h = a * x
    weights: {values: {a: [1]}}
"""


def write(folder: Path, data: str = DATA, text: str = TEXT) -> Path:
    (folder / "d.csv").write_text(data)
    path = folder / "levels.yaml"
    path.write_text(text)
    return path


def test_hold_repeats_and_interpolate_draws_a_line(tmp_path: Path) -> None:
    write(tmp_path)
    held = read_column(tmp_path / "d.csv", "level", "year", "hold")
    assert held.values.tolist() == [10, 20, 20, 20, 50, 60, 60, 40, 30]
    line = read_column(tmp_path / "d.csv", "level", "year", "interpolate")
    assert line.values.tolist() == [10, 20, 30, 40, 50, 60, 50, 40, 30]
    for column in (held, line):
        assert np.flatnonzero(column.filled).tolist() == [2, 3, 6]
        assert column.index == tuple("123456789")


@pytest.mark.parametrize("gaps", list(FILLINGS))
def test_nothing_is_asked_at_a_filled_step_nor_of_one(tmp_path: Path, gaps: str) -> None:
    scenario = load_scenario(write(tmp_path, text=TEXT.replace("hold", gaps)))
    tape = scenario.tape
    assert tape.filled == {3, 4, 7}
    # Steps 2, 3 and 6 would be asked for a filled value, steps 4 and 7 stand on one, 9 is the last.
    assert [t for t in range(10) if tape.asked(t)] == [1, 5, 8]
    assert np.isfinite(tape.x).all()
    run = run_scenario(scenario)
    answer = run.answer("still", 4)
    assert answer is not None and answer.target == ""
    table = score_table(run, 1, 9)
    naive, still = table.rows
    assert table.asked == naive.steps == still.steps == 3
    assert naive.loss == still.loss == pytest.approx(np.mean([100, 100, 100]))
    assert table.remarks == scenario.remarks


def test_training_learns_nothing_from_a_filled_value(tmp_path: Path) -> None:
    training = load_scenario(write(tmp_path)).models["still"].training
    assert training is not None
    batch = training.sampler.sample(np.random.default_rng(0), 50)
    asked = batch.asked
    assert 0 < asked.sum() < asked.size
    wanted = batch.target[asked][:, 0] * 10 + 10
    assert set(wanted) <= {20.0, 60.0, 30.0}
    _, adjoint = loss_and_adjoint(np.ones((len(batch.x) + 1, 50, 1)), batch)
    assert not adjoint[1:][~asked].any()


def test_whoever_prints_numbers_says_what_was_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path)
    remark = (
        "3 of 9 values are missing in d.csv and repeat the last value before them (gaps: hold)"
    )
    assert remark in show_step(run_scenario(load_scenario(path)), 4)
    for command in ("check", "score", "show"):
        assert main([command, str(path)]) == 0
        assert remark in capsys.readouterr().out
    assert "input 4: 20 (filled)" in show_step(run_scenario(load_scenario(path)), 4)


@pytest.mark.parametrize(
    ("data", "gaps", "message"),
    [
        (DATA, "error", r"d.csv:4: level is empty, the first of 3 gaps. gaps: hold lets them"),
        ("level\n1\n2\n\n3\n\n\n", "error", r"d.csv:4: level is empty, the only gap"),
        ("level\n\n2\n3\n", "hold", "the series begins with a gap, which gaps: hold cannot fill"),
        ("level\n\n2\n3\n", "interpolate", "the series begins with a gap"),
        ("a,level\n1,2\n2,3\n3,\n", "interpolate", r"d.csv:4: level is empty: the series ends"),
        ("level\n1\nNA\n3\n", "hold", r"d.csv:3: level is 'NA', which is no finite number"),
        ("level\n1\ninf\n3\n", "hold", "no finite number"),
        ("a,level\n1,\n2,3\n", "hold", "level has 1 numbers; a series needs 2 or more"),
        ("", "hold", "is empty"),
    ],
)
def test_what_cannot_be_filled_is_an_error_at_its_line(
    tmp_path: Path, data: str, gaps: str, message: str
) -> None:
    (tmp_path / "d.csv").write_text(data)
    with pytest.raises(SeriesError, match=message):
        read_column(tmp_path / "d.csv", "level", None, gaps)


def test_a_blank_line_between_rows_of_several_columns_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,level\n1,2\n\n2,3\n")
    assert read_column(tmp_path / "d.csv", "level", "a").values.tolist() == [2, 3]


def test_steps_of_a_series_can_be_named_by_number_or_by_the_index(tmp_path: Path) -> None:
    text = TEXT.replace("gaps: hold", 'gaps: hold, marks: {early: 2, late: "8"}')
    scenario = load_scenario(write(tmp_path, text=text))
    assert scenario.marks == {"early": 2, "late": 8, "last": 9}
    for wrong, message in (
        ('{late: "88"}', "the mark late is at '88', which the index has not"),
        ("{late: 10}", "the mark late is at 10; there are steps 1 to 9"),
        ("{last: 3}", "the mark last is always the last step"),
        ("{Late: 3}", "must be a short name of small letters"),
    ):
        with pytest.raises(ScenarioError, match=message):
            load_scenario(write(tmp_path, text=TEXT.replace("hold", f"hold, marks: {wrong}")))
