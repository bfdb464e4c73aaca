"""Lessons without a screen: predict, then reveal; progress; from one lesson to the next."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lessons import LESSON

from rnnstep.errors import RnnstepError
from rnnstep.scenario.course import CourseError, find_card, read_cards
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.commands import COMMANDS, perform, submit_prompt
from rnnstep.session.keymap import build_keymap, command_for
from rnnstep.session.marking import hits_of
from rnnstep.session.progress import Progress, Result, load_progress, progress_path, reset_progress
from rnnstep.session.session import Session
from rnnstep.session.words import WORDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "first.yaml").write_text(LESSON)
    (tmp_path / "second.yaml").write_text(
        LESSON.replace("number: 1", "number: 2").replace("{en: Halving", "{en: Again")
    )
    (tmp_path / "no_lesson.yaml").write_text(LESSON.partition("lesson:")[0])
    return tmp_path


class Learner:
    """A host that opens lessons as the app does, and what a learner presses."""

    def __init__(self, folder: Path, language: str = "en", index: int = 0) -> None:
        climb = Climb(read_cards(folder, language), load_progress(language=language), language)
        self.keymap = build_keymap()
        self.session = begin_lesson(climb, index)

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
        return lambda *args: None

    def open_lesson(self, index: int) -> None:
        assert self.session.sitting is not None
        self.session = begin_lesson(self.session.sitting.climb, index)

    def press(self, *keys: str) -> Session:
        for key in keys:
            command = command_for(self.keymap, self.session.modes, key)
            assert command is not None, key
            perform(self.session, self, command)  # type: ignore[arg-type]
        return self.session


def test_a_whole_lesson_is_taken_by_its_keys(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.session
    sitting = s.sitting
    assert sitting is not None and (s.mode, sitting.page) == ("question", "goals")
    learner.press("enter", "right", "right")
    assert (s.t, s.mode) == (2, "")
    learner.press("right")
    assert (s.t, sitting.page, s.active) == (2, "ask", "whole")
    learner.press("down", "right")
    assert (s.t, sitting.page, sitting.choice) == (2, "ask", 2)
    learner.press("2")
    assert (s.t, sitting.page, sitting.right) == (3, "reveal", 1)
    assert ("leak.h[0]", "0.25") in sitting.evidence()
    learner.press("G")
    assert (s.t, sitting.page, sitting.number) == (5, "ask", 1)
    learner.press("down", "enter")
    assert (s.t, sitting.page, sitting.right) == (6, "reveal", 1)
    learner.press("enter")
    assert sitting.page == "" and "1 of 2 right" in s.message
    saved = json.loads(progress_path().read_text())
    assert saved["lessons"][str(folder / "first.yaml")] == {"right": 1, "asked": 2, "done": True}
    learner.press("right_square_bracket")
    assert learner.session.run.scenario.title == "Again"
    learner.press("right_square_bracket")
    assert "last lesson" in learner.session.message
    learner.press("left_square_bracket")
    assert learner.session.run.scenario.title == "Halving"


MOVES = ["step", "step-ten", "rewind", "first", "last", "next-mark", "micro-step", "micro-rewind",
         "play", "future"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*MOVES, "tick", "goto"]), max_size=25))
def test_nothing_gets_past_a_question_without_an_answer(walk: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "first.yaml").write_text(LESSON)
        learner = Learner(Path(name))
        s = learner.session
        for command in walk:
            if command == "tick":
                s.tick()
            elif command == "goto":
                s.prompt = "last"
                submit_prompt(s, learner)  # type: ignore[arg-type]
            else:
                perform(s, learner, command)  # type: ignore[arg-type]
            assert s.t <= 2 and not s.future and s.cursor.t * s.cursor.k <= 2 * s.cursor.equations
        assert s.sitting is not None and not s.sitting.answers


def test_playing_stops_at_a_question() -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "first.yaml").write_text(LESSON)
        learner = Learner(Path(name))
        s = learner.press("space")
        for _ in range(5):
            s.tick()
        assert s.t == 2 and not s.playing and s.mode == "question"


def test_a_question_can_be_left_and_comes_back_until_it_is_answered_or_skipped(
    folder: Path,
) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "L")
    sitting = s.sitting
    assert sitting is not None and sitting.page == "ask"
    learner.press("left", "left")
    assert (s.t, sitting.page, s.mode) == (0, "", "waiting")
    learner.press("L", "escape")
    assert (s.t, sitting.page, sitting.answers) == (3, "", {0: 0})
    learner.press("h", "h", "L")
    assert sitting.number == 1 and s.t == 5
    learner.press("1")
    assert sitting.answers[1] == 1 and sitting.right == 0
    learner.press("enter", "r")
    assert (sitting.page, sitting.number) == ("reveal", 1)


def test_digits_answer_a_question_that_waits_wherever_one_has_gone_to_look(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "1")
    sitting = s.sitting
    assert sitting is not None and s.hidden == {"leak"} and not sitting.answers
    learner.press("1", "L", "left", "left", "9")
    assert not s.hidden and "no choice 9" in s.message and (s.t, s.mode) == (0, "waiting")
    learner.press("2")
    assert (s.t, sitting.page, sitting.answers) == (3, "reveal", {0: 2})
    learner.press("enter", "1")
    assert s.hidden == {"leak"}, "nothing waits any more"


def test_a_question_that_waits_can_be_read_again_where_one_looks_back(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "L", "2", "enter", "L", "left", "left", "r")
    sitting = s.sitting
    assert sitting is not None and (sitting.page, sitting.number, s.t) == ("ask", 1, 3)
    learner.press("r")
    assert (sitting.page, sitting.number) == ("reveal", 0)
    learner.press("3")
    assert 1 not in sitting.answers and "question 2 waits" in s.message
    learner.press("r")
    assert (sitting.page, s.mode) == ("", "waiting")
    learner.press("3")
    assert (s.t, sitting.page, sitting.answers[1]) == (6, "reveal", 3)


def test_only_the_first_answer_counts(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "L", "1", "2")
    assert s.sitting is not None and s.sitting.answers == {0: 1}


@pytest.mark.parametrize("typed", ["find t == 5", "find t == 77", "next-change"])
def test_a_search_tells_nothing_of_what_lies_ahead(folder: Path, typed: str) -> None:
    s = Learner(folder).press("enter", "right", "right")
    for line in ("threshold 1e9", typed):
        s.prompt = line
        submit_prompt(s, Learner(folder))  # type: ignore[arg-type]
    assert s.t == 2 and "covered" in s.message
    s.prompt = "break t == 5"
    submit_prompt(s, Learner(folder))  # type: ignore[arg-type]
    hits_of(s)
    assert s.message == "breakpoint: t == 5; c and C go there"
    perform(s, Learner(folder), "run-back")  # type: ignore[arg-type]
    assert s.t == 2 and s.message == "no hit before step 2: t == 5"


def test_the_future_opens_when_all_is_answered(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "f")
    assert not s.future and "covered" in s.message
    learner.press("L", "2", "L", "3", "enter", "f")
    assert s.future


def test_panels_about_the_whole_run_are_closed_until_all_is_answered(folder: Path) -> None:
    from rnnstep.session.panels import PANELS

    learner = Learner(folder)
    s = learner.press("enter")
    for name in ("health", "compare"):
        perform(s, learner, name)  # type: ignore[arg-type]
        assert not s.panel and s.message == f"{name}: {s.sitting.climb.word('future')}"  # type: ignore[union-attr]
    seen = []
    while not s.message.startswith("closed"):
        seen.append(learner.press("v").panel)
    assert "health" not in seen and s.message.endswith("questions are answered: compare, health")
    learner.press("L", "2", "L", "3", "enter")
    perform(s, learner, "health")  # type: ignore[arg-type]
    assert s.panel == "health"
    learner.press(*"v" * len(PANELS))
    assert not s.message.startswith("closed")


def test_what_may_be_shown_ends_where_one_has_been_until_all_is_answered(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "right", "right", "left")
    assert (s.t, s.seen) == (1, 2)
    learner.press("L")
    assert s.seen == 2, "the step of a question is held back"
    learner.press("2", "L")
    assert s.seen == 5
    learner.press("escape", "h")
    assert s.seen == s.run.length == 6


def test_the_contents_page_chooses_lessons(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.press("enter", "i")
    assert s.mode == "contents" and s.sitting is not None
    assert command_for(learner.keymap, ("contents",), "space") is None
    learner.press("down", "down", "escape")
    assert s.mode == "" and s.sitting.climb.selected == 1
    learner.press("i", "enter")
    assert learner.session.run.scenario.title == "Again" and learner.session.mode == "question"
    learner.press("i", "1")
    assert learner.session.run.scenario.title == "Halving"
    learner.press("i", "9")
    assert "no lesson 9" in learner.session.message


def test_lesson_commands_outside_a_lesson_say_so(folder: Path) -> None:
    from rnnstep.scenario.load import load_scenario
    from rnnstep.scenario.run import run_scenario

    s = Session(run_scenario(load_scenario(folder / "first.yaml")))
    learner = Learner(folder)
    for command in ("contents", "next-lesson", "read-again", "answer-1", "take", "lesson-1"):
        perform(s, learner, command)  # type: ignore[arg-type]
        assert "rnnstep learn" in s.message, command
    s.jump(6)
    assert s.t == 6


def test_keys_of_a_mode_clash_only_within_it() -> None:
    keymap = build_keymap({"answer-1": "S", "lane-1": "S"})
    assert command_for(keymap, ("question", "waiting"), "S") == "answer-1"
    assert command_for(keymap, (), "S") == "lane-1"
    with pytest.raises(RnnstepError, match="S is given to answer-1 and to answer-2"):
        build_keymap({"answer-1": "S", "answer-2": "S"})


def test_every_phrase_is_there_in_every_language_with_the_same_values() -> None:
    import string

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for language, phrases in WORDS.items():
        assert set(phrases) == set(WORDS["en"]), language
        for phrase, text in phrases.items():
            assert fields(text) == fields(WORDS["en"][phrase]), (language, phrase)


def test_the_words_of_the_footer_are_in_the_table() -> None:
    for command in COMMANDS.values():
        assert not command.footer or f"footer {command.footer}" in WORDS["en"]
    assert WORDS["en"]["footer go to"] == COMMANDS["prompt"].footer


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 2, "lessons": {}}', b'{"format": 1}',
     b'{"format": 1, "lessons": {"a": {"right": 3, "asked": 2, "done": true}}}',
     b'{"format": 1, "lessons": {"a": {"right": true, "asked": 2, "done": true}}}', b"[" * 9999],
    ids=range(9),
)  # fmt: skip
def test_a_damaged_file_is_moved_aside_with_a_word(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "progress.json"
    path.write_bytes(damage)
    progress = load_progress(path)
    assert progress.results == {} and not path.exists()
    aside = list(tmp_path.glob("progress.damaged-*.json"))
    assert len(aside) == 1 and aside[0].read_bytes() == damage
    assert str(aside[0]) in progress.message
    path.write_bytes(damage)
    load_progress(path)
    assert len(list(tmp_path.glob("progress.damaged-*.json"))) == 2


def test_progress_keeps_the_best_and_never_goes_back(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "deep" / "progress.json")
    progress.record("a", Result(1, 2, True), "en")
    progress.record("a", Result(0, 2, False), "en")
    assert load_progress(progress.path).results == {"a": Result(1, 2, True)}
    progress.record("a", Result(2, 2, False), "en")
    assert load_progress(progress.path).results == {"a": Result(2, 2, True)}
    assert reset_progress(progress.path) and not reset_progress(progress.path)


def test_two_windows_do_not_overwrite_each_others_progress(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    one, other = load_progress(path), load_progress(path)
    one.record("a", Result(1, 2, True), "en")
    other.record("b", Result(2, 2, True), "en")
    one.record("b", Result(0, 2, False), "en")
    other.record("a", Result(0, 2, False), "en")
    both = {"a": Result(1, 2, True), "b": Result(2, 2, True)}
    assert load_progress(path).results == one.results == other.results == both
    reset_progress(path)
    one.record("c", Result(1, 1, True), "en")
    assert load_progress(path).results == {"c": Result(1, 1, True)}


def test_windows_that_end_at_the_same_time_all_keep_their_progress(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "progress.json"
    windows = [load_progress(path) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        for k, window in enumerate(windows):
            pool.submit(window.record, f"lesson {k}", Result(1, 1, True), "en")
    assert len(load_progress(path).results) == 12 and not any(w.message for w in windows)
    assert [file.name for file in tmp_path.iterdir()] == ["progress.json"]


def test_progress_that_is_not_kept_is_said_at_once(folder: Path) -> None:
    learner = Learner(folder)
    s = learner.session
    assert s.sitting is not None
    (folder / "in_the_way").write_text("")
    s.sitting.climb.progress.path = folder / "in_the_way" / "progress.json"
    learner.press("enter", "L", "2")
    assert "could not be saved" in s.message and s.sitting.right == 1


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permission there")
def test_progress_that_cannot_be_written_is_only_said(tmp_path: Path) -> None:
    import os

    if os.geteuid() == 0:
        path = tmp_path / "file" / "progress.json"
        (tmp_path / "file").write_text("in the way")
    else:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        path = tmp_path / "progress.json"
    progress = Progress(path)
    progress.record("a", Result(1, 2, True), "en")
    assert "could not be saved" in progress.message and progress.results


def test_lessons_are_found_by_number_and_by_name(folder: Path) -> None:
    cards = read_cards(folder, "ko")
    assert [card.title for card in cards] == ["반감", "반감"]
    assert find_card(cards, "2") == find_card(cards, "second") == 1
    with pytest.raises(CourseError, match=r"'secnd' \(did you mean 'second'\?\)"):
        find_card(cards, "secnd")
    with pytest.raises(CourseError, match="no lessons"):
        read_cards(folder / "none", "en")


def test_a_question_can_open_every_panel_that_there_is(folder: Path) -> None:
    from typing import get_args

    from rnnstep.scenario.schema import Focus
    from rnnstep.session.panels import PANELS

    assert set(get_args(Focus.model_fields["panel"].annotation)) == {"", *PANELS}
    path = folder / "first.yaml"
    path.write_text(LESSON.replace("unit: 0}", "unit: 0, panel: unit}"))
    assert Learner(folder).press("enter", "L").panel == "unit"
    path.write_text(LESSON.replace("unit: 0}", "unit: 0, panel: unti}"))
    with pytest.raises(RnnstepError, match=r"panel is 'unti'.*did you mean 'unit'"):
        read_cards(folder, "en")


def test_every_lesson_command_stands_in_the_table() -> None:
    for command in ("contents", "next-lesson", "previous-lesson", "read-again", "answer-5", "skip"):
        assert COMMANDS[command].title and COMMANDS[command].keys
