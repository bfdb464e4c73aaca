"""One sitting with a lesson: which question is open, what was answered, what is held back.

The step of a question is held back until there is an answer: no move gets past the step before it.
The session sends every move through ``hold``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..scenario.expect import Outcome, judge_one
from ..scenario.lesson import Lesson, Question
from ..scenario.run import Run
from ..simulate import Cursor
from .climb import Climb
from .progress import Result

SKIPPED = 0
Page = Literal["", "goals", "ask", "reveal"]


@dataclass
class Sitting:
    """The state of a lesson that is open.

    Attributes
    ----------
    climb : Climb
        The lessons that it is one of.
    index : int
        Which one.
    run : Run
    lesson : Lesson
    answers : mapping of int to int
        The first choice made, by question (from 0), ``SKIPPED`` for none.
    page : {"", "goals", "ask", "reveal"}
        What covers the notes.
    number : int
        The question that the page is about, from 0.
    choice : int
        The choice that is marked, from 1.
    scroll : int
        Lines that a page too long for the screen is moved up.
    asked : int
        The question that was asked last, from 0; -1 before the first.
    reached : int
        The last step that was stood on.
    """

    climb: Climb
    index: int
    run: Run
    lesson: Lesson
    answers: dict[int, int] = field(default_factory=dict)
    page: Page = "goals"
    number: int = 0
    choice: int = 1
    scroll: int = 0
    asked: int = -1
    reached: int = 0
    _outcomes: dict[int, tuple[Outcome, ...]] = field(default_factory=dict)
    _finished: bool = False

    @property
    def question(self) -> Question:
        """The question of the page."""
        return self.lesson.questions[self.number]

    @property
    def right(self) -> int:
        """Questions answered right."""
        questions = self.lesson.questions
        return sum(questions[k].answer == choice for k, choice in self.answers.items())

    @property
    def waiting(self) -> bool:
        """Whether a question still waits for an answer."""
        return len(self.answers) < len(self.lesson.questions)

    @property
    def unanswered(self) -> int | None:
        """The question that was asked and still waits for its answer, from 0; None if none does."""
        return self.asked if self.asked >= 0 and self.asked not in self.answers else None

    @property
    def seen(self) -> int:
        """The last step of which anything may be shown: where one has been, or in the end any."""
        return self.reached if self.waiting else self.run.length

    def hold(self, before: Cursor | None, cursor: Cursor) -> Cursor:
        """Where a move ends: as it would, or before the first question without an answer."""
        for number, question in enumerate(self.lesson.questions):
            if number not in self.answers and cursor.t >= question.step:
                if self.page != "ask" or self.number != number:
                    self.show("ask", number)
                cursor = cursor.jump(question.step - 1)
                self.reached = max(self.reached, cursor.t)
                return cursor
        self.reached = max(self.reached, cursor.t)
        if before is not None and cursor != before:
            self.page = ""
        if cursor.t == cursor.length and before is not None:
            self.finish()
        return cursor

    def show(self, page: Page, number: int = 0) -> None:
        """Open a page."""
        self.page, self.number, self.choice, self.scroll = page, number, 1, 0
        if page == "ask":
            self.asked = number

    def take(self, choice: int) -> None:
        """Answer the question that is open, or skip it with ``SKIPPED``."""
        self.answers[self.number] = choice
        self.keep()

    def finish(self) -> None:
        """The last step has been reached, and with it every question."""
        self._finished = True
        self.keep()

    def keep(self) -> None:
        """Record what has been done so far."""
        self.climb.record(
            self.index, Result(self.right, len(self.lesson.questions), self._finished)
        )

    def outcomes(self, number: int) -> tuple[Outcome, ...]:
        """What the run says to each choice of a question, judged once."""
        if number not in self._outcomes:
            space = self.run.space()
            choices = self.lesson.questions[number].choices
            self._outcomes[number] = tuple(judge_one(space, choice.claim) for choice in choices)
        return self._outcomes[number]

    def evidence(self) -> list[tuple[str, str]]:
        """What the choices of the page's question compare, and the numbers that it was."""
        found: dict[str, str] = {}
        for outcome in self.outcomes(self.number):
            found.update(outcome.numbers)
        return list(found.items())
