"""Equations that hypothesis writes, with sizes that fit."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from rnnstep.cells import Cell
from rnnstep.equations.sizes import Sizes

NAMES = ("a", "b", "c", "d")
MAPS = ("sigmoid", "tanh", "softplus", "identity", "hard_sigmoid", "relu", "abs")


class Author:
    """Writes the right side of one equation, drawing every choice."""

    def __init__(self, draw: st.DrawFn, count: int, number: int) -> None:
        self.draw = draw
        self.names = NAMES[:count]
        self.ready = NAMES[:number]
        self.matrices = (f"M{number}{j}" for j in range(99))
        self.vectors = (f"v{number}{j}" for j in range(99))

    def past(self) -> str:
        name = self.draw(st.sampled_from(self.names))
        return f"{name}[t-{self.draw(st.sampled_from([1, 1, 1, 2]))}]"

    def leaf(self) -> str:
        kinds = ["past", "input", "product", "vector", "now", "number", "history", "outer"]
        kind = self.draw(st.sampled_from(kinds))
        if kind == "past":
            return self.past()
        if kind == "input":
            return f"{next(self.matrices)} @ x"
        if kind == "product":
            return f"{next(self.matrices)} @ {self.past()}"
        if kind == "history":
            return f"{next(self.matrices)} @ history(x)"
        if kind == "outer":
            other = self.draw(st.sampled_from([self.past(), "x", *self.ready]))
            return f"{next(self.matrices)} @ outer({self.past()}, {other})"
        if kind == "now" and self.ready:
            return self.draw(st.sampled_from(self.ready))
        if kind == "number":
            return str(self.draw(st.sampled_from([0.5, 2, -1.5])))
        return next(self.vectors)

    def expression(self, depth: int) -> str:
        kinds = ["leaf", "sum", "product", "map", "difference", "total"]
        kind = self.draw(st.sampled_from(kinds))
        if depth == 0 or kind == "leaf":
            return self.leaf()
        if kind == "map":
            return f"{self.draw(st.sampled_from(MAPS))}({self.expression(depth - 1)})"
        if kind == "total":
            return f"sum({self.expression(depth - 1)})"
        sign = {"sum": "+", "product": "*", "difference": "-"}[kind]
        return f"({self.expression(depth - 1)}) {sign} ({self.expression(depth - 1)})"


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A cell of one to four equations, with gates, products, lags and sums."""
    count = draw(st.integers(1, len(NAMES)))
    authors = [Author(draw, count, number) for number in range(count)]
    # The outer function keeps runs bounded; the matrix fixes the size.
    return "\n".join(
        f"{NAMES[k]} = tanh(N{k} @ x + {author.expression(3)})" for k, author in enumerate(authors)
    )


def sized(cell: Cell, length: int) -> Sizes:
    """All signals and vectors of size 3, an input of size 2."""
    text = cell.text
    shapes = dict.fromkeys(re.findall(r"(\w+) @ x", text), (3, 2))
    shapes |= dict.fromkeys(re.findall(r"(\w+) @ [a-d]\b", text), (3, 3))
    shapes |= dict.fromkeys(re.findall(r"(\w+) @ outer", text), (3, 9))
    shapes |= dict.fromkeys(re.findall(r"(\w+) @ outer\(\S+, x\)", text), (3, 6))
    shapes |= dict.fromkeys(re.findall(r"(\w+) @ history", text), (3, 2 * length))
    vectors = dict.fromkeys(re.findall(r"\bv\d+", text), 3)
    given = {"x": 2, **dict.fromkeys(cell.graph.signals, 3), **shapes, **vectors}
    return cell.sizes(3, given, length)
