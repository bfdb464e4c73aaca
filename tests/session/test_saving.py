"""Saving a session, finding it again after a crash: nothing that was found is lost."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sessions import opened, press, with_offer

from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.session.keeping import find_kept, keep, ready_to_leave, settle, unsaved
from rnnstep.session.kept_files import kept_files, kept_folder
from rnnstep.session.session import Session
from rnnstep.session.snapshot import from_json, take, to_json
from rnnstep.session.taking_up import take_up
from rnnstep.tui.paint import Painter

ROOT = Path(__file__).resolve().parents[2]
FLAGSHIP = ROOT / "scenarios" / "long_dependency.yaml"
FOUND = (
    "tab j j : patch space lstm.f[3] space set space 0 space at space 10..20 enter"
    " / gru.answer!=gru.answer[t-1] enter b ctrl+u break space lstm.c[2]>1 enter"
    " : 30 enter m ctrl+n the space cue space is space gone enter"
    " : expect enter enter v v 1"
)


def picture(session: Session) -> tuple[np.ndarray, np.ndarray]:
    session.message = ""
    frame = Painter("blocks").paint(session, 120, 40)
    return frame.chars, frame.styles


@pytest.fixture
def flagship(tmp_path: Path) -> Path:
    """A copy of the flagship with its weights, to be written beside."""
    shutil.copy(FLAGSHIP, tmp_path / FLAGSHIP.name)
    (tmp_path / "weights").mkdir()
    for file in (FLAGSHIP.parent / "weights").glob("long_dependency.*"):
        shutil.copy(file, tmp_path / "weights" / file.name)
    return tmp_path / FLAGSHIP.name


def test_what_is_compared_and_how_is_saved(flagship: Path, tmp_path: Path) -> None:
    keys = ": 20 enter tab : patch space lstm.f[3] space set space 0 space at space 9 enter"
    session = press(opened(flagship), f"{keys} : align space cue:10 enter : compare enter a")
    press(session, ": against space lstm_2 enter")
    path = tmp_path / "it.yaml"
    press(session, f"ctrl+s ctrl+u {path} enter")
    assert "align: cue:10" in path.read_text() and "against: lstm_2" in path.read_text()
    again = opened(path)
    assert again.diff and again.beside == session.beside and again.beside.shift == 9
    for one, other in zip(picture(session), picture(again), strict=True):
        np.testing.assert_array_equal(one, other)
    path.write_text(path.read_text().replace("cue:10", "cue:qury").replace(
        "against: lstm_2", "against: lstn"
    ))  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        opened(path)
    said = str(caught.value)
    assert "did you mean 'query'" in said and "did you mean 'lstm'" in said


def test_a_saved_session_opens_on_the_same_screen_and_runs_headless(
    flagship: Path, tmp_path: Path
) -> None:
    session = press(opened(flagship), FOUND)
    assert session.travel.marks == {30} and session.notebook.claims and session.panel
    elsewhere = tmp_path / "found"
    elsewhere.mkdir()
    press(session, f"ctrl+s ctrl+u {elsewhere}/it.yaml enter")
    assert session.message.startswith("saved")
    again = opened(elsewhere / "it.yaml")
    for one, other in zip(picture(session), picture(again), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.travel.breakpoints == session.travel.breakpoints
    assert again.travel.marks == {30} and "the cue is gone" in again.notes()[30]
    outcomes = judge(run_scenario(load_scenario(elsewhere / "it.yaml")))
    assert all(outcome.passed for outcome in outcomes)
    assert len(outcomes) == len(session.base.expectations) + 1
    for lane, trace in session.run.traces.items():
        assert trace["h"].tobytes() == again.run[lane]["h"].tobytes()


def test_a_patch_typed_up_to_last_is_saved_so_and_goes_on_in_a_longer_input(
    flagship: Path, tmp_path: Path
) -> None:
    keys = ": patch space lstm.f[3] space set space 0 space at space 10..last enter"
    session = press(opened(flagship), f"{keys} ctrl+s ctrl+u {tmp_path}/it.yaml enter")
    assert session.message.startswith("saved")
    text = (tmp_path / "it.yaml").read_text()
    assert "f[3] set 0 at 10..last" in text and "lag: 50" in text
    (tmp_path / "it.yaml").write_text(text.replace("lag: 50", "lag: 80"))
    again = opened(tmp_path / "it.yaml").run
    assert again.length > session.run.length
    assert (again["lstm_2"].rows("f", 10, again.length + 1)[:, 3] == 0).all()


def test_in_another_file_only_what_is_new_stands_otherwise(
    flagship: Path, tmp_path: Path
) -> None:
    session = press(opened(flagship), ": patch space lstm.f[6] space set space 0 enter")
    (tmp_path / "found").mkdir()
    press(session, f"ctrl+s ctrl+u {tmp_path}/found/it.yaml enter")
    after = (tmp_path / "found" / "it.yaml").read_text().split("\n")
    lines = iter(after)
    assert all(line in lines for line in flagship.read_text().rstrip("\n").split("\n"))


def test_comments_and_what_does_not_change_stay_letter_for_letter(flagship: Path) -> None:
    text = flagship.read_text().replace("expect:", "# what must hold\nexpect:   # all of it", 1)
    flagship.write_text(text.replace("format: 1", "# mine\nformat: 1  # the form", 1))
    before = flagship.read_text()
    session = press(opened(flagship), "ctrl+n hello enter")
    press(session, f"ctrl+s ctrl+u {flagship} enter")
    assert "y replaces it" in session.message and session.mode == "replace"
    press(session, "l l")
    assert session.t == 0 and flagship.read_text() == before
    press(session, "n")
    assert "stays as it was" in session.message and flagship.read_text() == before
    press(session, f"ctrl+s ctrl+u {flagship} enter y")
    after = flagship.read_text()
    note = "  - at: 0\n    note: hello\n"
    end = "\nopen:\n  at: 0\n  lane: rnn\n"
    assert after.count(note) == 1 and after.endswith(end)
    assert after.replace(note, "").removesuffix(end) == before
    press(session, f"ctrl+n again enter : save space {flagship} enter y")
    twice = flagship.read_text()
    assert twice.count(note) == 1 and twice.count("note: again") == 1
    assert opened(flagship).notes()[0].endswith("hello · again")


def test_a_fork_stands_behind_its_parent_and_comments_with_what_they_are_about(
    flagship: Path,
) -> None:
    text = flagship.read_text().replace("  gru:\n", "  # the other gated cell\n  gru:\n", 1)
    flagship.write_text(text)
    session = opened(flagship)
    press(session, ": patch space lstm.f[3] space set space 0 enter")
    press(session, ": patch space lstm_2.f[3] space add space 1 space at space 4 enter")
    press(session, f": save space {flagship} enter y")
    after = flagship.read_text()
    fork = after.index("  lstm_2:\n    fork:\n      of: lstm\n")
    second = after.index("  lstm_2_2:\n")
    comment = after.index("  # the other gated cell\n  gru:")
    assert after.index("  lstm:\n") < fork < second < comment
    again = opened(flagship)
    assert again.lanes == session.lanes
    press(again, f"D : save space {flagship} enter y")
    assert "lstm_2_2" not in again.lanes and opened(flagship).lanes == again.lanes


def test_a_file_in_flow_style_is_saved_as_well(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(
        "{format: 1, title: Flow, input: {values: {series: [1, 2, 3]}}, models: {a: {equations:"
        " 'h = k * h[t-1] + x', units: 1, weights: {values: {k: [0.5]}}}}}\n"
    )
    session = press(opened(path), "l ctrl+n hello enter")
    press(session, ": patch space h space set space 0 enter")
    press(session, ": save enter enter")
    again = opened(tmp_path / "flow.session.yaml")
    assert again.lanes == ("a", "a_2") and again.notes()[1] == "hello" and again.t == 1


@pytest.mark.parametrize("key", ["?", "ctrl+l", "h", "t"])
def test_a_question_about_a_file_stands_until_it_is_answered(flagship: Path, key: str) -> None:
    session = press(opened(flagship), f"l l : save space {flagship} enter")
    asked = session.message
    assert asked.startswith("y replaces it, n leaves it")
    press(session, key)
    assert session.mode == "replace" and session.message == asked and session.t == 2
    assert "stays as it was" in press(session, "n").message


def test_a_file_that_changed_meanwhile_is_not_overwritten(flagship: Path) -> None:
    session = press(opened(flagship), "ctrl+n hello enter")
    flagship.write_text(flagship.read_text() + "\n# somebody else\n")
    press(session, f": save space {flagship} enter y")
    assert "has changed on disk" in session.message
    assert flagship.read_text().endswith("# somebody else\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [("it.txt", "ends with .yaml"), ("no/such/it.yaml", "there is no folder"),
     ("~nobody-of-that-name/it.yaml", "there is no folder"),
     (f"{'é' * 150}.yaml", "file name too long")],
)
def test_a_place_that_cannot_be_saved_to_is_said(flagship: Path, name: str, said: str) -> None:
    session = press(opened(flagship), f"ctrl+n hello enter : save space {name} enter")
    assert said in session.message and session.prompt == f"save {name}"


def test_an_expectation_that_does_not_hold_is_not_added(flagship: Path) -> None:
    session = press(opened(flagship), "l l : expect space lstm.h[0]>7 enter")
    assert "does not hold at step 2" in session.message and not session.notebook.claims
    press(session, "escape : expect enter")
    assert session.prompt is not None and session.prompt.startswith("expect abs(at(rnn.h[0], 2) - ")


def test_an_unsaved_session_is_offered_and_taken_up(flagship: Path) -> None:
    session = press(opened(flagship), FOUND)
    snapshot = unsaved(session)
    assert snapshot is not None and from_json(json.loads(json.dumps(to_json(snapshot)))) == snapshot
    keep(session, snapshot)
    session.notebook.kept.end()
    again = with_offer(opened(flagship))
    assert "1 fork" in again.message and "r takes up" in again.message
    press(again, "r")
    for one, other in zip(picture(session), picture(again), strict=True):
        np.testing.assert_array_equal(one, other)
    assert take(again) == take(session)
    press(again, "u")
    assert "lstm_2" not in again.run.traces


def test_what_no_longer_fits_is_left_out_and_said(flagship: Path) -> None:
    session = press(opened(flagship), FOUND)
    snapshot = take(session)
    other = opened(ROOT / "scenarios" / "sunspots.yaml")
    moved = replace(snapshot, breakpoints=(*snapshot.breakpoints, "lstm.c[99] > 1"))
    left = take_up(other, moved)
    assert len(left) == 1 and "lstm.c[99] > 1" in left[0] and "units 0 to 7" in left[0]


def test_a_session_ends_kept_or_forgotten(flagship: Path) -> None:
    session = opened(flagship)
    assert unsaved(session) is None and not settle(session)
    session = press(opened(flagship), "l l j v")
    assert unsaved(session) is None, "where one stands is no loss"
    press(session, "m")
    assert "is kept" in settle(session) and kept_files(flagship)
    again = with_offer(opened(flagship))
    press(again, "r m")
    assert not settle(again) and not kept_files(flagship)
    session = press(opened(flagship), f"m ctrl+s ctrl+u {flagship.parent}/a.yaml enter")
    assert not settle(session) and not kept_files(flagship)


def test_what_could_not_be_kept_is_not_said_to_be(flagship: Path) -> None:
    session = press(opened(flagship), "m")
    snapshot = unsaved(session)
    kept_folder(flagship).parent.mkdir(parents=True)
    kept_folder(flagship).write_text("a file where the folder should be")
    assert snapshot is not None and "file exists" in keep(session, snapshot)
    assert ready_to_leave(session)
    assert "is lost: it could not be kept" in settle(session)


def test_a_damaged_file_of_an_unsaved_session_is_passed_over(flagship: Path) -> None:
    path = kept_folder(flagship) / "20261125-120000-x.json"
    path.parent.mkdir(parents=True)
    for text in ("", "[]", "{}", '{"session": {"format": 1}, "text": "", "when": ""}', "\0"):
        path.write_text(text)
        assert find_kept(flagship, "") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{at: 99}", "there is no step 99"), ("{at: quary}", "did you mean 'query'"),
        ("{lane: lstn}", "did you mean 'lstm'"), ("{units: {lstm: 16}}", "it has 0 to 15"),
        ("{panel: flaw}", "panel"), ("{hidden: [rnn, lstm, gru, rnn_orthogonal]}", "one lane"),
        ("{marks: [1, 77]}", "there is no step 77"), ("{shown: 1}", "unknown key"),
    ],
)  # fmt: skip
def test_an_opening_that_cannot_be_is_said_with_its_place(
    flagship: Path, text: str, said: str
) -> None:
    flagship.write_text(f"{flagship.read_text()}\nopen: {text}\n")
    with pytest.raises(ScenarioError, match=said) as caught:
        load_scenario(flagship)
    lines = flagship.read_text().splitlines()
    assert all(p.line == len(lines) for p in caught.value.problems)
