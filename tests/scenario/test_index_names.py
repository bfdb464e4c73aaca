"""Where a step is a number or a mark, a name of the index (a year) is refused with its number."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import do, session

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.scenario import Scenario

TEXT = """\
format: 1
title: Years
input:
  csv: {file: d.csv, column: b, index: a, target: next, marks: {start: 2}}
models:
  echo:
    equations: "h = identity(W @ x)"
    weights: {values: {W: [[1]], V: [[1]], a: 0}}
  patched: {fork: {of: echo, patch: ["h set 0 at 2..3"]}}
script:
  - at: 1
    note: Here.
expect:
  - that: at(echo.h[0], 2) > 1
    because: It is.
"""
NAMES = ("1871", "1872", "1872.5", "1873-06-01")


def loaded(tmp_path: Path, old: str = "", new: str = "") -> Scenario:
    rows = [f"{name},{k}" for k, name in enumerate(NAMES, 1)]
    (tmp_path / "d.csv").write_text("\n".join(["a,b", *rows]))
    assert old in TEXT
    return parse_scenario(TEXT.replace(old, new), tmp_path / "it.yaml")


@pytest.mark.parametrize(("old", "new", "wrong", "step"), [
    ("at 2..3", "at 1872..1873", "1872..", 2), ("at 2..3", "at 1..1872", "1872", 2),
    ("at 2..3", "at 1871", "1871", 1), ("set 0 at 2..3", "swap echo from 1872 at 3", "1872", 2),
    ("h[0], 2)", "h[0], 1872)", "1872)", 2), ("h[0], 2)", "h[0], 1872.5)", "1872.5)", 3),
    ("h[0], 2)", "h[0], '1873-06-01')", "'1873-06", 4),
    ("at(echo.h[0], 2)", "mse(echo, start, 1872)", "1872)", 2),
    ("- at: 1", "- at: 1871", "1871", 1), ("- at: 1", "- at: '1873-06-01'", "'1873", 4),
])  # fmt: skip
def test_a_year_for_a_step_is_refused_where_it_stands_with_the_number_to_write(
    tmp_path: Path, old: str, new: str, wrong: str, step: int
) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, old, new)
    said = str(caught.value)
    assert f"is the name of step {step}: write {step}" in said
    line, text = next((k, row) for k, row in enumerate(TEXT.replace(old, new).splitlines(), 1)
                      if new in row)  # fmt: skip
    assert f":{line}:{text.index(wrong, text.index(new)) + 1}: " in said, said


def test_a_mark_at_a_year_without_quotes_says_its_number(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"at 1872; .* 1 to 4; 1872 is the name of step 2"):
        loaded(tmp_path, "start: 2", "start: 1872")
    assert loaded(tmp_path, "start: 2", 'start: "1872"').marks["start"] == 2


def test_a_number_that_is_a_step_is_that_step_whatever_the_index_calls_others(
    tmp_path: Path
) -> None:
    (tmp_path / "d.csv").write_text("a,b\n2,1\n3,2\n4,3\n5,4\n")
    scenario = parse_scenario(TEXT, tmp_path / "it.yaml")
    assert scenario.models["patched"].patches[0].first == 2
    with pytest.raises(ScenarioError, match=r"no step 5; .*; 5 is the name of step 4: write 4"):
        parse_scenario(TEXT.replace("h[0], 2)", "h[0], 5)"), tmp_path / "it.yaml")
    with pytest.raises(ScenarioError, match="no step 9; the run has steps 0 to 4\n"):
        parse_scenario(TEXT.replace("h[0], 2)", "h[0], 9)"), tmp_path / "it.yaml")


@pytest.mark.parametrize(("typed", "wrong"), [
    ("patch lstm.f[3] set 0 at 1900..1905", "1900"), ("break at(lstm.f[3], 1900) > 0", "1900"),
    ("find max_over(lstm.h[0], 1, 1900) > 0", "1900"),
])  # fmt: skip
def test_at_the_prompt_the_caret_stands_under_the_year(typed: str, wrong: str) -> None:
    s = do(session("real/nile"), f":{typed}")
    assert "1900 is the name of step 30: write 30" in s.message and s.prompt == typed
    assert s.problem is not None and s.problem.at == typed.index(wrong)
    assert do(s, ":1900").t == 30
