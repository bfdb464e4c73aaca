"""What takes long is computed beside the keys: forks, searches, hits on the timeline, take-ups."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sessions
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do

from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import Run
from rnnstep.session import pending, travel
from rnnstep.session.analysis import Cancelled
from rnnstep.session.commands import perform
from rnnstep.session.keeping import Kept, offer, unsaved
from rnnstep.session.keymap import build_keymap
from rnnstep.session.keys import press
from rnnstep.session.marking import hits_of
from rnnstep.session.pending import give_up, resume, settle
from rnnstep.session.replay import ReplayHost, replay
from rnnstep.session.scores import lane_scores
from rnnstep.session.session import Session
from rnnstep.session.snapshot import take
from rnnstep.simulate import simulate
from rnnstep.simulate.breakpoint import Hit

FORK = ":patch lstm.f[3] set 0 at 10..20"
KEYS = build_keymap()


@cache
def run_with(budget: int | None) -> Run:
    """The flagship's run with all frames recorded, or with a budget of 0 computed again."""
    return sessions.make_run("long_dependency", budget)


def session(budget: int | None = None) -> Session:
    return Session(run_with(budget))


class Gate:
    """Background jobs that begin only when they are let."""

    def __init__(self, s: Session) -> None:
        self.go = threading.Event()
        self.told = threading.Event()
        for jobs in (s.travel.jobs, s.travel.marking.jobs):
            jobs.in_background(0.0, self.told.set)
            jobs.ask("gate", lambda check: self.go.wait(20))

    def open(self) -> None:
        self.go.set()


def gated(budget: int | None = None) -> tuple[Session, Gate]:
    s = session(budget)
    return s, Gate(s)


def same_run(one: Run, other: Run) -> bool:
    return list(one.traces) == list(other.traces) and all(
        one[lane][name].tobytes() == other[lane][name].tobytes()
        for lane in one.traces for name in one[lane].signals
    )  # fmt: skip


@pytest.mark.parametrize("budget", [None, 0])
def test_a_fork_computed_beside_the_keys_is_the_fork_computed_at_once(budget: int | None) -> None:
    at_once = do(session(budget), FORK)
    s, gate = gated(budget)
    do(s, FORK)
    assert "lstm_2" not in s.lanes and s.message == "computing lstm_2 … 0%; esc gives up"
    do(s, "step", "step", "next-lane")
    resume(s)
    assert s.t == 2 and "lstm_2" not in s.lanes
    gate.open()
    settle(s)
    assert s.active == "lstm_2" and s.t == 2 and s.message == at_once.message
    assert same_run(s.run, at_once.run)


def test_a_short_fork_is_there_with_the_key() -> None:
    s = session()
    s.travel.jobs.in_background(20.0, lambda: None)
    do(s, FORK)
    assert s.active == "lstm_2" and s.travel.pending is None


@pytest.mark.parametrize(
    "command", [":patch gru.z[5] set 1 at 5", ":find t == 30", "continue", "last-change", "drop",
                "redo", "next-finding"],
)  # fmt: skip
def test_nothing_pushes_a_fork_aside_that_is_being_computed(command: str) -> None:
    s, gate = gated()
    s.travel.breakpoints = ["t == 30"]
    do(s, FORK, command)
    assert "computing lstm_2 still goes on; esc gives it up" in s.message
    if command.startswith(":"):
        assert s.prompt == command[1:], "what was typed stays, to be entered again"
    s.prompt = None
    gate.open()
    settle(s)
    assert s.active == "lstm_2" and s.t == 0


@pytest.mark.parametrize("command", ["out", "undo"])
def test_a_fork_that_is_being_computed_can_be_given_up(command: str) -> None:
    s, gate = gated()
    before = s.run
    do(s, FORK, command)
    assert s.message == "given up: computing lstm_2" and s.travel.pending is None
    gate.open()
    s.travel.jobs.wait()
    resume(s)
    assert s.run is before and not s.travel.done
    do(s, FORK)
    settle(s)
    assert s.active == "lstm_2"


