"""Conditions about lanes that are gone for now sleep; the others go on, and undo wakes them."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from sessions import do, opened, session

from rnnstep.session.marking import hits_of
from rnnstep.session.opening import command_line
from rnnstep.session.snapshot import take
from rnnstep.session.taking_up import take_up
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text

FORK = ":patch lstm.f[3] set 0 at 10..20"
ABOUT_IT = "lstm_2.f[3] == 0"
SCENARIO = """\
format: 1
title: Two lanes and a fork
input: {values: {series: [1, 1, -1, 1, 1, 1, -1, -1], target: next}}
models:
  echo:
    equations: "h = identity(W @ x)"
    weights: {values: {W: [[1]], V: [[1]], a: 0}}
  halved:
    fork: {of: echo, patch: ["h scale 0.5 at 3..5"]}
break: ["halved.h[0] == 0.5", "t == 6"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.mark.parametrize(("gone", "why", "again"), [
    ("undo", "lstm_2 was taken back; ctrl+r makes it again", "redo"),
    ("drop", "lstm_2 was dropped; u brings it back", "undo"),
])  # fmt: skip
def test_a_sleeping_breakpoint_stops_no_search_and_wakes_with_its_lane(
    gone: str, why: str, again: str
) -> None:
    s = do(session(), FORK, f":break {ABOUT_IT}", ":break t == 7 or t == 30", gone, "first")
    assert do(s, "continue").t == 7
    assert s.message == f"t == 7 or t == 30: t = 7; `{ABOUT_IT}` sleeps: {why}"
    assert do(s, "continue").t == 30 and "sleeps" not in s.message, "it is said once"
    assert "no hit after" in do(s, "continue").message and f"sleeps: {why}" in s.message
    assert do(s, "run-back").t == 7
    assert s.travel.breakpoints == [ABOUT_IT, "t == 7 or t == 30"]
    do(s, again)
    assert do(s, "continue").t == 10 and s.message.startswith(f"{ABOUT_IT}: ")
    do(s, gone, "first", "continue")
    assert "sleeps" in s.message, "asleep anew, it is said anew"


def test_where_every_breakpoint_sleeps_that_is_said() -> None:
    s = do(session(), FORK, f":break {ABOUT_IT}", ":break any(lstm_2.h > 0.9)", "drop", "continue")
    assert s.t == 0
    assert s.message == "2 conditions sleep: lstm_2 was dropped; u brings it back"
    assert not hits_of(s).breakpoints.steps.size
    do(s, ":forget", f":find {ABOUT_IT}")
    assert s.message.startswith("column 1: there is no lane 'lstm_2'")


def test_a_find_sleeps_as_a_breakpoint_does() -> None:
    s = do(session(), FORK, f":find {ABOUT_IT}", "drop", ":2", "next-mark")
    assert s.t == 2 and s.message == f"`{ABOUT_IT}` sleeps: lstm_2 was dropped; u brings it back"
    assert do(s, "undo", "next-mark").t == 10


def test_how_often_to_press_and_what_never_comes_back_are_said() -> None:
    s = do(session(), FORK, f":break {ABOUT_IT}", "drop", ":patch gru.z[0] set 0 at 5", "continue")
    assert s.message.endswith("lstm_2 was dropped; u (2 times) brings it back")
    do(s, "undo", "undo", "undo", "undo", "continue")
    assert s.message.endswith("lstm_2 was taken back; ctrl+r makes it again")
    do(s, ":patch gru.z[0] set 0 at 5", "continue")
    assert s.message.startswith(f"`{ABOUT_IT}` sleeps: there is no lane 'lstm_2'")


def test_break_alone_lists_the_breakpoints_and_which_sleep() -> None:
    s = do(session(), ":break")
    assert s.message == "there is no breakpoint; it has the form: break CONDITION"
    assert s.prompt == "break"
    do(s, FORK, f":break {ABOUT_IT}", ":break t == 7", "drop", ":break")
    assert s.message == f"{ABOUT_IT} (sleeps: lstm_2 was dropped; u brings it back); t == 7"
    assert "sleeps" in do(s, f":break {ABOUT_IT}").message and len(s.travel.breakpoints) == 2


def test_what_sleeps_is_left_out_of_a_saved_file_and_said(file: Path) -> None:
    s = do(opened(file), ":patch echo.h set 1 at 2", ":break echo_2.h[0] == 1", "undo",
           f":save {file.parent}/first.yaml")  # fmt: skip
    assert "left out: 1 thing, listed above" in s.message
    assert "the breakpoint echo_2.h[0] == 1 (echo_2 was taken back" in s.notebook.left[0]
    assert opened(file.parent / "first.yaml").travel.breakpoints == ["halved.h[0] == 0.5", "t == 6"]
    s.select_lane("halved")
    do(s, "drop", f":save {file.parent}/second.yaml")
    assert "halved was dropped; u brings it back" in s.notebook.left[0]
    again = opened(file.parent / "second.yaml")
    assert again.travel.breakpoints == ["t == 6"] and again.lanes == ("echo",)
    do(s, "undo", f":save {file.parent}/third.yaml")
    assert opened(file.parent / "third.yaml").travel.breakpoints == ["halved.h[0] == 0.5", "t == 6"]


def test_an_unsaved_session_keeps_what_undo_can_wake(file: Path) -> None:
    s = opened(file)
    s.select_lane("halved")
    do(s, "drop", ":break echo.h[0] < 0")
    again = opened(file)
    assert take_up(again, take(s)) == []
    assert again.travel.breakpoints == s.travel.breakpoints
    assert do(again, "continue").t == 3 and "halved" in again.message
    assert do(again, "undo", "continue").t == 4


def test_the_command_that_opens_a_place_leaves_out_what_sleeps() -> None:
    s = do(session(), FORK, f":break {ABOUT_IT}", ":break t == 7", "undo")
    assert shlex.split(command_line(s))[-2:] == ["--break", "t == 7"]
    assert ABOUT_IT in command_line(do(s, "redo"))


def test_the_command_calls_lanes_in_breakpoints_as_it_calls_its_forks() -> None:
    text = "symbol == 'Ä' or lstm_3.f[3] == 0 and at(lstm_3.o[3], query) > 0"
    s = do(session(), FORK, ":patch lstm.f[3] set 0 at 12", f":break {text}")
    s.select_lane("lstm_2")
    words = shlex.split(command_line(do(s, "drop")))
    assert words[-4:-2] == ["--patch", "lstm.f[3] set 0 at 12"]
    assert words[-1] == text.replace("lstm_3", "lstm_2")
    again = do(session(), f":patch {words[-3]}", f":break {words[-1]}", "continue")
    assert again.t == 12 and again.message.startswith(words[-1])


def test_lanes_that_went_together_are_named_together() -> None:
    s = do(session(), FORK, ":patch o[1] scale 0.5 at 30", ":patch gru.z set 0 at 5")
    do(s, ":break lstm_2.o[1] == 0", ":break lstm_2_2.h[0] > 0", ":break gru_2.z[0] == 0")
    for lane in ("lstm_2", "gru_2"):
        s.select_lane(lane)
        do(s, "drop")
    do(s, "continue")
    assert s.message == (
        "3 conditions sleep: lstm_2, lstm_2_2 were dropped; u (2 times) brings them back;"
        " gru_2 was dropped; u brings it back"
    )


def test_a_condition_about_two_lanes_that_are_gone_names_both() -> None:
    s = do(session(), FORK, ":patch o[1] scale 0.5 at 30", ":break lstm_2_2.o[1] < lstm_2.o[1]")
    s.select_lane("lstm_2")
    do(s, "drop", "continue")
    assert s.message.endswith("sleeps: lstm_2_2, lstm_2 were dropped; u brings them back")
    assert do(s, "undo", "continue").t == 30


def test_a_fork_does_not_take_the_name_of_one_of_the_file_that_was_dropped(file: Path) -> None:
    other = """\
  counter:
    equations: |
      c = c[t-1] + W @ x
      h = clip(c, -2, 2)
    weights: {values: {W: [[1], [1]], V: [[0.5, 0.25]], a: 0}}
  echo_2:
    fork: {of: counter, patch: ["c scale 0.5 at 3..5"]}
"""
    file.write_text(SCENARIO.replace("break:", f"{other}break:"))
    s, painter = opened(file), Painter("unicode")
    s.select_lane("echo_2")
    s.select_unit(1)
    painter.paint(s, 80, 24)
    do(s, "drop", ":patch echo.h set 3 at 4", ":break echo_3.h[0] == 3")
    assert s.lanes == ("echo", "halved", "echo_3", "counter")
    painter.paint(s, 80, 24)
    assert "--patch 'echo.h set 3 at 4' --break 'echo_3.h[0] == 3'" in command_line(s)
    do(s, ":save " + str(file.with_name("found.yaml")))
    for again in (opened(file.with_name("found.yaml")), opened(file)):
        if again.base.path == file:
            assert take_up(again, take(s)) == []
        assert again.lanes == s.lanes
        do(again, "last")
        assert [do(again, "run-back").t for _ in range(3)] == [6, 5, 4]
        again.jump(s.t)
        again.message = s.message = ""
        assert as_text(Painter().paint(again, 80, 24)) == as_text(Painter().paint(s, 80, 24))
    do(s, "undo", "undo")
    painter.paint(s, 80, 24)
    assert s.run.scenario.models["echo_2"].fork_of == "counter"
    do(s, "redo", "redo")
    painter.paint(s, 80, 24)
    assert s.units["echo_3"] == 0
