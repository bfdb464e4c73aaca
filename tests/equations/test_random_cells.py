"""Equations that hypothesis writes: compiled equals interpreted, and text survives a round trip."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_cells import cells, sized

from rnnstep.cells import custom_cell
from rnnstep.equations.compiled import compile_cell
from rnnstep.equations.interpret import interpret
from rnnstep.equations.parse import parse_expression
from rnnstep.equations.render import plain_expression


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
        assert found.params[name].shape == value.shape
        direction = rng.normal(size=value.shape)
        wanted = loss({**params, name: value + 1e-30j * direction}, x).imag / 1e-30
        assert abs((found.params[name] * direction).sum() - wanted) <= 1e-9 * max(1, abs(wanted))
    direction = rng.normal(size=x.shape)
    wanted = loss(params, x + 1e-30j * direction).imag / 1e-30
    assert abs((found.x * direction).sum() - wanted) <= 1e-9 * max(1, abs(wanted))


@settings(max_examples=200, deadline=None)
@given(cells())
def test_text_that_is_written_reads_as_the_same_expression(text: str) -> None:
    for line in text.splitlines():
        expression = parse_expression(line.partition(" = ")[2])
        assert parse_expression(plain_expression(expression)) == expression
