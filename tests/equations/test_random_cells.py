"""Equations that hypothesis writes: compiled equals interpreted, and text survives a round trip."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnstep.cells import Cell, custom_cell
from rnnstep.equations.compiled import compile_cell
from rnnstep.equations.interpret import interpret
from rnnstep.equations.parse import parse_expression
from rnnstep.equations.render import plain_expression
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


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells(), st.integers(1, 9), st.sampled_from([(), (3,)]), st.integers(0, 10_000))
def test_a_compiled_run_equals_the_interpreter(
    text: str, length: int, lead: tuple[int, ...], seed: int
) -> None:
    cell = custom_cell(text, output="a")
    sizes = sized(cell, length)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) for name, shape in sizes.params.items()}
    x = rng.normal(size=(length, *lead, 2))
    initial = {n: rng.normal(size=(*lead, sizes.signals[n])) for n in cell.graph.states}
    slow = interpret(cell.graph, params, x, initial, sizes.signals)
    fast = compile_cell(cell.graph, sizes).run(params, x, initial)
    for name, values in slow.items():
        np.testing.assert_allclose(fast[name], values, rtol=1e-12, atol=1e-12, equal_nan=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells(), st.integers(0, 10_000))
def test_derived_gradients_equal_the_complex_step(text: str, seed: int) -> None:
    cell = custom_cell(text, output="a")
    sizes = sized(cell, 4)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) for name, shape in sizes.params.items()}
    x = rng.normal(size=(4, 2))
    model = compile_cell(cell.graph, sizes)
    run = model.run(params, x)
    weight = {n: rng.normal(size=run[n].shape) for n in cell.graph.signals}
    for values in weight.values():
        values[0] = 0
    found = model.gradients(params, run, weight)

    def loss(changed: dict[str, np.ndarray], values: np.ndarray) -> complex:
        out = interpret(cell.graph, changed, values, {}, sizes.signals)
        return complex(sum((weight[n][1:] * out[n][1:]).sum() for n in weight))

    for name, value in params.items():
        direction = rng.normal(size=value.shape)
        wanted = loss({**params, name: value + 1e-30j * direction}, x).imag / 1e-30
        assert abs((found.params[name] * direction).sum() - wanted) <= 1e-9 * max(1, abs(wanted))
    direction = rng.normal(size=x.shape)
    wanted = loss(params, x + 1e-30j * direction).imag / 1e-30
    assert abs((found.x * direction).sum() - wanted) <= 1e-9 * max(1, abs(wanted))


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


@settings(max_examples=200, deadline=None)
@given(cells())
def test_text_that_is_written_reads_as_the_same_expression(text: str) -> None:
    for line in text.splitlines():
        expression = parse_expression(line.partition(" = ")[2])
        assert parse_expression(plain_expression(expression)) == expression
