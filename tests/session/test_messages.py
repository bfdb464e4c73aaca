"""Every key does something that can be seen, or says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from sessions import do, run_of
from sessions import session as opened

from rnnstep.scenario.course import Card, course_folder, read_cards
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.climb import Climb
from rnnstep.session.commands import COMMANDS, available
from rnnstep.session.keymap import build_keymap
from rnnstep.session.keys import press
from rnnstep.session.progress import Progress
from rnnstep.session.session import Session
from rnnstep.session.sitting import Sitting

KEYMAP = build_keymap()
ONE = """\
format: 1
title: One lane, one unit
input: {values: {series: [1, 2, 4, 8], target: next}}
models:
  half: {equations: "h = 0.5 * h[t-1] + x", units: 1, readout: none, weights: {values: {}}}
"""


@dataclass
class Asked:
    """A host that remembers what was asked of it."""

    what: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return lambda *_: self.what.append(name)


def seen(s: Session) -> tuple[object, ...]:
    """All that a reader can see of a session."""
    sitting, travel = s.sitting, s.travel
    page = (sitting.page, sitting.number, sitting.choice, sitting.scroll, sitting.climb.contents,
            sitting.climb.selected) if sitting else ()  # fmt: skip
    return (s.cursor, s.active, dict(s.units), dict(s.signals), set(s.hidden), s.future, s.zoom,
            s.inspect, s.panel, s.aspect, s.playing, s.speed, s.prompt, s.diff, s.lanes,
            list(travel.breakpoints), set(travel.marks), page)  # fmt: skip


@cache
def cards() -> tuple[Card, ...]:
    return read_cards(course_folder("ladder"), "en")


def lesson(*keys: str) -> Session:
    run = run_of("ladder/rnn")
    assert run.scenario.lesson is not None
    climb = Climb(cards(), Progress(None))
    s = Session(run, sitting=Sitting(climb, 4, run, run.scenario.lesson))
    for key in keys:
        press(s, Asked(), KEYMAP, key, None)  # type: ignore[arg-type]
    return s


def one() -> Session:
    return Session(run_scenario(parse_scenario(ONE, Path("one.yaml"))))


def stood(place: str) -> Session:
    if place == "one lane, start":
        return one()
    if place == "one lane, end":
        s = one()
        s.jump(s.run.length)
        return s
    s = opened("long_dependency")
    s.jump({"start": 0, "end": s.run.length, "middle": 20}[place])
    return s


PLACES = ["start", "middle", "end", "one lane, start", "one lane, end"]
KEYS = sorted(key for key in KEYMAP if ":" not in key)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", KEYS)
def test_no_key_does_nothing_in_silence(place: str, key: str) -> None:
    s, host = stood(place), Asked()
    before = seen(s)
    press(s, host, KEYMAP, key, None)  # type: ignore[arg-type]
    assert s.message or host.what or seen(s) != before


@pytest.mark.parametrize("key", KEYS)
def test_no_key_does_nothing_in_silence_while_a_question_is_open(key: str) -> None:
    s, host = lesson("enter", "G"), Asked()
    assert s.sitting is not None and s.sitting.page == "ask"
    before = seen(s)
    press(s, host, KEYMAP, key, None)  # type: ignore[arg-type]
    # Steps forwards are held back by the question, which stands on the screen.
    held = {"step", "step-ten", "last", "micro-step", "play", "next-mark"}
    assert s.message or host.what or seen(s) != before or KEYMAP[key] in held


@pytest.mark.parametrize("key", ["s", "Q", "Z", "f5", "ctrl+t"])
def test_a_key_without_a_meaning_says_so(key: str) -> None:
    s = opened()
    press(s, Asked(), KEYMAP, key, key if len(key) == 1 else None)  # type: ignore[arg-type]
    assert s.message == f"{key} does nothing; ? shows what keys do"


@pytest.mark.parametrize(("place", "key", "said"), [
    ("start", "h", "this is the initial state"), ("end", "L", "this is the last step"),
    ("end", "full_stop", "this is the last step"), ("start", "k", "rnn.h[0] is the first unit"),
    ("one lane, start", "j", "half.h[0] is the only unit"),
    ("one lane, start", "J", "no other signal"), ("one lane, start", "tab", "the only lane"),
    ("one lane, start", "z", "half is the only lane"), ("start", "escape", "q quits"),
    ("start", "B", "b sets one"), ("end", "f", "beyond the cursor is shown"),
    ("start", "9", "there is no lane 9; there are 4"), ("start", "w", ":threshold 0.01 finds less"),
])  # fmt: skip
def test_what_a_key_cannot_do_is_said_with_what_can_be_done(
    place: str, key: str, said: str
) -> None:
    s = stood(place)
    press(s, Asked(), KEYMAP, key, None)  # type: ignore[arg-type]
    assert said in s.message


def test_a_lesson_says_nothing_of_what_is_covered() -> None:
    for command in ("next-finding", ":find rnn.answer != target", ":break t == 22"):
        s = lesson("enter")
        do(s, command, *(["continue"] if "break" in command else []))
        assert s.sitting is not None and s.sitting.waiting
        assert s.message.startswith("what lies ahead stays covered")
    s = do(lesson("enter"), ":find t == 22", ":find t == 22")
    assert "22" not in s.message


def test_the_contents_take_their_message_away_with_the_next_key() -> None:
    s = lesson("i", "9")
    assert "no lesson 9" in s.message
    press(s, Asked(), KEYMAP, "z", "z")  # type: ignore[arg-type]
    assert s.message == ""


def test_a_choice_that_there_is_not_and_no_question_are_said() -> None:
    s = lesson("enter", "G", "5")
    assert "there is no choice 5; 1–" in s.message
    assert "no question is open" in do(lesson("enter"), ":answer-1").message


def test_the_palette_lists_what_means_something_now() -> None:
    names = {command.id for command in available(opened())}
    assert {"step", "patch", "signal-down"} <= names
    assert not {"answer-1", "lesson-1", "contents", "next-lesson", "replace"} & names
    asked = {command.id for command in available(lesson("enter", "G"))}
    assert {"answer-1", "step", "contents"} <= asked and "lesson-1" not in asked
    contents = {command.id for command in available(lesson("i"))}
    assert {"lesson-1", "open-lesson", "quit"} <= contents and "step" not in contents
    assert set(COMMANDS) > names
