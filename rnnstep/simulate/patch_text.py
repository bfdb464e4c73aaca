"""A patch as one line of text, in files and at the prompt.

    f[3] set 0 at 10..20         signal, units, operation, steps (both ends included)
    c[0,2] add -0.5 at cue       a step by its mark's name; without ``at``, every step
    c[9] hold at 100..last       to the end, however long the run is
    h scale 0.5                  all units
    g[2:5] clamp -1 1            units 2, 3, 4
    o hold at 7..9
    x noise 0.1 seed 3
    h swap gru                   what lane gru has there at the same step
    c swap lstm.h from 12 at 30  what a lane's other signal was at step 12
    x symbol 'B' at 1            what stands on the tape

At the prompt the lane stands in front: ``lstm.f[3] set 0``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..equations.bounds import MAX_LENGTH
from ..errors import EquationError, RnnstepError, listed, suggest
from .patch import OPERATIONS, Patch, PatchError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<word>[^\W\d]\w*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign>\.\.|[\[\],:.]))"
)
_MOST_UNITS = 100_000


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_patch(
    text: str,
    marks: Mapping[str, int] | None = None,
    symbols: Mapping[str, tuple[float, ...]] | None = None,
    lanes: tuple[str, ...] = (),
) -> tuple[str, Patch]:
    """Read a patch.

    Parameters
    ----------
    text : str
    marks : mapping of str to int
        Named steps.
    symbols : mapping of str to tuple of float
        What each symbol of the tape means as an input.
    lanes : tuple of str
        Lanes that the patch may name in front; if empty, it must name none.

    Returns
    -------
    lane : str
        Empty if the text names none.
    patch : Patch

    Raises
    ------
    EquationError
        With the column, if the text is no patch.
    """
    return _PatchReader(text, marks or {}, symbols or {}, lanes).read()


def placed(
    error: PatchError,
    text: str,
    marks: Mapping[str, int] | None = None,
    symbols: Mapping[str, tuple[float, ...]] | None = None,
    lanes: tuple[str, ...] = (),
) -> RnnstepError:
    """Give an error of a patch the column of what does not fit in the text it was read from.

    Parameters
    ----------
    error : PatchError
        Comes back as it is if the patch itself is not at fault.
    text, marks, symbols, lanes
        As `parse_patch` had them.
    """
    if not error.part:
        return error
    reader = _PatchReader(text, marks or {}, symbols or {}, lanes)
    reader.read()
    return reader.error(error.message, reader.place(error.part, error.unit))


def patch_text(patch: Patch) -> str:
    """Write a patch as `parse_patch` reads it."""
    units = "" if patch.units is None else f"[{','.join(map(str, patch.units))}]"
    found = [f"{patch.signal}{units}", patch.operation]
    if patch.operation == "symbol":
        quote = '"' if "'" in patch.symbol else "'"
        found.append(f"{quote}{patch.symbol}{quote}")
    else:
        found += [_number(value) for value in patch.values]
    if patch.operation == "noise":
        found += ["seed", str(patch.seed)]
    if patch.operation == "swap":
        found.append(patch.lane + (f".{patch.source}" if patch.source else ""))
        if patch.step is not None:
            found += ["from", str(patch.step)]
    if patch.first == patch.last:
        found += ["at", str(patch.first)]
    elif patch.last is not None:
        found += ["at", f"{patch.first}..{patch.last}"]
    elif patch.first > 1:
        found += ["at", f"{patch.first}..last"]
    return " ".join(found)


def _number(value: float) -> str:
    whole = abs(value) < 1e15 and value == int(value)
    return str(int(value)) if whole else repr(float(value))


class _PatchReader:
    def __init__(
        self,
        text: str,
        marks: Mapping[str, int],
        symbols: Mapping[str, tuple[float, ...]],
        lanes: tuple[str, ...],
    ) -> None:
        self.text = text
        self.marks = marks
        self.symbols = symbols
        self.lanes = lanes
        self.tokens = list(self.cut())
        self.at = 0
        self.places: dict[str, int] = {}
        self.ranges: list[tuple[range, int]] = []

    def cut(self) -> list[_Token]:
        if len(self.text) > MAX_LENGTH:
            raise EquationError(
                f"the patch has {len(self.text)} characters; at most {MAX_LENGTH} are read"
            )
        found, place = [], 0
        end = len(self.text.rstrip())
        while place < end:
            match = _TOKEN.match(self.text, place)
            if match is None:
                space = len(self.text[place:]) - len(self.text[place:].lstrip())
                raise self.error("this cannot be read here", place + space + 1)
            kind = str(match.lastgroup)
            found.append(_Token(kind, match.group(kind), match.start(kind) + 1))
            place = match.end()
        return found

    def error(self, message: str, column: int) -> EquationError:
        row = self.text.replace("\n", " ")
        return EquationError(message, 1, min(max(column, 1), len(row) + 1), row)

    def place(self, part: str, unit: int | None) -> int:
        """The column of a part of the patch; of its operation if the part was left out."""
        for units, column in self.ranges:
            if unit in units:
                return column
        return self.places.get(part, self.places["operation"])

    def here(self) -> int:
        return self.tokens[self.at].column if self.at < len(self.tokens) else len(self.text) + 1

    def next(self, kind: str, what: str, more: str = "") -> str:
        """The next token, which must be of a kind."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != kind:
            missing = "is missing at the end" if self.at >= len(self.tokens) else "belongs here"
            raise self.error(f"{what} {missing}{more}", self.here())
        self.at += 1
        return self.tokens[self.at - 1].text

    def take(self, text: str) -> bool:
        """Whether the next token is this sign or word; if so it is passed."""
        if self.at < len(self.tokens) and self.tokens[self.at].text == text:
            self.at += 1
            return True
        return False

    def read(self) -> tuple[str, Patch]:
        lane, place = "", self.here()
        self.places["signal"] = place
        signal = self.next("word", "a signal", ", as in `f[3] set 0 at 10..20`")
        if self.take("."):
            self.places["signal"] = self.here()
            lane, signal = signal, self.next("word", "a signal")
            if lane not in self.lanes:
                there = f"there are {listed(self.lanes)}" if self.lanes else "name the signal alone"
                raise self.error(
                    f"there is no lane {lane!r} here{suggest(lane, self.lanes)}; {there}", place
                )
        units = self.units() if self.take("[") else None
        place = self.places["operation"] = self.here()
        operation = self.next("word", "an operation", f": {listed(OPERATIONS)}")
        if operation not in OPERATIONS:
            raise self.error(
                f"there is no operation {operation!r}{suggest(operation, OPERATIONS)};"
                f" there are {listed(OPERATIONS)}", place,
            )  # fmt: skip
        patch = self.operation(Patch(signal, operation, units=units))
        if self.take("at"):
            patch = self.steps(patch)
        if self.at < len(self.tokens):
            raise self.error("the patch should end here, or go on with `at` and its steps",
                             self.here())  # fmt: skip
        return lane, patch

    def operation(self, patch: Patch) -> Patch:
        if patch.operation == "hold":
            return patch
        if patch.operation == "swap":
            self.places["lane"] = self.places["source"] = self.here()
            lane, source, step = self.next("word", "the lane that the value comes from"), "", None
            if self.take("."):
                self.places["source"] = self.here()
                source = self.next("word", "a signal")
            if self.take("from"):
                self.places["from"] = self.here()
                step = self.step()
            return replace(patch, lane=lane, source=source, step=step)
        if patch.operation == "symbol":
            place = self.here()
            symbol = self.next("text", "a symbol in quotes")[1:-1]
            if symbol not in self.symbols:
                raise self.error(
                    f"there is no symbol {symbol!r} on the tape; there are {listed(self.symbols)}",
                    place,
                )
            return replace(patch, symbol=symbol, values=self.symbols[symbol])
        self.places["values"] = self.here()
        values = [self.number(f", as in `{patch.operation} 0.5`")]
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "number":
            values.append(self.number())
        wanted = {"clamp": 2, "noise": 1}.get(patch.operation, len(values))
        if len(values) != wanted:
            raise self.error(
                f"{patch.operation} takes {wanted} number{'s' * (wanted > 1)}", self.here()
            )
        seed = self.whole("a seed") if patch.operation == "noise" and self.take("seed") else 0
        return replace(patch, values=tuple(values), seed=seed)

    def number(self, more: str = "") -> float:
        place = self.here()
        value = float(self.next("number", "a number", more))
        if not math.isfinite(value):
            raise self.error("the number is too large", place)
        return value

    def whole(self, what: str) -> int:
        place = self.here()
        text = self.next("number", what)
        if not text.isdecimal() or len(text) > 18:
            raise self.error(f"{what} is a whole number from 0 on", place)
        return int(text)

    def units(self) -> tuple[int, ...]:
        found: list[int] = []
        while True:
            place = self.here()
            first = self.whole("a unit")
            stop = self.whole("a unit") if self.take(":") else first + 1
            if not first < stop <= first + _MOST_UNITS - len(found):
                raise self.error(f"units {first}:{stop} are none, or too many", place)
            self.ranges.append((range(first, stop), place))
            found += self.ranges[-1][0]
            if self.take("]"):
                return tuple(dict.fromkeys(found))
            if not self.take(","):
                raise self.error("the units end with `]`, as in `[0,3]` or `[2:5]`", self.here())

    def steps(self, patch: Patch) -> Patch:
        self.places["steps"] = self.here()
        first = self.step()
        if not self.take(".."):
            return replace(patch, first=first, last=first)
        self.places["last"] = self.here()
        # No step is kept for it, so that a longer input is patched to its end as well.
        return replace(patch, first=first, last=None if self.take("last") else self.step())

    def step(self) -> int:
        """A step: a number, or the name of a mark."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "word":
            token = self.tokens[self.at]
            if token.text not in self.marks:
                raise self.error(
                    f"there is no mark {token.text!r}{suggest(token.text, self.marks)};"
                    f" there are {listed(self.marks)}", token.column,
                )  # fmt: skip
            self.at += 1
            return self.marks[token.text]
        return self.whole("a step")
