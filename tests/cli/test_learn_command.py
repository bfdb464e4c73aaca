"""`rnnstep learn` from the outside, and that a wheel holds what it needs."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import pytest
from command_line import run
from conftest import ROOT
from hatchling.builders.wheel import WheelBuilder

from rnnstep.cli.learn import read_climb
from rnnstep.scenario.course import course_folder, read_cards
from rnnstep.session.progress import progress_path


def test_the_contents_are_listed_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "learn", "--list", "--lang", "ko")
    assert code == 0 and err == ""
    for card in read_cards(course_folder("ladder"), "ko"):
        assert card.title in out and card.teaches in out
    assert "시작 전" in out and "0강을 마침" in out
    code, out, err = run(capsys, "learn", "--lang", "en")
    assert code == 0 and "no terminal" in err and "not begun" in out


def test_progress_is_listed_damaged_files_are_said_and_reset_forgets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = progress_path()
    path.parent.mkdir(parents=True)
    path.write_text('{"format": 1, "lessons": {"rnn": {"right": 2, "asked": 3, "done": true}}}')
    assert "2 of 3 right" in run(capsys, "learn", "--list", "--lang", "en")[1]
    assert "forgotten" in run(capsys, "learn", "--reset")[1]
    assert "no progress" in run(capsys, "learn", "--reset")[1]
    path.write_text("nonsense")
    code, out, _ = run(capsys, "learn", "--list", "--lang", "en")
    assert code == 0 and "could not be read" in out and not path.exists()


def test_a_course_is_opened_by_its_name_and_a_lesson_by_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    both = run(capsys, "learn", "--list", "--lang", "en")[1]
    assert both.index("The ladder of sequence models") < both.index("Time travel")
    alone = run(capsys, "learn", "travel", "--list", "--lang", "en")[1]
    assert "Time travel" in alone and "ladder" not in alone and "run_back" in alone
    for name, course, stem in (("run_back", "travel", "run_back"), ("5", "ladder", "rnn"),
                               ("gru", "ladder", "gru")):  # fmt: skip
        climb, index = read_climb(name, "en")
        assert index is not None
        assert (climb.course, climb.cards[index].path.stem) == (course, stem)
    climb, index = read_climb("travel", "ko")
    assert index is None and climb.title == "시간 여행"
    code, _, err = run(capsys, "learn", "run_bak", "--list")
    assert code == 2 and "did you mean 'run_back'" in err


def test_an_unknown_lesson_or_language_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "learn", "lstn", "--list")
    assert code == 2 and "did you mean 'lstm'" in err
    code, out, err = run(capsys, "learn", "99", "--lang", "en")
    assert (code, out) == (2, "") and err.startswith("there is no lesson '99'; there are 1 to 7")
    assert len(err.splitlines()) == 1
    assert run(capsys, "learn", "--lang", "korean")[0] == 2


def test_a_file_brings_the_lessons_beside_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(
        "format: 1\ntitle: Mine\ninput: {values: {series: [1]}}\nmodels: {}\n"
        "lesson:\n  number: 1\n  teaches: Something\n  look_for: [it]\n  questions:\n"
        "    - {at: 1, ask: What, answer: 1, reveal: So,"
        " choices: [{text: a, that: 1 == 1}, {text: b, that: 1 == 2}]}\n"
    )
    code, out, _ = run(capsys, "learn", str(tmp_path / "own.yaml"), "--list")
    assert code == 0 and "Mine" in out and "Something" in out


def test_texts_are_printed_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(ROOT / "scenarios" / "ladder" / "gru.yaml")
    assert "손으로 적은 것" in run(capsys, "show", path, "--lang", "ko")[1]
    assert "은닉 상태는 쓰인 그대로" in run(capsys, "test", path, "--lang", "ko")[1]
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "손으로 적은 것" in run(capsys, "show", path)[1]
    assert "by hand" in run(capsys, "show", path, "--lang", "en")[1]


def test_the_wheel_is_told_to_hold_the_scenarios() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    forced = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert forced == {"scenarios": "rnnstep/scenarios"}


def test_a_built_wheel_holds_every_lesson_with_its_data_and_weights(tmp_path: Path) -> None:
    (made,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(made).namelist())
    for path in (ROOT / "scenarios").rglob("*"):
        if path.is_file():
            assert f"rnnstep/{path.relative_to(ROOT).as_posix()}" in names
