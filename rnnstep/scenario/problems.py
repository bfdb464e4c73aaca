"""What is wrong with a scenario file: all of it at once, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import RnnstepError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    line, column : int
        Place in the file, both from 1.
    message : str
        What was given, what is possible.
    """

    line: int
    column: int
    message: str


class ScenarioError(RnnstepError, ValueError):
    """A scenario file cannot be used; ``str()`` lists everything wrong with it.

    Attributes
    ----------
    path : Path
    problems : tuple of Problem
        In the order of the file.
    """

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(set(problems)))
        rows = [f"{path}:{p.line}:{p.column}: {p.message}" for p in self.problems]
        super().__init__("\n".join(rows))
