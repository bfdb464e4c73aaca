"""Series from a file or a scenario: numbers step by step, or a text by characters."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import RnnstepError, listed, suggest
from ..learn.batch import NO_TARGET, Batch
from .generators.base import one_hot
from .tape import Tape

Array = np.ndarray


class SeriesError(RnnstepError, ValueError):
    """A series cannot be read or used."""


def read_column(path: Path, column: str, index: str | None) -> tuple[Array, tuple[str, ...]]:
    """Read a column of numbers from a CSV file with a header.

    Parameters
    ----------
    path : Path
    column : str
    index : str or None
        The column that names the rows.

    Returns
    -------
    values : (T,) ndarray
    index : tuple of str
        Empty without an index column; whole numbers are written without their ``.0``.

    Raises
    ------
    SeriesError
        With the file's line, if a cell is empty or no number; a gap is never passed over.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SeriesError(f"{path} cannot be read: {reason}") from None
    rows = list(csv.reader(text.splitlines()))
    if not rows:
        raise SeriesError(f"{path} is empty")
    heads = [head.strip() for head in rows[0]]
    for wanted in (column, index):
        if wanted is not None and wanted not in heads:
            raise SeriesError(
                f"{path} has no column {wanted!r}{suggest(wanted, heads)}; it has {listed(heads)}"
            )
    at, names_at = heads.index(column), heads.index(index) if index else None
    values, names = [], []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cell = row[at].strip() if at < len(row) else ""
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        if not np.isfinite(value):
            raise SeriesError(f"{path}:{number}: {column} is {cell!r}, which is no finite number")
        values.append(value)
        if names_at is not None:
            name = row[names_at].strip() if names_at < len(row) else ""
            names.append(name.removesuffix(".0"))
    if len(values) < 2:
        raise SeriesError(f"{path}: {column} has {len(values)} numbers; a series needs 2 or more")
    return np.array(values), tuple(names)


def number_tape(
    values: Array,
    names: tuple[str, ...],
    target: str | Array | None,
    offset: float = 0.0,
    factor: float = 1.0,
    index: tuple[str, ...] = (),
) -> Tape:
    """A tape of numbers ``(T, D)``, as the data have them; the tape holds them scaled.

    ``target`` is "next", an array ``(T, K)`` with NaN where nothing is asked, or None.
    """
    x = (values - offset) / factor
    wanted: Array | None = None
    if isinstance(target, str):
        wanted = np.concatenate([x[1:], np.full((1, x.shape[1]), np.nan)])
    elif target is not None:
        wanted = (target - offset) / factor
    symbols = tuple(", ".join(f"{v:.4g}" for v in row) for row in values)
    return Tape(x, symbols, names, wanted, (), {}, index, offset, factor)


def text_tape(text: str, vocabulary: str | None, target: str | None) -> Tape:
    """A tape of characters, one-hot over the vocabulary (the text's own letters, sorted).

    Raises
    ------
    SeriesError
        If the text has a character that the vocabulary lacks.
    """
    letters = tuple(dict.fromkeys(vocabulary)) if vocabulary else tuple(sorted(set(text)))
    unknown = next((k for k, letter in enumerate(text) if letter not in letters), None)
    if unknown is not None:
        raise SeriesError(
            f"character {unknown + 1} of the text, {text[unknown]!r}, is not in the vocabulary"
            f" {''.join(letters)!r}"
        )
    codes = np.array([letters.index(letter) for letter in text])
    wanted: Array | None = None
    if target:
        wanted = np.append(codes[1:], NO_TARGET)
    labels = letters if target else ()
    return Tape(one_hot(codes, len(letters)), tuple(text), letters, wanted, labels)


@dataclass(frozen=True, eq=False)
class Windows:
    """Draws windows of a tape for training.

    Attributes
    ----------
    tape : Tape
    first, last : int
        The steps that may be read; the target of ``last`` may lie one step beyond it only if it
        is still at or before ``last``, so that nothing after ``last`` is learned from.
    window : int
        Steps of a window.
    warm_up : int
        Steps at a window's beginning that are not asked.
    """

    tape: Tape
    first: int
    last: int
    window: int
    warm_up: int

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` windows."""
        window = min(self.window, self.last - self.first)
        starts = rng.integers(self.first - 1, self.last - window, count)
        rows = starts + np.arange(window)[:, None]
        assert self.tape.target is not None
        target = self.tape.target[rows].copy()
        target[: self.warm_up] = NO_TARGET if self.tape.classes else np.nan
        return Batch(self.tape.x[rows], target)


@dataclass(frozen=True, eq=False)
class Span:
    """The steps of one stretch of a tape, asked after everything before it was read."""

    tape: Tape
    first: int
    last: int

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """The stretch, always the same: as a batch of one."""
        assert self.tape.target is not None
        target = self.tape.target[: self.last].copy()
        target[: self.first - 1] = NO_TARGET if self.tape.classes else np.nan
        return Batch(self.tape.x[: self.last, None], target[:, None])