def test_a_fork_that_is_given_up_stops_computing(monkeypatch: pytest.MonkeyPatch) -> None:
    s = session()
    begun, ended = threading.Event(), threading.Event()
    s.travel.jobs.in_background(0.0, lambda: None)

    def endless(*_: object, progress: Callable[[int], object]) -> None:
        begun.set()
        try:
            while True:
                progress(20)
        except Cancelled:
            ended.set()
            raise

    monkeypatch.setattr(travel, "with_fork", endless)
    do(s, FORK)
    assert begun.wait(20) and not ended.is_set()
    do(s, "out")
    assert ended.wait(20)


@pytest.mark.parametrize("text", [
    "lstm.f[99] set 0", "lstm.q[0] set 0", "lstm.f hold at 1", "lstn.f set 0",
    "lstm.f[3] set 0 at 99", "lstm.f swap gru.q",
])  # fmt: skip
def test_a_patch_that_does_not_fit_is_refused_before_anything_is_computed(text: str) -> None:
    s, _ = gated()
    at_once = do(session(), f":patch {text}")
    do(s, f":patch {text}")
    assert s.travel.pending is None and s.problem is not None
    assert (s.message, s.prompt, s.problem) == (at_once.message, f"patch {text}", at_once.problem)


def test_saving_while_a_fork_is_computed_says_that_it_is_not_in_the_file(tmp_path: Path) -> None:
    s, gate = gated()
    file = tmp_path / "saved.yaml"
    do(s, ":10", "mark", FORK, f":save {file}")
    assert s.message == f"saved: rnnstep run {file}; computing lstm_2 goes on and is not in it yet"
    assert list(load_scenario(file).models) == list(s.lanes)
    gate.open()
    settle(s)
    assert unsaved(s) is not None
    do(s, f":save {file}")
    perform(s, ReplayHost(), "replace")
    assert list(load_scenario(file).models) == list(s.lanes) and "lstm_2" in s.lanes


def test_an_answer_waits_while_the_reader_is_asked_about_a_file(tmp_path: Path) -> None:
    s, gate = gated()
    file = tmp_path / "saved.yaml"
    do(s, f":save {file}", FORK, f":save {file}")
    asked = s.message
    assert s.mode == "replace" and asked.startswith("y replaces it")
    gate.open()
    s.travel.jobs.wait()
    resume(s)
    assert s.message == asked and "lstm_2" not in s.lanes
    press(s, ReplayHost(), KEYS, "n", "n")
    assert "lstm_2" in s.lanes


def test_progress_is_said_and_never_over_another_message() -> None:
    s, gate = gated()
    do(s, FORK, "previous-mark")
    assert s.message == "no mark before step 0"
    resume(s)
    assert s.message == "no mark before step 0"
    press(s, ReplayHost(), KEYS, "l", "l")
    assert s.message == "computing lstm_2 … 0%; esc gives up"
    gate.open()
    settle(s)
    assert s.message.startswith("lstm_2: lstm with f[3] set 0")


def test_a_question_asked_twice_goes_on_from_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    half, go = threading.Event(), threading.Event()

    def slow(*args: object) -> Hit:
        args[-1](1, 2)  # type: ignore[operator]
        half.set()
        go.wait(20)
        return Hit("t == 30", 30, ())

    monkeypatch.setattr(pending, "TOLD", 0.0)
    monkeypatch.setattr(travel, "search_any", slow)
    s = session()
    s.travel.jobs.in_background(0.0, lambda: None)
    do(s, ":break t == 30", "continue")
    assert half.wait(20)
    assert "… 50%" in do(s, "continue").message
    go.set()
    settle(s)
    assert s.t == 30 and s.travel.pending is None


def test_what_changed_a_value_is_searched_from_where_it_was_asked() -> None:
    at_once = do(session(), ":threshold 0.02", ":30", "last-change")
    s, gate = gated()
    do(s, ":threshold 0.02", ":30", "last-change", "first")
    assert s.travel.pending is not None and s.t == 0
    gate.open()
    settle(s)
    assert s.t == at_once.t > 0 and s.message == at_once.message
    s, gate = gated()
    do(s, ":threshold 9", ":30", "last-change", "first")
    gate.open()
    settle(s)
    assert "nowhere before step 30" in s.message


