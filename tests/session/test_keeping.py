"""What is not saved is kept, whatever windows, changed files and keys come between."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from conftest import ROOT
from sessions import ECHOES, opened, press, with_offer

from rnnstep.scenario.course import find_card, read_cards
from rnnstep.session import kept_files
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.keeping import keep, settle, unsaved
from rnnstep.session.kept_files import KeptFile, kept_folder, lock_path
from rnnstep.session.progress import Progress
from rnnstep.session.session import Session
from rnnstep.session.snapshot import take

FORK = " : patch space echo.h space set space 5 space at space 2 enter"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "echoes.yaml"
    path.write_text(ECHOES)
    return path


def offered(path: Path, keys: str = "") -> Session:
    """A session as the app opens it, with what is offered; then keys."""
    return press(with_offer(opened(path)), keys)


def kept(session: Session) -> Path:
    """Keep a session as the app does now and then; return where."""
    snapshot = unsaved(session)
    assert snapshot is not None
    assert not keep(session, snapshot, tuple(session.notebook.superseded))
    assert session.notebook.kept.path is not None
    return session.notebook.kept.path


def crashed(session: Session) -> Path:
    """Keep a session, and end it as a crash does: the system gives its lock back."""
    path = kept(session)
    session.notebook.kept.end()
    return path


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        ("l l", lambda s: s.t == 2),
        (": patch space later.h space set space 1 space at space 3 enter",
         lambda s: "later_2" in s.lanes),
        ("tab", lambda s: s.active == "later"),
        ("m", lambda s: s.travel.marks == {0}),
    ],
)  # fmt: skip
def test_another_key_leaves_the_offer_and_does_what_it_does(
    file: Path, keys: str, seen: object
) -> None:
    there = crashed(offered(file, FORK))
    s = offered(file)
    assert s.mode == "offer" and s.message.startswith("r takes up, esc forgets, other keys leave")
    press(s, keys)
    assert s.mode == "" and seen(s)  # type: ignore[operator]
    settle(s)
    assert there.exists(), "it is offered again"


def test_a_key_that_does_nothing_leaves_the_question_as_it_is(file: Path) -> None:
    crashed(offered(file, FORK))
    s = offered(file, "f5")
    assert s.mode == "offer" and s.message.startswith("r takes up")


def test_what_was_left_for_later_is_taken_up_by_name_with_what_was_found_since(file: Path) -> None:
    crashed(offered(file, f"{FORK} : break space echo.h[0]>1 enter ctrl+n first enter : 3 enter m"))
    s = offered(file, "l : break space later.h[0]>3 enter ctrl+n second enter m : take-up enter")
    assert "echo_2" in s.lanes and s.mode == ""
    assert s.travel.breakpoints == ["echo.h[0]>1", "later.h[0]>3"]
    assert s.notebook.notes == [(0, "first"), (1, "second")] and s.travel.marks == {1, 3}
    press(s, ": take-up enter")
    assert s.message == "no unsaved session is offered"


def test_what_is_forgotten_goes_only_at_the_end_and_the_older_one_is_offered(file: Path) -> None:
    older = crashed(offered(file, FORK))
    os.utime(older, (1, 1))
    newer = crashed(offered(file, "ctrl+n here enter"))
    s = offered(file)
    assert "(1 note; 1 older)" in s.message
    press(s, "escape")
    assert s.mode == "offer" and "(1 fork)" in s.message and newer.exists()
    press(s, "escape")
    assert s.mode == "" and ":take-up still takes it up" in s.message and older.exists()
    press(s, ": take-up enter")
    assert "echo_2" in s.lanes, "the last one that was forgotten"
    settle(s)
    assert not newer.exists() and not older.exists(), "the one is forgotten, the other kept anew"
    assert "(1 fork)" in offered(file).message


def test_two_windows_keep_to_files_of_their_own(file: Path) -> None:
    one, other = offered(file, FORK), offered(file, "ctrl+n here enter")
    assert kept(one) != kept(other)
    assert offered(file).mode == "", "nobody is offered what a living window writes"
    press(one, f": save space {file.parent}/one.yaml enter")
    settle(one)
    there = other.notebook.kept.path
    assert there is not None and there.exists()
    settle(other)
    assert "(1 note)" in offered(file).message


def test_what_does_not_fit_a_changed_file_stays_kept_and_is_offered_again(file: Path) -> None:
    s = offered(file, FORK + " ctrl+n here enter")
    there = crashed(s)
    before = there.read_bytes()
    echo = "  echo:\n    equations: h = x\n    weights: {values: {}}\n"
    file.write_text(ECHOES.replace(echo, ""))
    s = offered(file)
    assert "the file has changed since" in s.message
    press(s, "r")
    assert "left out: 1 thing" in s.message and "the fork echo_2" in s.notebook.left[0]
    assert s.notebook.notes == [(0, "here")]
    kept(s)
    assert settle(s) and there.read_bytes() == before
    # Even where all that fits is saved.
    s = offered(file, f"r : save space {file.parent}/found.yaml enter")
    assert s.message.startswith("saved") and not settle(s)
    file.write_text(ECHOES)
    s = offered(file)
    assert "(1 fork, 1 note)" in s.message and there.read_bytes() == before
    press(s, "r")
    assert "echo_2" in s.lanes and not s.notebook.left
    press(s, f": save space {file.parent}/all.yaml enter")
    assert not there.exists() and not settle(s) and offered(file).mode == ""


def test_what_was_taken_up_whole_goes_once_it_is_kept_anew_and_not_before(file: Path) -> None:
    there = crashed(offered(file, FORK))
    s = offered(file, "r")
    assert there.exists()
    assert kept(s) != there and not there.exists()
    s.notebook.kept.end()
    assert "(1 fork)" in offered(file).message


def test_a_session_that_another_one_forgot_or_saved_is_not_written_again(file: Path) -> None:
    s = offered(file, FORK)
    path, snapshot = kept(s), unsaved(s)
    assert snapshot is not None
    press(s, f": save space {file.parent}/found.yaml enter")
    settle(s)
    # A thread that was late.
    assert not keep(s, snapshot) and not path.exists() and offered(file).mode == ""


def test_a_file_of_the_time_before_there_was_one_for_each_window_is_offered(file: Path) -> None:
    there = crashed(offered(file, FORK))
    old = kept_folder(file).with_suffix(".json")
    there.rename(old)
    s = offered(file, "r")
    assert "echo_2" in s.lanes
    settle(s)
    assert not old.exists() and "(1 fork)" in offered(file).message


def test_a_damaged_file_hides_no_older_one(file: Path) -> None:
    crashed(offered(file, FORK))
    (kept_folder(file) / "99999999-damaged.json").write_text("{")
    assert "(1 fork)" in offered(file).message


def test_nothing_stays_behind_of_what_was_saved(file: Path) -> None:
    s = offered(file, FORK)
    kept(s)
    assert list(kept_folder(file).iterdir())
    press(s, f": save space {file.parent}/found.yaml enter")
    settle(s)
    assert not kept_folder(file).exists()


def test_a_file_is_locked_until_its_session_ends_whichever_thread_wrote_it(file: Path) -> None:
    mine = KeptFile(file)
    thread = threading.Thread(target=mine.write, args=(b"{}",))
    thread.start()
    thread.join()
    assert mine.path is not None and lock_path(mine.path).exists()
    assert kept_files.kept_files(file) == []
    mine.end()
    assert kept_files.kept_files(file) == [mine.path]
    mine.write(b"late")
    assert mine.path.read_bytes() == b"{}"


def test_the_place_of_a_save_is_proposed_again(file: Path) -> None:
    place = file.parent / "elsewhere.yaml"
    s = offered(file, f"m : save space {place} enter ctrl+s")
    assert s.prompt == f"save {place}"
    press(s, "enter")
    assert s.notebook.asked == place, "and not replaced without being asked"


def test_a_kept_session_says_what_it_is_of(file: Path) -> None:
    data = json.loads(crashed(offered(file, FORK)).read_bytes())
    assert data["scenario"] == str(file.resolve())
    assert take(offered(file, "r")).forks[0].patches == ("h set 5 at 2",)


def test_what_is_found_in_a_lesson_is_kept_and_covers_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ROOT / "scenarios" / "travel" / "run_back.yaml"
    climb = Climb(read_cards(path.parent, "en"), Progress(), "en", "travel")
    index = find_card(climb.cards, path.stem)
    s = begin_lesson(climb, index)
    press(s, "enter l l : patch space lstm.c[9] hold space at space 100..last enter")
    press(s, "ctrl+n my space own enter")
    forks = [lane for lane in s.lanes if lane not in s.base.models]
    assert forks
    assert f"offered by `rnnstep learn {path}`" in settle(s)
    again = press(with_offer(begin_lesson(climb, index)), "r")
    assert forks[0] in again.lanes and (2, "my own") in again.notebook.notes
    assert again.sitting is not None and again.sitting.waiting and not again.future
    monkeypatch.chdir(tmp_path)
    press(again, "ctrl+s")
    assert again.prompt == f"save {tmp_path / 'run_back.session.yaml'}"


def test_what_a_lesson_covers_stays_covered_when_a_session_is_taken_up() -> None:
    path = ROOT / "scenarios" / "travel" / "run_back.yaml"
    free = press(opened(path), "m : health enter f")
    assert free.panel == "health" and free.future
    crashed(free)
    climb = Climb(read_cards(path.parent, "en"), Progress(), "en", "travel")
    s = press(with_offer(begin_lesson(climb, find_card(climb.cards, path.stem))), "r")
    assert s.panel == "" and not s.future and s.travel.marks == {0}
