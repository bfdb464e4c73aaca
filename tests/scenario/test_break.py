"""The section ``break``, and conditions over a whole scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import BOOM
from sessions import run_of

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.simulate.breakpoint import hits, search


@pytest.fixture(scope="module")
def flagship() -> Run:
    return run_of("long_dependency")


def test_breakpoints_come_from_the_file(tmp_path: Path) -> None:
    text = BOOM + "break:\n  - boom.h[0] > 3\n  - >-\n    nan(boom)\n    and t > 1\n"
    scenario = parse_scenario(text, tmp_path / "boom.yaml")
    assert [(b.text, b.line) for b in scenario.breakpoints] == [
        ("boom.h[0] > 3", 10), ("nan(boom) and t > 1", 11),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("boom.h > 3 and q", r":10:20: there is no 'q'"),
        ("boom.g[0] > 3", r":10:5: boom has no 'g'"),
        ("boom.h[0] +", r":10:16: something is missing at the end"),
        ("boom.h[0]", r":10:5: boom.h\[0\] is not true or false"),
        ("{at: 3}", r":10:5: a breakpoint is a condition, as a text"),
        ("3", r":10:5: a breakpoint is a condition"),
        ("__import__('os') == 1", r":10:5: "),
    ],
)
def test_a_wrong_breakpoint_is_an_error_at_its_place(
    tmp_path: Path, item: str, message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(f"{BOOM}break:\n  - {item}\n", tmp_path / "boom.yaml")


def test_the_first_nan_is_the_next_hit_from_the_start(tmp_path: Path) -> None:
    run = run_scenario(parse_scenario(BOOM, tmp_path / "boom.yaml"))
    first = run.traces["boom"].first_nonfinite
    hit = search(run.space(), "nan(boom)", 0)
    assert first is not None and hit is not None and hit.step == first.step == 3
    assert hits(run.space(), "nan(boom)").tolist() == [3, 4]


def test_no_lane_of_the_flagship_turns_nan_and_answers_can_be_searched(flagship: Run) -> None:
    space = flagship.space()
    assert hits(space, "nan(lstm)").tolist() == []
    changes = hits(space, "lstm.answer != lstm.answer[t-1] and t > 1")
    for t in range(2, flagship.length + 1):
        now, before = flagship.answer("lstm", t), flagship.answer("lstm", t - 1)
        assert (t in changes) == (now.text != before.text)
    wrong = search(space, "rnn.answer != target and rnn.right >= 0", 0)
    right = search(space, "lstm.right == 1", 0)
    assert right is not None and right.step == flagship.length
    assert wrong is None or wrong.step == flagship.length
    assert search(space, "lstm.right == 1", flagship.length, -1) is None


def test_the_code_of_the_page_on_time_travel_works(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (root / "docs" / "time_travel.md").read_text()
    monkeypatch.chdir(root)
    exec(compile(page.split("```python\n")[1].split("```")[0], "time_travel.md", "exec"), {})
    assert "lstm.c[5][t-1]) = " in capsys.readouterr().out
