"""The ways to find a model's parameters, as data: what decides the result, and nothing else.

``Recipe`` (in ``train``) follows gradients. Least squares and counting need no search and draw
nothing but the sequences of a generator; guessing draws parameters as well. All have ``method``,
``seed``, ``has_goal``, ``check_count``, ``as_dict``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

GOALS = ("stop_accuracy", "stop_whole", "stop_loss")
"""The entries of a recipe that are goals."""


@dataclass(frozen=True)
class Fit:
    """What the ways that need no search have in common.

    Attributes
    ----------
    steps : tuple of (int, int) or None
        The stretch of the tape that is fitted; None for sequences of a generator.
    samples : int
        Sequences that are drawn from a generator.
    seed : int
        Of these sequences.
    """

    method: ClassVar[str]
    has_goal: ClassVar[bool] = False
    steps: tuple[int, int] | None = None
    samples: int = 1
    seed: int = 0

    @property
    def check_count(self) -> int:
        """Sequences that the result is checked on."""
        return self.samples

    def as_dict(self) -> dict[str, object]:
        """The recipe as plain data, for JSON."""
        return _plain(self.method, asdict(self))


@dataclass(frozen=True)
class LeastSquares(Fit):
    """Ordinary least squares.

    Attributes
    ----------
    steps, samples, seed
        As for :class:`Fit`.
    minimum_norm : bool
        Where more than one fit is best, take that with the smallest parameters; without it that is
        an error.
    """

    method: ClassVar[str] = "least_squares"
    minimum_norm: bool = False


@dataclass(frozen=True)
class Counting(Fit):
    """Counting what follows each context.

    Attributes
    ----------
    steps, samples, seed
        As for :class:`Fit`.
    smoothing : float
        α, what every count begins with; 0 for maximum likelihood.
    """

    method: ClassVar[str] = "counting"
    smoothing: float = 0.0


@dataclass(frozen=True)
class Guess:
    """How parameters are guessed.

    Attributes
    ----------
    spread : float
        Parameters are uniform in ±spread.
    updates : int
        The budget: how many draws.
    batch : int
        Sequences of the first look.
    check_count : int
        Sequences of the second.
    seed : int
    stop_accuracy, stop_whole, stop_loss : float or None
        The goal; any of them that is reached will do.
    """

    method: ClassVar[str] = "guess"
    spread: float = 10.0
    updates: int = 10_000
    batch: int = 16
    check_count: int = 256
    seed: int = 0
    stop_accuracy: float | None = None
    stop_whole: float | None = None
    stop_loss: float | None = None

    @property
    def has_goal(self) -> bool:
        """Whether there is something to reach."""
        return any(getattr(self, name) is not None for name in GOALS)

    def as_dict(self) -> dict[str, object]:
        """The recipe as plain data, for JSON."""
        return {"method": self.method, **asdict(self)}


def _plain(method: str, values: dict[str, object]) -> dict[str, object]:
    steps = values["steps"]
    values["steps"] = list(steps) if isinstance(steps, tuple) else None
    return {"method": method, **values}
