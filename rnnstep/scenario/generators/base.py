"""What all generators share: how a task draws sequences, makes a tape, and what needs no memory.

Sequences of one batch may differ in length. The shorter ones are padded at their end with inputs
that are all zero, and nothing is asked there. A model reads from left to right, so what stands
behind the end of a sequence cannot change its answers, and where nothing is asked nothing is added
to the loss or its gradients: padding is exact.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, cast

import numpy as np

from ...errors import ParamsError, listed, suggest
from ...learn.batch import NO_TARGET, Batch
from ..tape import Tape

Array = np.ndarray
PADDING = -1
"""The index of no symbol: its vector is zero. As a target it is ``NO_TARGET``, the same number."""
MOST_STEPS = 1_000_000


class OptionError(ParamsError):
    """A generator was asked for the impossible.

    Attributes
    ----------
    option : str
        Which of its options asks for it.
    """

    def __init__(self, message: str, option: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True)
class Baseline:
    """What the best model without memory gets on fresh sequences.

    It knows what stands at the present step, and nothing of what stood before it. Where it also
    knows the number of the step, ``why`` says so.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats, or mean squared error, over everything asked.
    accuracy : float or None
        Share of right answers; None where there is no right and wrong.
    why : str
        The derivation.
    """

    loss: float
    accuracy: float | None
    why: str


class Generator(ABC):
    """A task: it draws a tape, and any number of fresh sequences. Its options are its fields."""

    series: ClassVar[bool] = False
    """Whether a tape is one long series, of which windows may be learned from."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names of the input's units."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes that can be answered; empty for numbers."""
        return ()

    @property
    @abstractmethod
    def longest(self) -> int:
        """Steps of the longest sequence: the default of ``chrono``."""

    @property
    @abstractmethod
    def baseline(self) -> Baseline:
        """What needs no memory."""

    @abstractmethod
    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences."""

    def with_options(self, options: Mapping[str, object]) -> Generator:
        """The same task with other options, as long as it asks the same of the same input.

        Raises
        ------
        OptionError
            If there is no such option, or a model for this task could not read the other one.
        """
        possible = {f.name: f.default for f in fields(cast(Any, self))}
        name = type(self).__name__
        for option, value in options.items():
            if option not in possible:
                raise OptionError(
                    f"{name} has no option {option!r}{suggest(option, possible)};"
                    f" it has {listed(possible)}", option,
                )  # fmt: skip
            if type(value) is not type(possible[option]):
                raise OptionError(
                    f"{option} is {value!r}, which is not of the kind of {possible[option]!r}",
                    option,
                )
        changed = replace(cast(Any, self), **options)
        if (changed.names, changed.labels) != (self.names, self.labels):
            raise OptionError(
                f"with {listed(f'{k} {v}' for k, v in options.items())} the task has another input"
                " or other answers, which its models could not read", next(iter(options)),
            )  # fmt: skip
        return cast(Generator, changed)

    def marks(self, x: Array) -> dict[str, int]:
        """Named steps of one sequence ``(T, D)``."""
        return {}

    def symbols(self, x: Array) -> tuple[str, ...]:
        """What stands on the tape for one sequence ``(T, D)``: symbols, or numbers."""
        if self.labels and len(self.names) > 1:
            return tuple(self.names[k] for k in x.argmax(axis=1))
        return tuple(", ".join(f"{v:.4g}" for v in row) for row in x)

    def tape(self, seed: int) -> Tape:
        """One sequence, drawn from a seed, as a tape."""
        batch = self.sample(np.random.default_rng(seed), 1)
        x = batch.x[:, 0]
        legal = None if batch.legal is None else batch.legal[:, 0]
        return Tape(
            x, self.symbols(x), self.names, batch.target[:, 0], self.labels, self.marks(x),
            legal=legal, tolerance=batch.tolerance,
        )  # fmt: skip


def one_hot(symbols: Array, size: int) -> Array:
    """Vectors with a single 1, ``(..., size)``, for indices of any shape; zero for ``PADDING``."""
    found = np.zeros((*symbols.shape, size))
    np.put_along_axis(found, np.maximum(symbols, 0)[..., None], 1.0, axis=-1)
    found[symbols == PADDING] = 0.0
    return found


def next_symbols(symbols: Array) -> Array:
    """The symbol after each step, ``(T, B)``; nothing at the last step and in the padding."""
    end = np.full((1, symbols.shape[1]), NO_TARGET, symbols.dtype)
    return np.concatenate([symbols[1:], end])


def draw_lengths(rng: np.random.Generator, least: int, most: int, count: int) -> Array:
    """Draw lengths, uniform from ``least`` to ``most``, both included."""
    return rng.integers(least, most + 1, count)


def check_range(task: str, option: str, value: float, low: float, high: float) -> None:
    """Raise unless ``low <= value <= high``.

    Raises
    ------
    OptionError
        Naming the task, the option, the value and the range.
    """
    if not low <= value <= high:
        raise OptionError(f"{task}: {option} is {value}; it can be {low} to {high}", option)
