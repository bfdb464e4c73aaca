"""The climb through the lessons: the contents page, and what has been done of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scenario.course import Card
from .progress import Progress, Result
from .words import word

if TYPE_CHECKING:
    from .session import Session


@dataclass
class Climb:
    """The lessons, and where the learner stands among them.

    Attributes
    ----------
    cards : tuple of Card
        By number.
    progress : Progress
    language : str
        Of the lessons' texts and of the words around them.
    course : str
        Which course they are, for their title.
    contents : bool
        Whether the contents page covers the lesson.
    selected : int
        The card that is marked on it.
    """

    cards: tuple[Card, ...]
    progress: Progress
    language: str = "en"
    course: str = "ladder"
    contents: bool = False
    selected: int = 0

    def result(self, index: int) -> Result | None:
        """What is kept of a lesson; None if it has not been begun."""
        return self.progress.results.get(self.cards[index].key)

    @property
    def done(self) -> int:
        """Lessons that have been done."""
        return sum(r is not None and r.done for r in map(self.result, range(len(self.cards))))

    @property
    def first_open(self) -> int:
        """The first lesson that has not been done; the first if all have."""
        for index in range(len(self.cards)):
            result = self.result(index)
            if result is None or not result.done:
                return index
        return 0

    def state(self, index: int) -> str:
        """What has been done of a lesson, in words."""
        result = self.result(index)
        if result is None:
            return self.word("new")
        if not result.done:
            return self.word("begun")
        return self.word("score", right=result.right, asked=result.asked)

    def record(self, index: int, result: Result) -> None:
        """Keep what has been done of a lesson."""
        self.progress.record(self.cards[index].key, result, self.language)

    @property
    def title(self) -> str:
        """What the course is called."""
        return self.word(self.course)

    def word(self, phrase: str, **values: object) -> str:
        """A phrase in the climb's language."""
        return word(self.language, phrase, **values)


def begin_lesson(climb: Climb, index: int) -> Session:
    """Load and run a lesson, and sit down to it.

    Raises
    ------
    ScenarioError
        If its file is wrong.
    """
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario
    from .session import Session
    from .sitting import Sitting

    run = run_scenario(load_scenario(climb.cards[index].path, language=climb.language))
    lesson = run.scenario.lesson
    assert lesson is not None, "a card is only made of a lesson"
    climb.selected, climb.contents = index, False
    return Session(run, sitting=Sitting(climb, index, run, lesson))
