"""Going by events, without a screen: breakpoints, finds, changes, forks, marks, the trail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, run_of, session

from rnnstep.scenario.run import Run
from rnnstep.session.commands import COMMANDS, perform
from rnnstep.session.completion import complete_prompt
from rnnstep.session.keys import type_key
from rnnstep.session.marking import hits_of
from rnnstep.session.pending import Pending, resume, settle
from rnnstep.session.replay import ReplayHost
from rnnstep.simulate.breakpoint import hits

CONDITION = "lstm.answer != lstm.answer[t-1] or any(gru.z < 0.2)"


def test_continue_and_run_back_stop_at_every_hit_in_turn() -> None:
    s = do(session(), f":break {CONDITION}")
    every = hits(s.run.space(), CONDITION).tolist()
    assert len(every) > 3 and hits_of(s).breakpoints.steps.tolist() == every
    forwards = [do(s, "continue").t for _ in every]
    assert forwards == every
    do(s, "continue")
    assert s.t == every[-1] and "no hit after" in s.message
    assert [do(s, "run-back").t for _ in every[1:]] == every[-2::-1]
    do(s, "run-back")
    assert s.t == every[0] and "no hit before" in s.message


@pytest.mark.parametrize(("text", "said"), [
    ("t > 99", "no hit at any step"), ("t == 9", "1 hit, c and C go there"),
    ("t > 9", "43 hits, c and C go there"),
])  # fmt: skip
def test_a_new_breakpoint_says_how_many_hits_it_has(text: str, said: str) -> None:
    s = do(session(), ":break t == 3", f":break {text}")
    hits_of(s)
    assert s.message == f"breakpoint: {text}; {said}"
    # Said again when it is set again, but never in the place of another message.
    do(s, f":break {text}")
    hits_of(s)
    assert s.message.endswith(said)
    do(s, f":break {text}", ":threshold 0.1")
    before = s.message
    hits_of(s)
    assert s.message == before


def test_the_hits_of_a_new_breakpoint_hold_up_no_key_and_follow_when_they_are_known() -> None:
    from threading import Event

    s, go = session(), Event()
    jobs = s.travel.marking.jobs
    jobs.in_background(0.0, lambda: None)
    jobs.ask("busy", lambda check: go.wait(20))
    do(s, ":break t > 99")
    hits_of(s)
    assert s.message == "breakpoint: t > 99; c and C go there"
    go.set()
    jobs.wait()
    hits_of(s)
    assert s.message == "breakpoint: t > 99; no hit at any step"


def test_a_stop_says_why_and_the_nearest_breakpoint_wins() -> None:
    s = do(session(), ":break t == 40", ":break lstm.f[3] > 0 and t >= 9", "continue")
    assert s.t == 9 and s.message.startswith("lstm.f[3] > 0 and t >= 9: lstm.f[3] = ")
    do(s, ":40", "drop-breakpoint", "first", "continue")
    assert s.t == 40
    do(s, "drop-breakpoint", "continue")
    assert "b sets one" in s.message


def test_a_find_is_repeated_by_next_and_previous_mark() -> None:
    s = do(session(), ":find t % 1 == 0")
    assert s.message.startswith("column 1: the operator %")
    do(s, ":find t == 5 or t == 30")
    assert s.t == 5
    assert do(s, "next-mark").t == 30 and do(s, "previous-mark").t == 5
    do(s, ":find")
    assert s.t == 30 and s.travel.find == "t == 5 or t == 30"
    do(s, ":5", ":forget", "next-mark")
    assert s.t == 10 and s.travel.find == ""
    do(s, ":find")
    assert "nothing was searched for yet" in s.message


def test_inside_a_step_its_own_end_can_be_the_next_hit() -> None:
    s = do(session(), ":break t == 5", ":5", "micro-rewind", "micro-rewind")
    assert s.t == 5 and not s.cursor.whole
    do(s, "continue")
    assert s.t == 5 and s.cursor.whole


@pytest.mark.parametrize("budget", [None, 0])
def test_what_changed_the_selected_value_is_found_both_ways(budget: int | None) -> None:
    s = session(budget=budget)
    s.select_lane("lstm")
    s.select_unit(5)
    values = s.run["lstm"]["c"][:, 5]
    moved = 1 + np.flatnonzero(np.abs(np.diff(values)) > 0.02)
    do(s, ":threshold 0.02", "last")
    found = [do(s, "last-change").t for _ in moved]
    assert found[0] in (moved[-1], moved[-2]) and set(found) <= set(moved.tolist())
    do(s, "first", "next-change")
    assert s.t == moved[0] and s.message.startswith(f"step {moved[0]} changed lstm.c[5]: 0 → ")
    do(s, ":threshold 1e9", "next-change")
    assert "changes nowhere after" in s.message
    do(s, ":threshold much")
    assert "is no threshold" in s.message


def test_that_the_step_one_stood_on_changed_the_value_too_is_said() -> None:
    s = do(session(), ":select lstm.c[6]", "last", "last-change")
    c = s.run["lstm"]["c"][:, 6]
    assert s.t == 51 and s.message == (
        f"step 51 changed lstm.c[6]: {c[50]:.4g} → {c[51]:.4g} (step 52, where you stood, too)"
    )
    do(s, "next-change")
    assert s.message.startswith("step 52 changed")
    assert s.message.endswith("(step 51, where you stood, too)")
    largest = float(np.abs(np.diff(c)).max())
    only = 1 + int(np.abs(np.diff(c)).argmax())
    do(s, f":threshold {largest * 0.999!r}", f":{only}", "last-change")
    assert s.t == only and s.message.startswith(f"step {only} changed lstm.c[6]: ")
    assert f", where you stand; lstm.c[6] changes nowhere before step {only}" in s.message
    do(s, f":{only + 1}", "last-change")
    assert s.t == only and "stood" not in s.message
    # Where the step has not yet computed the value, it has not changed it.
    do(s, ":threshold 0.1", ":52.1", "last-change")
    assert s.t == 51 and "stood" not in s.message


@pytest.mark.parametrize(("typed", "end"), [
    ("+1000", "last step"), ("200%", "last step"), ("-1000", "initial state"),
    ("-50%", "initial state"),
])  # fmt: skip
def test_going_beyond_an_end_stops_there_and_says_which(typed: str, end: str) -> None:
    s = do(session(), ":20", f":{typed}")
    assert s.t == (52 if end == "last step" else 0)
    assert s.message == f"this is the {end}; {typed} leads beyond it"
    assert not do(s, ":20", ":+32").message and not do(s, ":100%").message


def test_a_patch_makes_a_fork_beside_its_parent_and_undo_takes_it_back() -> None:
    s = session()
    before = s.lanes
    do(s, ":patch lstm.f[3] set 0 at 10..20")
    assert s.active == "lstm_2" and s.lanes.index("lstm_2") == before.index("lstm") + 1
    assert (s.run["lstm_2"].rows("f", 10, 21)[:, 3] == 0).all()
    do(s, ":patch o[1] scale 0.5 at 30")
    assert s.lanes.count("lstm_2_2") == 1 and s.run.scenario.models["lstm_2_2"].fork_of == "lstm_2"
    do(s, "undo")
    assert "lstm_2_2" not in s.lanes and s.active in s.lanes
    do(s, "redo")
    assert "lstm_2_2" in s.lanes
    s.select_lane("lstm_2")
    do(s, "drop")
    assert s.lanes == before and s.active in s.lanes
    do(s, "undo", "undo", "undo")
    assert s.lanes == before and s.run is run_of("long_dependency")
    do(s, "undo")
    assert "nothing to undo" in s.message
    s.select_lane("rnn")
    do(s, "drop")
    assert "rnn is no fork" in s.message


def test_what_was_taken_back_cannot_be_made_again_behind_another_patch() -> None:
    s = do(session(), ":patch lstm.f[3] set 0", "undo", ":patch gru.z[1] set 0", "redo")
    assert "nothing to redo" in s.message and "gru_2" in s.lanes and "lstm_2" not in s.lanes
    do(s, "drop", "redo")
    assert "nothing to redo" in s.message


def test_a_drop_names_all_that_go_and_one_undo_brings_all_back() -> None:
    s = do(session(), ":patch lstm.f[3] set 0 at 10..20", ":patch o[1] scale 0.5 at 30")
    lanes = s.lanes
    s.select_lane("lstm_2")
    do(s, "drop")
    assert s.message == "dropped lstm_2, lstm_2_2; u brings them back"
    assert do(s, "undo").message == "lstm_2, lstm_2_2 are back; ctrl+r drops them again"
    assert s.lanes == lanes and s.active == "lstm_2"
    assert do(s, "redo").message == "lstm_2, lstm_2_2 are gone; u brings them back"
    do(s, "undo", "undo")
    assert s.message == "lstm_2_2 is gone; ctrl+r makes it again"


@pytest.mark.parametrize("typed", ["lstm.c scale 1 at 5", "lstm.c noise 0 at 5..9", "lstm.x add 0"])
def test_a_patch_that_fires_and_changes_nothing_says_so(typed: str) -> None:
    s = do(session(), f":patch {typed}")
    assert s.active == "lstm_2" and "changes nothing" in s.message
    assert "changes nothing" not in do(s, ":patch lstm.c scale 1.1 at 5").message


def test_a_fork_that_parts_later_than_its_patch_says_where() -> None:
    s = session()
    size = np.abs(s.run["lstm"]["c"]).max(axis=1)
    bound = float(size[5:20].max())
    beyond = 5 + int(np.flatnonzero(size[5:] > bound)[0])
    do(s, f":patch lstm.c clamp {-bound!r} {bound!r} at 5..last")
    assert beyond >= 20 and f"they part at step {beyond}, in c[" in s.message


def test_a_wrong_patch_says_where_and_can_be_mended() -> None:
    s = do(session(), ":patch lstm.f[3] sett 0")
    assert s.message.startswith("column 11: there is no operation 'sett'")
    assert s.prompt == "patch lstm.f[3] sett 0"
    do(s, ":patch lstm.f[99] set 0")
    assert "units 0 to 15" in s.message
    do(s, ":patch lstm.f[3] set 0", "patch")
    assert s.prompt == "patch lstm_2.f[3] set "
    do(s, ":select")
    assert "has the form" in s.message


def test_the_prompt_completes_lanes_signals_and_functions() -> None:
    s = session()
    for text, whole in {
        "break ls": "break lstm.x", "find lstm.lo": "find lstm.logits", "pa": "patch",
        "patch lstm.f[3] cl": "patch lstm.f[3] clamp", "break any(gru.z": "break any(gru.z",
        "patch lstm.f[3] set 0 at qu": "patch lstm.f[3] set 0 at query", "qu": "query",
    }.items():  # fmt: skip
        s.prompt = text
        complete_prompt(s)
        assert s.prompt == whole


@pytest.mark.parametrize(("typed", "at"), [
    ("patch lstm.f[3] sett 0", 16), ("find lstm.f[3] <", 16), ("break  any(gru.zz > 1)", 11),
    ("find lstm.f[99] < 0", 12), ("find foo.h[0] > 1 and t > 2", 5),
    ("patch lstm.f[99] set 0", 13), ("patch lstm.q set 0", 11),
])  # fmt: skip
def test_what_is_wrong_stays_in_the_prompt_with_its_place(typed: str, at: int) -> None:
    s = do(session(), f":{typed}")
    assert s.prompt == typed and s.problem is not None and s.problem.at == at
    type_key(s, ReplayHost(), "backspace", None)
    assert s.prompt == typed[:-1] and s.problem is None
    type_key(s, ReplayHost(), "escape", None)
    assert s.prompt is None


@pytest.mark.parametrize(("typed", "whole"), [
    ("find any(gru.lo", "find any(gru.logits"),
    ("find abs(lstm.c[5] - ls", "find abs(lstm.c[5] - lstm.x"),
    ("break not(rnn.answer != ta", "break not(rnn.answer != target"),
    ("find t > (que", "find t > (query"), ("find max(ab", "find max(abs"),
])  # fmt: skip
def test_completion_works_inside_parentheses(typed: str, whole: str) -> None:
    s = session()
    s.prompt = typed
    complete_prompt(s)
    assert s.prompt == whole


def test_enter_behind_a_slash_repeats_the_last_search() -> None:
    s = do(session(), ":find t == 5 or t == 30")
    perform(s, ReplayHost(), "search")
    type_key(s, ReplayHost(), "enter", None)
    assert s.t == 30 and s.prompt is None


def test_the_trail_leads_back_to_where_one_was_with_what_was_selected() -> None:
    s = session()
    s.select_lane("gru")
    s.select_unit(4)
    do(s, ":20", "step", "step", ":find t == 40", ":50")
    s.select_lane("rnn")
    s.units["gru"], s.signals["gru"] = 1, "z"
    assert do(s, "trail-back").t == 40
    assert do(s, "trail-back").t == 22 and s.active == "gru"
    assert (s.units["gru"], s.signals["gru"]) == (4, "")
    do(s, "trail-back", "trail-back")
    assert s.t == 0
    do(s, "trail-back")
    assert "the trail ends here" in s.message
    for _ in range(9):
        do(s, "trail-forward")
    assert s.t == 50
    do(s, "trail-back", ":7", "trail-back")
    assert s.t == 40
    do(s, "trail-forward")
    assert s.t == 7


def test_steps_are_marked_by_hand_and_marks_are_reached() -> None:
    s = do(session(), ":20", "mark", ":33", "mark", "first", "to-mark")
    assert s.t == 33 and s.marks()[20] == "marked"
    assert do(s, "to-mark").t == 20 and do(s, "next-mark").t == 30
    do(s, ":20", "mark", ":33", "mark", "to-mark")
    assert "nothing is marked" in s.message


MOVES = ["step", "rewind", "micro-step", "micro-rewind", "continue", "run-back", "last-change",
         "next-change", "next-mark", "trail-back", "trail-forward", "mark", "to-mark", "undo",
         "redo", ":patch lstm.c[2] set 0.5 at 20", ":patch f hold at 30..40", ":drop",
         ":17", ":break any(lstm.f < 0.1)"]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(MOVES), max_size=25))
def test_any_walk_ends_on_the_frame_of_going_there_directly(walk: list[str]) -> None:
    """Steps, continues, changes, forks, undo and the trail: the frame is that of a fresh run."""
    s = session()
    s.select_lane("lstm")
    do(s, *walk)
    for lane in s.lanes:
        fresh = travel_fresh(s.run, lane)
        for name, value in s.run[lane].frame(s.t).items():
            assert value.tobytes() == fresh.value(name, s.t).tobytes()


def travel_fresh(run: Run, lane: str):  # type: ignore[no-untyped-def]
    from rnnstep.simulate import simulate

    return simulate(run[lane].lane, traces=run.traces)


def test_a_search_in_a_thread_is_resumed_or_given_up() -> None:
    s = session(budget=0)
    told: list[int] = []
    s.travel.jobs.in_background(5.0, lambda: told.append(1))
    do(s, ":break t == 44", "continue")
    assert s.t == 44
    s.travel.jobs.patience = 0.0
    do(s, ":find t == 12")
    while s.travel.pending is not None:
        resume(s)
    do(s, "first", "next-mark")
    while s.travel.pending is not None:
        resume(s)
    assert s.t == 12
    s.travel.pending = Pending(("search",), "searching", lambda: None)
    do(s, "out")
    assert s.travel.pending is None and "given up" in s.message


def test_every_command_of_travel_has_its_key() -> None:
    keys = {key for command in COMMANDS.values() for key in command.keys}
    assert {"c", "C", "w", "W", "n", "N", "slash", "b", "B", "e", "u", "ctrl+r", "d", "backspace",
            "backslash", "m", "apostrophe"} <= keys  # fmt: skip


def test_a_search_never_answers_from_a_run_that_is_gone() -> None:
    s = session()
    for first in (10, 20, 30):
        do(s, f":patch lstm.f[3] set 0 at {first}..45", "first", ":find lstm_2.f[3] < 0.001")
        assert s.t == first
        do(s, "undo")


def test_a_search_that_goes_on_is_given_up_when_the_lanes_change() -> None:
    from threading import Event

    s, go = session(), Event()
    s.travel.jobs.in_background(0.0, lambda: None)
    s.travel.jobs.ask("busy", lambda check: go.wait(20))
    do(s, ":find t == 30")
    assert s.t == 0 and s.travel.pending is not None
    do(s, ":patch lstm.f[3] set 0 at 10..20")
    go.set()
    settle(s)
    assert s.active == "lstm_2" and not s.travel.jobs.waiting
    assert s.t == 0


def test_a_breakpoint_on_a_fork_sleeps_while_the_fork_is_undone() -> None:
    s = do(session(), ":patch lstm.f[3] set 0 at 10..20")
    do(s, ":break lstm_2.f[3] == 0", ":break t == 7")
    stops = [7, *range(10, 21)]
    assert hits_of(s).breakpoints.steps.tolist() == stops
    do(s, "undo")
    assert hits_of(s).breakpoints.steps.tolist() == [7]
    assert do(s, "continue").t == 7
    do(s, "redo")
    assert hits_of(s).breakpoints.steps.tolist() == stops


@pytest.mark.parametrize("verb", ["break", "find"])
@pytest.mark.parametrize("text", [
    "foo.h[0] > 1", "lstm.q[0] > 1", "lstm.h[99] > 0", "lstm.h > cu", "x", "accuracy(lstm) > 1",
])  # fmt: skip
def test_a_condition_that_cannot_be_asked_is_refused_at_once(verb: str, text: str) -> None:
    s = do(session(), f":{verb} {text}")
    assert s.message.startswith("column ") and s.prompt == f"{verb} {text}"
    assert not s.travel.breakpoints and not s.travel.find and not hits_of(s).breakpoints.steps.size
