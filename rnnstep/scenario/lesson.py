"""The lesson of a scenario: what to look for, and questions that are proven like expectations.

Each choice of a question carries a condition. The right choice's condition must hold at the
question's step, and every other choice's must not; both are expectations of the scenario, so a
question whose answer is no longer true fails ``rnnstep test``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import listed, suggest
from . import schema
from .positions import Document
from .positions import Path as Place
from .scenario import Expectation

if TYPE_CHECKING:
    from .scenario import Scenario


@dataclass(frozen=True)
class Focus:
    """What a question is about: a lane, one of its units, a panel; None or "" leaves it alone."""

    lane: str | None = None
    unit: int | None = None
    panel: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen.

    Attributes
    ----------
    text : str
    claim : Expectation
        Its condition, which holds for the right choice and must not for the others.
    """

    text: str
    claim: Expectation


@dataclass(frozen=True)
class Question:
    """Something to predict before a step is shown.

    Attributes
    ----------
    step : int
        The step that is held back until there is an answer, at least 1.
    text : str
    choices : tuple of Choice
        2 to 5.
    answer : int
        The right choice, from 1.
    reveal : str
        The explanation that is shown after the answer.
    focus : Focus
    """

    step: int
    text: str
    choices: tuple[Choice, ...]
    answer: int
    reveal: str
    focus: Focus = Focus()


@dataclass(frozen=True)
class Lesson:
    """What makes a scenario a lesson.

    Attributes
    ----------
    number : int
        Its place among the lessons.
    teaches : str
        What it teaches, in a line.
    look_for : tuple of str
    questions : tuple of Question
        By step, one a step at most.
    """

    number: int
    teaches: str
    look_for: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def claims(self) -> tuple[Expectation, ...]:
        """What must be true for every question to be so."""
        return tuple(choice.claim for q in self.questions for choice in q.choices)


class LessonBuilder:
    """Makes the lesson of a document, or notes what is wrong with it.

    Parameters
    ----------
    document : Document
    scenario : Scenario
        All the rest of it.
    step : callable
        The step that a number or mark names, or None, noting the problem: ``step(at, place)``.
    condition : callable
        Whether a condition can be asked, noting the problem: ``condition(text, step, place)``.
    """

    def __init__(
        self,
        document: Document,
        scenario: Scenario,
        step: Callable[[int | str, Place], int | None],
        condition: Callable[[str, int, Place], bool],
    ) -> None:
        self.document = document
        self.scenario = scenario
        self.step = step
        self.condition = condition

    def build(self, section: schema.Lesson) -> Lesson | None:
        """Make the lesson from its checked section."""
        questions = []
        steps: dict[int, int] = {}
        for number, item in enumerate(section.questions):
            where: Place = ("lesson", "questions", number)
            question = self.question(item, number, where)
            if question is None:
                continue
            if question.step in steps:
                self.document.problem(
                    (*where, "at"), f"question {steps[question.step] + 1} stands at step"
                    f" {question.step} as well; a step has one question at most",
                )  # fmt: skip
            steps[question.step] = number
            questions.append(question)
        questions.sort(key=lambda question: question.step)
        return Lesson(
            section.number, section.teaches.strip(), tuple(t.strip() for t in section.look_for),
            tuple(questions),
        )  # fmt: skip

    def question(self, item: schema.Question, number: int, where: Place) -> Question | None:
        step = self.step(item.at, (*where, "at"))
        if step is None:
            return None
        if step == 0:
            self.document.problem(
                (*where, "at"), "a question stands at step 1 or later: its step is held back"
            )
            return None
        if item.answer > len(item.choices):
            self.document.problem(
                (*where, "answer"),
                f"answer is {item.answer}; there are {len(item.choices)} choices",
            )
            return None
        choices = []
        for k, choice in enumerate(item.choices, 1):
            place: Place = (*where, "choices", k - 1, "that")
            if self.condition(choice.that, step, place):
                line, column = self.document.place(place)
                right = k == item.answer
                because = f"question {number + 1}, choice {k} is {'right' if right else 'wrong'}"
                claim = Expectation(
                    " ".join(choice.that.split()), f"{because}: {choice.text}", step, line, column,
                    holds=right,
                )  # fmt: skip
                choices.append(Choice(choice.text, claim))
        focus = self.focus(item.focus, (*where, "focus"))
        if len(choices) < len(item.choices) or focus is None:
            return None
        return Question(
            step, item.ask.strip(), tuple(choices), item.answer, item.reveal.strip(), focus
        )

    def focus(self, item: schema.Focus, where: Place) -> Focus | None:
        models = self.scenario.models
        if item.lane is not None and item.lane not in models:
            self.document.problem(
                (*where, "lane"), f"there is no lane {item.lane!r}{suggest(item.lane, models)};"
                f" there are {listed(models)}",
            )  # fmt: skip
            return None
        if item.unit is not None:
            model = models[item.lane or next(iter(models))]
            size = model.sizes.signals[model.cell.output]
            if not 0 <= item.unit < size:
                self.document.problem(
                    (*where, "unit"),
                    f"{model.name} has no unit {item.unit}; it has units 0 to {size - 1}",
                )
                return None
        return Focus(item.lane, item.unit, item.panel)
