"""Questions are answered once, late answers are announced, and what nobody wants is given up."""

from __future__ import annotations

import threading

import pytest
import sessions

from rnnstep.errors import StepError
from rnnstep.session.analysis import Analysis, Cancelled


def background(patience: float = 0.0) -> tuple[Analysis, threading.Event]:
    told = threading.Event()
    analysis = Analysis()
    analysis.in_background(patience, told.set)
    return analysis, told


def test_a_question_is_answered_once() -> None:
    asked: list[int] = []
    analysis = Analysis()
    for _ in range(3):
        with analysis.round():
            assert analysis.ask("key", lambda check: asked.append(1) or 7) == 7
    assert asked == [1] and not analysis.waiting


def test_whoever_cannot_wait_is_told_when_the_answer_is_there() -> None:
    analysis, told = background()
    go = threading.Event()
    with analysis.round():
        assert analysis.ask("key", lambda check: go.wait(20) and 7) is None
    assert analysis.waiting and not told.is_set()
    go.set()
    assert told.wait(20)
    with analysis.round():
        assert analysis.ask("key", lambda check: 8) == 7
    assert not analysis.waiting


def test_a_quick_answer_is_there_at_once_and_not_announced() -> None:
    analysis, told = background(patience=20)
    with analysis.round():
        assert analysis.ask("key", lambda check: 7) == 7
    assert not told.is_set()


def test_an_open_question_is_waited_for_once() -> None:
    """A picture that is drawn again meanwhile does not wait again: the answer is announced."""
    analysis, told = background(patience=0.0)
    go = threading.Event()
    with analysis.round():
        assert analysis.ask("key", lambda check: go.wait(20) and 7) is None
    analysis.patience = 60.0
    with analysis.round():
        assert analysis.ask("key", lambda check: 8) is None
    go.set()
    analysis.wait()
    assert told.wait(20) and analysis.ask("key", lambda check: 8) == 7


def test_only_the_latest_answers_are_kept() -> None:
    analysis = Analysis(2)
    for key in (1, 2, 1, 3):
        analysis.ask(key, lambda check: "answer")
    assert [analysis.known(key) for key in (1, 2, 3)] == ["answer", None, "answer"]


def stubborn(begun: threading.Event, ended: threading.Event):  # type: ignore[no-untyped-def]
    """A computation that only ends by being given up."""

    def compute(check) -> int:  # type: ignore[no-untyped-def]
        begun.set()
        try:
            while True:
                check()
        except Cancelled:
            ended.set()
            raise

    return compute


@pytest.mark.parametrize("way", ["cancel", "other question"])
def test_what_nobody_wants_any_more_is_given_up(way: str) -> None:
    analysis, told = background()
    begun, ended = threading.Event(), threading.Event()
    with analysis.round():
        analysis.ask("key", stubborn(begun, ended))
    assert begun.wait(20)
    if way == "cancel":
        assert analysis.cancel() and not analysis.cancel()
    else:
        with analysis.round():
            analysis.ask("other", lambda check: 1)
    assert ended.wait(20)
    while analysis.ask("key", lambda check: 7) is None:
        told.wait(0.01)
    assert analysis.ask("key", lambda check: 8) == 7


def test_what_computes_frames_again_is_given_up_wherever_it_does() -> None:
    """A question that only reads a trace ends at the next segment, without a word from it."""
    trace = sessions.make_run("long_dependency", 0)["lstm"]
    analysis, _ = background()
    begun, cancelled, ended = threading.Event(), threading.Event(), threading.Event()

    def compute(check) -> None:  # type: ignore[no-untyped-def]
        begun.set()
        assert cancelled.wait(20)
        try:
            trace.rows("f", 1, 50)
        except Cancelled:
            ended.set()
            raise

    analysis.ask("key", compute)
    assert begun.wait(20)
    analysis.cancel()
    cancelled.set()
    assert ended.wait(20)
    assert len(trace.rows("f", 1, 50)) == 49


def test_an_error_reaches_whoever_asks() -> None:
    def wrong(check) -> int:  # type: ignore[no-untyped-def]
        raise StepError("no such step")

    for analysis in (Analysis(), background(patience=20)[0]):
        with pytest.raises(StepError, match="no such step"), analysis.round():
            analysis.ask("key", wrong)
        assert not analysis.waiting
