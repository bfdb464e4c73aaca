"""The lessons that lie in a folder: their order, and what the contents page says of each.

Two courses ship inside the package (``rnnstep/scenarios/ladder`` and ``travel``); in a checkout
they lie in ``scenarios`` beside it. A folder may hold other scenarios as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import RnnstepError, listed, suggest
from . import schema
from .load import read_text
from .positions import read_yaml
from .problems import Problem, ScenarioError
from .validate import validate

COURSES = ("ladder", "travel")
"""The courses that ship: the ladder of models, and going through time."""
OTHER = "lessons"
"""What a course of one's own is called."""


class CourseError(RnnstepError):
    """There is no such lesson, or no lessons at all."""


@dataclass(frozen=True)
class Card:
    """What the contents page knows of a lesson, without its models.

    Attributes
    ----------
    number : int
    key : str
        Under which its progress is kept.
    path : Path
    title, teaches : str
    questions : int
    """

    number: int
    key: str
    path: Path
    title: str
    teaches: str
    questions: int


def course_folder(course: str) -> Path:
    """Where the lessons of a course that ships lie."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "scenarios" / course
    return inside if inside.is_dir() else package.parent / "scenarios" / course


def course_of(folder: Path) -> str:
    """The course that a folder holds."""
    there = folder.resolve()
    return next((name for name in COURSES if course_folder(name).resolve() == there), OTHER)


def read_cards(folder: Path, language: str) -> tuple[Card, ...]:
    """The cards of a folder's lessons, by their number.

    Raises
    ------
    CourseError
        If there is no lesson in it.
    ScenarioError
        If a file's head or lesson is wrong.
    """
    shipped = course_of(folder) != OTHER
    cards = []
    for path in sorted(folder.glob("*.yaml")):
        card = _card(path, language, shipped)
        if card is not None:
            cards.append(card)
    if not cards:
        raise CourseError(f"there are no lessons in {folder}")
    return tuple(sorted(cards, key=lambda card: (card.number, card.key)))


def _card(path: Path, language: str, shipped: bool) -> Card | None:
    document = read_yaml(read_text(path))
    document.language = language
    data = document.data
    if isinstance(data, dict) and "lesson" not in data and not document.problems:
        return None
    head = lesson = None
    if isinstance(data, dict):
        fields = schema.Head.model_fields
        head = validate(document, schema.Head, {k: v for k, v in data.items() if k in fields}, ())
        lesson = validate(document, schema.Lesson, data.get("lesson"), ("lesson",))
    if head is None or lesson is None:
        raise ScenarioError(path, document.problems or [Problem(1, 1, "this is no scenario")])
    key = path.stem if shipped else str(path.resolve())
    return Card(
        lesson.number, key, path, head.title, lesson.teaches.strip(), len(lesson.questions)
    )


def find_card(cards: tuple[Card, ...], name: str, others: tuple[Card, ...] = ()) -> int:
    """Which lesson a number or a file's name without its ending means, as an index.

    Parameters
    ----------
    cards : tuple of Card
    name : str
    others : tuple of Card
        Lessons of other courses, which the error names as well.

    Raises
    ------
    CourseError
        If it means none.
    """
    for index, card in enumerate(cards):
        if name in (str(card.number), card.path.stem):
            return index
    names = [card.path.stem for card in (*cards, *others)]
    numbers = f"{cards[0].number} to {cards[-1].number}"
    raise CourseError(
        f"there is no lesson {name!r}{suggest(name, names)}; there are {numbers}:"
        f" {listed(names)}"
    )