def test_replay_waits_for_what_is_computed() -> None:
    at_once, beside = session(0), session(0)
    beside.travel.jobs.in_background(0.0, lambda: None)
    keys = "l l : p a t c h space l s t m . f [ 3 ] space s e t space 0 enter / t > 3 enter l D G"
    for s in (at_once, beside):
        replay(s, KEYS, keys)
    assert beside.t == at_once.t == 52 and beside.message == at_once.message
    assert same_run(beside.run, at_once.run)


@pytest.mark.parametrize("budget", [None, 0])
def test_an_unsaved_session_is_taken_up_beside_the_keys_or_stays_on_offer(
    budget: int | None,
) -> None:
    first = do(session(budget), FORK, ":patch gru.z[5] set 1 at 5..40", ":10", "mark")
    snapshot = take(first)
    s, gate = gated(budget)
    kept = Kept(snapshot, "2026-11-25 12:00", True, Path("kept.json"))
    offer(s, kept)
    do(s, "take-up", "take-up")
    assert "still goes on" in s.message and s.mode == "offer"
    press(s, ReplayHost(), KEYS, "l", None)
    assert s.t == 1 and s.notebook.offered is kept, "it stays on offer while it is taken up"
    press(s, ReplayHost(), KEYS, "escape", None)
    assert s.notebook.offered is kept and s.travel.pending is None
    assert s.message.startswith("given up: ") and "r takes it up" in s.message
    do(s, "take-up")
    gate.open()
    settle(s)
    assert s.notebook.offered is None and take(s) == snapshot
    assert same_run(s.run, first.run)
    do(s, "undo", "undo")
    assert s.run is run_with(budget)


