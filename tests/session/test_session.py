"""The app without its screen: moving, marks, the prompt, the table of commands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, session

from rnnstep.errors import RnnstepError
from rnnstep.scenario.view import View
from rnnstep.session.commands import COMMANDS, perform, submit_prompt
from rnnstep.session.completion import complete_prompt
from rnnstep.session.notebook import add_note
from rnnstep.session.session import Session
from rnnstep.session.snapshot import look


class Silent:
    """A host that only remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
        return lambda *args: self.asked.append(name)


def press(s: Session, *commands: str) -> Session:
    for command in commands:
        perform(s, Silent(), command)  # type: ignore[arg-type]
    return s


MOVES = ["step", "rewind", "step-ten", "rewind-ten", "micro-step", "micro-rewind", "first", "last",
         "next-mark", "previous-mark"]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(MOVES), max_size=30))
def test_any_walk_ends_on_the_frame_of_going_there_directly(walk: list[str]) -> None:
    walked = press(session(), *walk)
    direct = session()
    direct.jump(walked.t)
    direct.cursor = direct.cursor.micro(walked.cursor.k - direct.cursor.k)
    for lane in walked.lanes:
        for name in walked.cell(lane).graph.signals:
            one, other = walked.value(lane, name), direct.value(lane, name)
            assert one.tobytes() == other.tobytes(), (lane, name)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("play",)])
def test_every_command_can_be_run_at_both_ends(command: str) -> None:
    for start in ("first", "last"):
        s = press(session(), start, command)
        assert 0 <= s.t <= s.run.length


def test_the_prompt_goes_where_it_is_told() -> None:
    s, host = session(), Silent()
    places = {"17": 17, "+10": 27, "-7": 20, "query": 52, "cue": 1, "50%": 26, "last": 52}
    for text, step in places.items():
        s.prompt = text
        submit_prompt(s, host)  # type: ignore[arg-type]
        assert (s.t, s.message, s.prompt) == (step, "", None)
    for text, message in {"99": "0 to 52", "qury": "did you mean 'query'", "zom": "'zoom'"}.items():
        s.prompt = text
        submit_prompt(s, host)  # type: ignore[arg-type]
        assert message in s.message and s.t == 52
    s.prompt = "zoom"
    submit_prompt(s, host)  # type: ignore[arg-type]
    assert s.zoom
    s.prompt = "qu"
    complete_prompt(s)
    assert s.prompt == "query"


@pytest.mark.parametrize("text", ["nan%", "inf%", "-inf%", "1e999%"])
def test_a_share_of_the_run_that_is_no_number_is_refused(text: str) -> None:
    s = do(session(), ":17", f":{text}")
    assert s.t == 17 and s.prompt == text and f"'{text}' is no step and no mark" in s.message


def test_marks_are_reached_in_order_and_the_ends_are_said() -> None:
    s = session()
    seen = []
    for _ in range(9):
        press(s, "next-mark")
        seen.append(s.t)
    assert seen[:5] == [1, 2, 10, 30, 52] and "no mark after" in s.message
    press(s, "previous-mark")
    assert s.t == 30


def test_a_note_stands_from_its_own_step_on() -> None:
    s = session()
    notes = s.notes()
    assert len(notes) > 2
    for step, text in notes.items():
        s.jump(step)
        assert s.note() == (step, text)


def test_notes_of_one_step_are_told_apart() -> None:
    s = session()
    script = s.notes()[30]
    s.jump(30)
    for text in ("first window", "and again"):
        add_note(s, text)
    assert s.notes()[30] == f"{script} · first window · and again"


def test_micro_steps_show_only_what_is_computed() -> None:
    s = session()
    s.select_lane("lstm")
    s.jump(10)
    press(s, "micro-step", "micro-step")
    assert (s.t, s.cursor.k) == (11, 2)
    known = {name: bool(np.isfinite(s.value("lstm", name)).all()) for name in "ifgoch"}
    assert known == {name: name in "if" for name in "ifgoch"}


def test_one_lane_always_stays() -> None:
    s = press(session(), "lane-1", "lane-2", "lane-3", "lane-4")
    assert len(s.shown) == 1 and "stays" in s.message
    press(s, "lane-9")
    assert "there are 4" in s.message


def test_hiding_the_active_lane_goes_on_to_the_next_that_is_shown() -> None:
    s = session()
    s.select_lane("gru")
    press(s, "lane-3")
    assert s.lanes[2] == "gru" and s.active == s.lanes[3]
    press(s, "next-lane")
    assert s.active == s.lanes[0]
    press(s, "previous-lane", "previous-lane")
    assert s.active == s.lanes[1]


def test_the_active_lane_is_on_the_screen_whatever_goes() -> None:
    for gone in ("drop", "undo"):
        s = do(session(), ":patch lstm.f[3] set 0 at 10..20")
        do(s, *(f":hide {lane}" for lane in s.lanes if lane != "lstm_2"))
        assert s.shown == ("lstm_2",)
        do(s, gone)
        assert s.shown == ("lstm",) and s.active == "lstm"
    look(s, View(0, None, "lstm_2", hidden=s.lanes))
    assert s.active in s.shown
    s.select_lane(s.lanes[0])
    look(s, View(0, None, "", hidden=s.lanes[:2]))
    assert s.active == s.shown[0] == s.lanes[2]


def test_playing_stops_at_the_end_and_begins_anew() -> None:
    s = press(session(), "last", "rewind", "play")
    s.tick()
    s.tick()
    assert s.t == 52 and not s.playing
    press(s, "play")
    assert s.t == 0 and s.playing
    press(s, "step")
    assert not s.playing


def test_what_is_copied_opens_the_same_place() -> None:
    s = press(session(), "step", "step")
    assert s.command_line().endswith("long_dependency.yaml --at 2")
    assert "h = " in s.selected_value()


def test_a_place_that_is_none_is_an_error() -> None:
    with pytest.raises(RnnstepError, match="no step and no mark"):
        session().goto("nowhere")
