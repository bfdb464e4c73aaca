"""The lessons that ship: complete in both languages, and each can be taken to its end."""

from __future__ import annotations

import re

import pytest
from sessions import do

from rnnstep.scenario.course import COURSES, course_folder, read_cards
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.scenario import Scenario
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.panels import PANELS
from rnnstep.session.progress import load_progress

COURSE_CARDS = {course: read_cards(course_folder(course), "en") for course in COURSES}
CARDS = COURSE_CARDS["ladder"]
ALL = [card for cards in COURSE_CARDS.values() for card in cards]
LONGEST = {"ladder": 60, "travel": 210}
HANGUL = re.compile("[가-힣]")


def sentences(scenario: Scenario) -> list[str]:
    """Everything that is read as a sentence."""
    lesson = scenario.lesson
    assert lesson is not None
    claims = {choice.claim for q in lesson.questions for choice in q.choices}
    found = [scenario.title, scenario.about, lesson.teaches, *lesson.look_for]
    found += [note.text for note in scenario.notes]
    found += [e.because for e in scenario.expectations if e not in claims]
    found += [text for q in lesson.questions for text in (q.text, q.reveal)]
    return found


def test_there_are_seven_that_show_every_claim() -> None:
    assert [card.number for card in CARDS] == list(range(1, 8))
    claims = {claim for card in CARDS for claim in load_scenario(card.path).claims}
    assert claims == {f"C{n}" for n in range(1, 20)}


def test_the_lessons_of_all_courses_have_names_of_their_own() -> None:
    assert len({card.key for card in ALL}) == len({card.path.stem for card in ALL}) == len(ALL)
    for cards in COURSE_CARDS.values():
        assert [card.number for card in cards] == list(range(1, len(cards) + 1))


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.path.stem)
def test_a_lesson_is_whole_in_both_languages(card) -> None:  # type: ignore[no-untyped-def]
    english, korean = (load_scenario(card.path, language=code) for code in ("en", "ko"))
    assert not [text for text in sentences(english) if HANGUL.search(text) or not text]
    assert not [text for text in sentences(korean) if not HANGUL.search(text)]
    for scenario in (english, korean):
        lesson = scenario.lesson
        assert lesson is not None and len(lesson.questions) >= 2
        longest = LONGEST[card.path.parent.name]
        assert 15 <= scenario.tape.length <= longest and 1 <= len(scenario.models) <= 3
        assert all(model.note for model in scenario.models.values())
        assert {q.focus.panel for q in lesson.questions} <= {"", *PANELS}


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.path.stem)
def test_a_lesson_is_taken_to_its_end(card) -> None:  # type: ignore[no-untyped-def]
    cards = COURSE_CARDS[card.path.parent.name]
    climb = Climb(cards, load_progress(), "en", card.path.parent.name)
    session = begin_lesson(climb, cards.index(card))
    sitting = session.sitting
    assert sitting is not None
    for _ in sitting.lesson.questions:
        do(session, "last")
        assert sitting.page == "ask" and session.t == sitting.question.step - 1
        do(session, f"answer-{sitting.question.answer}")
        assert sitting.page == "reveal" and session.t == sitting.question.step
        assert sitting.evidence()
    do(session, "last")
    assert session.t == session.run.length and sitting.right == len(sitting.lesson.questions)
    result = load_progress().results[card.key]
    assert result.done and result.right == result.asked == card.questions