@pytest.mark.parametrize("beside", [False, True])
def test_a_fork_that_memory_does_not_suffice_for_leaves_everything_as_it_was(
    beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> Run:
        raise MemoryError

    monkeypatch.setattr(travel, "with_fork", exhausted)
    s, gate = gated() if beside else (session(), None)
    do(s, FORK)
    if gate is not None:
        gate.open()
        settle(s)
    assert s.message == "computing lstm_2: there is not enough memory for it"
    assert s.run is run_with(None) and s.travel.pending is None
    assert do(s, "step").t == 1


def test_scores_are_worked_out_beside_the_keys() -> None:
    at_once, s = session(0), session(0)
    go = threading.Event()
    s.analysis.in_background(0.0, lambda: None)
    s.analysis.ask("gate", lambda check: go.wait(20))
    assert lane_scores(s) is None
    go.set()
    s.analysis.wait()
    found, expected = lane_scores(s), lane_scores(at_once)
    assert found is not None and expected is not None
    assert str(found.at(52)) == str(expected.at(52))


def test_an_expectation_about_the_whole_run_is_checked_beside_the_keys() -> None:
    s, gate = gated(0)
    do(s, ":52", ":expect log_loss(lstm, 1, 52) < 9")
    assert not s.notebook.claims and "checking log_loss(lstm, 1, 52) < 9" in s.message
    gate.open()
    settle(s)
    assert [claim.at for claim in s.notebook.claims] == [52]
    assert s.message == "expected at step 52; ctrl+s saves"
    do(s, ":expect log_loss(lstm, 1, 52) > 9")
    settle(s)
    assert "does not hold at step 52" in s.message and len(s.notebook.claims) == 1


CONDITIONS = ("rnn.answer != rnn.answer[t-1]", "any(gru.z < 0.2)", "lstm.h[0] > lstm.h[0][t-1]")


@pytest.mark.parametrize("texts", [CONDITIONS[:1], CONDITIONS[1:], CONDITIONS])
@pytest.mark.parametrize("threaded", [False, True])
def test_hits_stand_on_the_timeline_where_frames_are_computed_again(
    texts: tuple[str, ...], threaded: bool
) -> None:
    whole, sparse = session(), session(0)
    if threaded:
        sparse.travel.marking.jobs.in_background(0.0, lambda: None)
    for s in (whole, sparse):
        s.travel.breakpoints = list(texts[:-1])
        s.travel.find = texts[-1]
    assert {trace.kept for trace in sparse.run.traces.values()} == {"checkpoints"}
    hits_of(sparse)
    sparse.travel.marking.jobs.wait()
    found, expected = hits_of(sparse), hits_of(whole)
    assert found.share == 1.0 and len(expected.find.steps)
    assert found.breakpoints.steps.tolist() == expected.breakpoints.steps.tolist()
    assert found.find.steps.tolist() == expected.find.steps.tolist()


def test_hits_are_shown_as_they_are_found_and_no_key_waits_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half of the run has been looked at: its hits are there, and the share is said."""
    from rnnstep.session import marking

    s, go, half = session(0), threading.Event(), threading.Event()
    s.travel.marking.jobs.in_background(0.0, half.set)

    def stretches(space: object, texts: object):  # type: ignore[no-untyped-def]
        yield 26, np.array([3, 20])
        go.wait(20)
        yield 52, np.array([40])

    monkeypatch.setattr(marking, "hit_stretches", stretches)
    monkeypatch.setattr(marking, "TOLD", -1.0)
    do(s, ":break t == 3")
    hits_of(s)
    assert half.wait(20)
    found = hits_of(s)
    assert found.breakpoints.steps.tolist() == [3, 20] and 0.4 < found.share < 0.6
    assert do(s, "step").t == 1
    go.set()
    s.travel.marking.jobs.wait()
    assert hits_of(s).breakpoints.steps.tolist() == [3, 20, 40] and hits_of(s).share == 1.0


def test_another_breakpoint_or_another_lane_begins_the_search_for_hits_anew() -> None:
    s, gate = gated(0)
    marking = s.travel.marking.jobs
    for command in (":break t == 3", ":break lstm.h[0] > 9", "drop-breakpoint", ":find t == 7"):
        do(s, command)
        s.travel.pending = None
        hits = hits_of(s)
        assert not len(hits.breakpoints.steps) + len(hits.find.steps) and marking.waiting
    do(s, "drop-breakpoint", "forget")
    assert not hits_of(s).breakpoints.texts and not marking.waiting
    gate.open()
    do(s, ":break t == 3 or t == 30")
    hits_of(s)
    marking.wait()
    assert hits_of(s).breakpoints.steps.tolist() == [3, 30]


MOVES = ["step", "rewind", "micro-step", "continue", "run-back", "last-change", "next-change",
         "trail-back", "undo", "redo", "out", "drop", FORK, ":patch lstm.c[2] set 0.5 at 20",
         ":patch f hold at 30..40", ":17", ":break any(lstm.f < 0.1)", ":find lstm.h[2] > 0.1",
         "WAIT", "LOOK", "HITS"]  # fmt: skip
CALLS: dict[str, Callable[[Session], object]] = {"WAIT": settle, "LOOK": resume, "HITS": hits_of}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(MOVES), max_size=20), st.sampled_from([None, 0]), st.booleans())
def test_any_walk_with_answers_pending_and_given_up_ends_on_the_frame_of_going_there(
    walk: list[str], budget: int | None, patient: bool
) -> None:
    """Answers come whenever they come, or never: every frame is that of a fresh run."""
    s = session(budget)
    s.select_lane("lstm")
    for jobs in (s.travel.jobs, s.travel.marking.jobs):
        jobs.in_background(0.001, lambda: None)
    for move in walk:
        CALLS[move](s) if move in CALLS else do(s, move)
        s.prompt = None
    settle(s) if patient else give_up(s)
    assert s.travel.pending is None and set(s.units) >= set(s.lanes) and s.active in s.lanes
    for lane in s.lanes:
        fresh = simulate(s.run[lane].lane, traces=s.run.traces)
        for name, value in s.run[lane].frame(s.t).items():
            assert value.tobytes() == fresh.value(name, s.t).tobytes()
    for jobs in (s.travel.jobs, s.travel.marking.jobs):
        jobs.cancel()
