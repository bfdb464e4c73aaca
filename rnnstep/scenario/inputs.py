"""From the section ``input`` to a tape, and to what draws the sequences for training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..errors import RnnstepError, listed, step_hint
from ..learn import Sampler
from . import schema
from .column import FILLINGS, SeriesError, read_column
from .generators import GENERATORS, Generator, OptionError
from .positions import Document
from .series import Span, Windows, number_tape, text_tape
from .tape import Tape

KINDS = (*GENERATORS, "csv", "values", "text")


@dataclass(frozen=True, eq=False)
class Source:
    """A tape, and what draws sequences like it.

    Attributes
    ----------
    tape : Tape
    fresh : Generator or None
    longest : float
        The longest memory that the task may need, in steps: the default of ``chrono``.
    remarks : tuple of str
        What was done to the data.
    """

    tape: Tape
    fresh: Generator | None
    longest: float
    remarks: tuple[str, ...] = ()

    def draws(self, settings: schema.Train) -> bool:
        """Whether sequences are drawn from a generator, and not from the tape."""
        return self.fresh is not None and not _of_series(settings)

    def samplers(self, settings: schema.Train) -> tuple[Sampler, Sampler | None]:
        """What training and its checks draw from.

        Raises
        ------
        SeriesError
            If the settings do not fit the input.
        """
        ranges = {"steps": settings.steps, "validate_on": settings.validate_on}
        if self.fresh is not None:
            if self.draws(settings):
                return self.fresh, None
            if not self.fresh.series:
                given = listed(_of_series(settings))
                raise SeriesError(f"{given} is for series; a generator draws sequences")
        if self.tape.target is None:
            raise SeriesError("there is nothing to learn: the input has no target")
        last = self.tape.length
        for name, span in ranges.items():
            if span and not 1 <= span[0] < span[1] <= last:
                raise SeriesError(f"{name} is {span}; it must lie within steps 1 to {last}")
        first, stop = settings.steps or [1, last]
        at_once = (settings.method or "gradient") != "gradient"
        # A fit takes the stretch as it is, whatever lanes that are trained beside it draw from it.
        window = min((not at_once and settings.window) or stop - first, stop - first)
        warm_up = (not at_once and settings.warm_up) or 0
        if warm_up >= window:
            raise SeriesError(f"warm_up is {warm_up}; it must be less than the window, {window}")
        sampler = Windows(self.tape, first, stop, window, warm_up)
        if settings.validate_on is None:
            return sampler, None
        check_first, check_last = settings.validate_on
        # The target of its last step is the value after it, which no range may reach beyond.
        return sampler, Span(self.tape, check_first, check_last - 1)


def _of_series(settings: schema.Train) -> list[str]:
    """The settings that say which part of a series is learned from."""
    return [n for n in ("steps", "validate_on", "window") if getattr(settings, n) is not None]


def build_source(document: Document, section: schema.Input, folder: Path) -> Source | None:
    """Make the tape, or note what is wrong."""
    given = [kind for kind in KINDS if getattr(section, kind) is not None]
    if len(given) != 1:
        document.problem(
            ("input",),
            f"input has {listed(given)}; it must have just one of {listed(KINDS)}",
        )
        return None
    remarks: tuple[str, ...] = ()
    try:
        if given[0] in GENERATORS:
            return _task(given[0], getattr(section, given[0]))
        if section.text is not None:
            text = section.text
            tape = text_tape(text.text, text.vocabulary, text.target)
            tape = replace(tape, marks=_marks(text.marks, tape))
        elif section.csv is not None:
            part = section.csv
            read = read_column(folder / part.file, part.column, part.index, part.gaps)
            tape = number_tape(
                read.values[:, None], (part.column,), part.target, part.scale.offset,
                part.scale.factor, read.index, read.filled,
            )  # fmt: skip
            tape = replace(tape, marks=_marks(part.marks, tape))
            if tape.filled:
                remarks = (
                    f"{len(tape.filled)} of {tape.length} values are missing in"
                    f" {Path(part.file).name} and"
                    f" {FILLINGS[part.gaps][1]} (gaps: {part.gaps}); nothing is asked at or of"
                    " such a step",
                )
        else:
            assert section.values is not None
            tape = _values(section.values)
            tape = replace(tape, marks=_marks(section.values.marks, tape))
    except OptionError as error:
        document.problem(("input", given[0], error.option), str(error))
        return None
    except RnnstepError as error:
        document.problem(("input", given[0]), str(error))
        return None
    return Source(tape, None, float(tape.length), remarks)


def _marks(given: dict[str, int | str], tape: Tape) -> dict[str, int]:
    """Named steps, by number or by what the index calls them."""
    found = {}
    for name, at in given.items():
        if name == "last":
            raise SeriesError("the mark last is always the last step; take another name")
        step = tape.index.index(at) + 1 if isinstance(at, str) and at in tape.index else at
        if isinstance(step, str):
            raise SeriesError(f"the mark {name} is at {at!r}, which the index has not")
        if not 1 <= step <= tape.length:
            hint = step_hint(step, tape.index)
            raise SeriesError(
                f"the mark {name} is at {step}; there are steps 1 to {tape.length}{hint}"
            )
        found[name] = step
    return found


def _task(key: str, section: schema.TaskInput) -> Source:
    """A generator with its options, and its tape."""
    options = section.model_dump(exclude={"seed", "shown"})
    generator = GENERATORS[key](**options)
    shown = generator
    if section.shown is not None:
        shown = generator.with_options(section.shown.model_dump(exclude_none=True))
    return Source(shown.tape(section.seed), generator, float(generator.longest))


def _values(section: schema.ValuesInput) -> Tape:
    rows = [row if isinstance(row, list) else [row] for row in section.series]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise SeriesError(f"the steps of series have {sorted(widths)} numbers; each needs as many")
    try:
        values = np.array(rows, dtype=float)
    except (TypeError, ValueError):
        raise SeriesError("a step of series is a number or a list of numbers") from None
    if values.ndim != 2 or values.shape[1] == 0:
        raise SeriesError("a step of series is a number or a list of numbers")
    if not np.isfinite(values).all():
        raise SeriesError("series has a value that is not finite")
    width = values.shape[1]
    names = section.names or (["x"] if width == 1 else [f"x{k}" for k in range(width)])
    if len(names) != width:
        raise SeriesError(f"names has {len(names)} names; a step has {width} numbers")
    target: str | np.ndarray | None
    if isinstance(section.target, list):
        if len(section.target) != len(rows):
            count = len(section.target)
            raise SeriesError(f"target has {count} values; there are {len(rows)} steps")
        wanted = [np.nan if value is None else value for value in section.target]
        target = np.array(wanted, dtype=float)[:, None]
    else:
        target = section.target
    return number_tape(values, tuple(names), target, section.scale.offset, section.scale.factor)
