"""Lessons: a question's right answer is proven, and what is wrong with one is told where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lessons import LESSON

from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.scenario.scenario import Scenario


def load(text: str = LESSON, language: str = "en") -> Scenario:
    return parse_scenario(text, Path("halving.yaml"), language=language)


def failures(text: str) -> list[str]:
    return [o.report("f") for o in judge(run_scenario(load(text))) if not o.passed]


def test_a_lesson_has_its_texts_in_the_chosen_language() -> None:
    lesson = load(language="ko").lesson
    assert lesson is not None and lesson.teaches == "누출이 어떻게 잊는가."
    question = lesson.questions[0]
    assert (question.step, question.answer, question.focus.lane) == (3, 2, "whole")
    assert question.choices[1].text == "4분의 1" and lesson.look_for == ("h의 값.",)


def test_every_choice_is_an_expectation() -> None:
    scenario = load()
    assert [e.holds for e in scenario.expectations] == [True, False, True, False, False, True]
    assert not failures(LESSON)


def test_a_wrong_answer_fails_with_the_numbers_that_say_so() -> None:
    found = failures(LESSON.replace("answer: 2", "answer: 1"))
    assert len(found) == 2
    assert "FAILED: leak.h[0] == 0.5" in found[0] and "question 1, choice 1 is right" in found[0]
    assert "FAILED, it must not hold: leak.h[0] == 0.25" in found[1]
    assert all("leak.h[0] = 0.25" in row for row in found)


def test_two_right_answers_fail() -> None:
    found = failures(LESSON.replace("that: leak.h[0] == 0.5", "that: leak.h[0] < 0.5"))
    assert len(found) == 1 and "choice 1 is wrong" in found[0]


def test_what_is_not_there_proves_no_choice_wrong() -> None:
    found = failures(LESSON.replace("that: leak.h[0] == 0.5", "that: leak.h[0][t-4] > 0"))
    assert len(found) == 1 and "proves nothing, either way" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("answer: 2", "answer: 3", r":31:15: answer is 3; there are 2 choices"),
        ("answer: 2", "answer: 0", r":31:15: .*it must be at least 1"),
        ("    - at: 3\n", "    - at: 0\n", r":24:11: a question stands at step 1 or later"),
        ("    - at: 3\n", "    - at: 9\n", r":24:11: there is no step 9"),
        ("    - at: 3\n", "    - at: 6\n", r":34:11: question 1 stands at step 6 as well"),
        ("leak.h[0] == 0.25", "leek.h[0] == 0.25", r":30:17: there is no lane 'leek' \(did you"),
        ("leak.h[0] == 0.25", "leak.h[0] +", r":30:28: something is missing at the end"),
        ("lane: whole", "lane: hole", r":33:21: there is no lane 'hole' \(did you mean 'whole'"),
        ("unit: 0", "unit: 1", r":33:34: whole has no unit 1"),
        ("teaches: {en", "teach: {en", r"unknown key 'teach' \(did you mean 'teaches'"),
        ("      answer: 2\n", "", r"answer is missing"),
        ("{en: a half, ko: 절반}", "{eng: a half}", r":27:18: .*'eng' is no language"),
    ],
)
def test_a_broken_lesson_is_told_what_and_where(old: str, new: str, message: str) -> None:
    assert LESSON.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        load(LESSON.replace(old, new))
    assert any(re.search(message, line) for line in str(caught.value).splitlines()), caught.value
