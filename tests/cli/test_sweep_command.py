"""`rnnstep sweep` from the command line: it goes on where it stopped, and says what came of it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import command_line
import pytest
from conftest import ROOT

import rnnstep.scenario.sweep.execute as execute
from rnnstep.cli import main
from rnnstep.scenario.training import train_seed

TEXT = """\
format: 1
title: Small sweep
input:
  recall: {classes: 2, lag: 1, distractors: other}
train: {updates: 6, check_every: 3, check_count: 8, stop_accuracy: 0.99, seeds: 3}
models:
  rnn: {cell: rnn, units: 3}
  gru: {cell: gru, units: 3}
matrix:
  lag: [1, 2]
"""
RUNS = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(TEXT)
    return path


def lines(path: Path) -> list[str]:
    return (path.parent / "results" / "small.jsonl").read_text().splitlines()


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    return command_line.run(capsys, "sweep", *arguments)


def trained(monkeypatch: pytest.MonkeyPatch, stop_after: int = RUNS) -> list[int]:
    """Note the seeds that are trained in this process; Ctrl-C after so many."""
    seeds: list[int] = []

    def watched(model, seed):  # type: ignore[no-untyped-def]
        if len(seeds) == stop_after:
            raise KeyboardInterrupt
        seeds.append(seed)
        return train_seed(model, seed)

    monkeypatch.setattr(execute, "train_seed", watched)
    return seeds


def test_a_sweep_prints_one_table_and_keeps_every_run(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    code, out, err = run(capsys, path, "--jobs", 2)
    assert code == 0 and len(lines(path)) == RUNS and f"{RUNS} of {RUNS} runs are done" in err
    assert out.startswith("lag 1; memoryless: accuracy 0.5\n") and "lag 2; memoryless" in out
    assert out == run(capsys, path, "--table")[1]
    assert run(capsys, path, "--table", "--markdown")[1].count("| gru |") == 2


def test_ctrl_c_keeps_what_is_done_and_the_next_call_does_the_rest(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(monkeypatch, stop_after=5)
    code, out, err = run(capsys, path, "--jobs", 1)
    assert code == 130 and out == "" and f"interrupted; 5 of {RUNS} runs are done" in err
    assert len(lines(path)) == 5
    seeds = trained(monkeypatch)
    code, out, _ = run(capsys, path, "--jobs", 1)
    assert code == 0 and len(seeds) == RUNS - 5 and len(lines(path)) == RUNS
    assert "3" in out and "not run" not in out
    seeds.clear()
    assert run(capsys, path, "--jobs", 1)[0] == 0 and seeds == []


def test_another_recipe_is_run_anew_and_the_old_results_stay(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, path, "--jobs", 1)
    path.write_text(TEXT.replace("cell: gru, units: 3", "cell: gru, units: 4"))
    seeds = trained(monkeypatch)
    assert run(capsys, path, "--jobs", 1)[0] == 0
    assert len(seeds) == RUNS / 2 and len(lines(path)) == 1.5 * RUNS


def test_fresh_forgets_all_results(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, path, "--jobs", 1)
    seeds = trained(monkeypatch)
    assert run(capsys, path, "--jobs", 1, "--fresh")[0] == 0
    assert len(seeds) == RUNS and len(lines(path)) == RUNS


def test_fresh_with_a_part_leaves_the_other_parts_results(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, path, "--jobs", 1)
    before = set(lines(path))
    seeds = trained(monkeypatch)
    assert run(capsys, path, "--jobs", 1, "--fresh", "--part", "1/2")[0] == 0
    assert len(seeds) == RUNS / 2 and len(lines(path)) == RUNS
    assert len(before & set(lines(path))) >= RUNS / 2


def test_the_title_is_in_the_language_asked_for_and_results_are_the_same_in_each(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    path.write_text(TEXT.replace("Small sweep", "{en: Small sweep, ko: 작은 스윕}"))
    found = [
        json.loads(run(capsys, path, "--jobs", 1, "--lang", lang, "--json")[1])
        for lang in ("en", "ko")
    ]
    assert [data.pop("title") for data in found] == ["Small sweep", "작은 스윕"]
    assert found[0] == found[1] and len(lines(path)) == RUNS


def test_a_torn_last_line_is_told_and_done_again(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, path, "--jobs", 1)
    file = path.parent / "results" / "small.jsonl"
    before = file.read_text()
    file.write_text(before[:-30])
    seeds = trained(monkeypatch)
    code, _, err = run(capsys, path, "--jobs", 1)
    assert code == 0 and len(seeds) == 1 and "was cut off; its run is done again" in err
    keys = ("id", "loss", "accuracy", "solved_at")
    old, new = (
        [tuple(json.loads(line)[k] for k in keys) for line in text.splitlines()]
        for text in (before, file.read_text())
    )
    assert old == new


def test_two_parts_at_once_do_everything_once(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    code = "import sys; from rnnstep.cli import main; sys.exit(main(sys.argv[1:]))"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, "sweep", str(path), "--jobs", "1", "--part", part],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for part in ("1/2", "2/2")
    ]  # fmt: skip
    assert [process.communicate()[1] and process.returncode for process in both] == [0, 0]
    ids = [json.loads(line)["id"] for line in lines(path)]
    assert len(ids) == len(set(ids)) == RUNS


def test_csv_has_a_line_a_run_and_json_everything(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    out = run(capsys, path, "--jobs", 1, "--csv")[1]
    rows = list(csv.DictReader(out.splitlines()))
    assert len(rows) == RUNS and {row["lag"] for row in rows} == {"1", "2"}
    data = json.loads(run(capsys, path, "--table", "--json")[1])
    assert (data["format"], data["runs"], data["done"], len(data["rows"])) == (1, RUNS, RUNS, 4)
    row = data["rows"][0]
    assert row["baseline"] == {"name": "memoryless", "measure": "accuracy", "value": 0.5}
    assert row["ratio"] == row["accuracy"] / 0.5 and len(row["results"]) == 3


def test_wrong_use_is_told(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    for part in ("2/1", "0/2", "half", "1/", "-1/2"):
        code, _, err = run(capsys, path, "--part", part)
        assert code == 2 and "it must be like 1/2" in err
    code, _, err = run(capsys, path, "--csv", "--json")
    assert code == 2 and err == "--csv and --json exclude each other\n"
    assert run(capsys, path, "--jobs", "-1")[0] == 2
    for more in ((), ("--table",)):
        code, _, err = run(capsys, path, "--columns", "lagg", *more)
        assert code == 2 and "did you mean 'lag'" in err
    path.write_text(TEXT.replace("lag: [1, 2]", "lagg: [1, 2]"))
    code, _, err = run(capsys, path)
    assert code == 2 and f"{path}:10:3: unknown axis 'lagg'" in err
    assert not (path.parent / "results").exists()


def test_check_builds_the_matrix(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    own = "  own: {cell: rnn, units: 1, weights: {init: {}}}\n"
    text = TEXT.replace("matrix", f"{own}matrix")
    assert main(["train", str(path)]) == 0
    path.write_text(text)
    capsys.readouterr()
    assert main(["check", str(path)]) == 0
    assert f"a matrix of {RUNS} runs" in capsys.readouterr().out
    path.write_text(text.replace("lag: [1, 2]", "lag: [1, -2]"))
    assert main(["check", str(path)]) == 2
    assert ":11:12: recall: lag is -2" in capsys.readouterr().err
