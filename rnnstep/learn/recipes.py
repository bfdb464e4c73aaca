"""The ways to find a model's parameters, as data: what decides the result, and nothing else.

``Recipe`` (in ``train``) follows gradients; the two here need no search and draw nothing but the
sequences of a generator. All have ``method``, ``seed``, ``has_goal``, ``check_count``, ``as_dict``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True)
class LeastSquares:
    """Ordinary least squares.

    Attributes
    ----------
    steps : tuple of (int, int) or None
        The stretch of the tape that is fitted; None for sequences of a generator.
    samples : int
        Sequences that are drawn from a generator.
    seed : int
        Of these sequences.
    minimum_norm : bool
        Where more than one fit is best, take that with the smallest parameters; without it that is
        an error.
    """

    method: ClassVar[str] = "least_squares"
    has_goal: ClassVar[bool] = False
    steps: tuple[int, int] | None = None
    samples: int = 1
    seed: int = 0
    minimum_norm: bool = False

    @property
    def check_count(self) -> int:
        """Sequences that the result is checked on."""
        return self.samples

    def as_dict(self) -> dict[str, object]:
        """The recipe as plain data, for JSON."""
        return _plain(self.method, asdict(self))


@dataclass(frozen=True)
class Counting:
    """Counting what follows each context.

    Attributes
    ----------
    steps, samples, seed
        As for :class:`LeastSquares`.
    smoothing : float
        α, what every count begins with; 0 for maximum likelihood.
    """

    method: ClassVar[str] = "counting"
    has_goal: ClassVar[bool] = False
    steps: tuple[int, int] | None = None
    samples: int = 1
    seed: int = 0
    smoothing: float = 0.0

    @property
    def check_count(self) -> int:
        """Sequences that the result is checked on."""
        return self.samples

    def as_dict(self) -> dict[str, object]:
        """The recipe as plain data, for JSON."""
        return _plain(self.method, asdict(self))


def _plain(method: str, values: dict[str, object]) -> dict[str, object]:
    steps = values["steps"]
    values["steps"] = list(steps) if isinstance(steps, tuple) else None
    return {"method": method, **values}
