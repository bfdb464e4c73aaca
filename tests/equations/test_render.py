"""The same equation in symbols, in LaTeX and in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from rnnstep.cells import get_cell
from rnnstep.equations.parse import parse_condition, parse_equations
from rnnstep.equations.render import latex, plain, plain_expression, unicode, with_numbers


def test_symbols_read_like_the_paper() -> None:
    (equation,) = parse_equations("f = sigmoid(W_f @ x + U_f @ h[t-1] + b_f)")
    assert unicode(equation) == "f = σ(W_f·x + U_f·hₜ₋₁ + b_f)"
    assert latex(equation) == r"f_t = \sigma\left(W_f\,x_t + U_f\,h_{t-1} + b_f\right)"
    assert plain(equation) == "f = sigmoid(W_f @ x + U_f @ h[t-1] + b_f)"


def test_brackets_stand_where_they_must_and_nowhere_else() -> None:
    (equation,) = parse_equations("h = (a - (b - c)) * -(d + e) / (f * g) ** 2")
    assert parse_equations(plain(equation))[0].expression == equation.expression
    assert plain(equation) == "h = (a - (b - c)) * -(d + e) / (f * g) ** 2"


@pytest.mark.parametrize(
    "text",
    [
        "lstm.f[3] < 0.1", "not lstm.f[3] < 0.1 and any(gru.z > 0.95 * 2)",
        "abs(lstm.c[5] - lstm.c[5][t-1]) > 0.5 or a.b < 1 and b.c > 2",
        "accuracy(lstm, 200, seed=3) >= 0.99", "rnn.answer != 'A'", "a.b[1:3] + x[t-1] == 2",
        "0 < a.h[0] <= 1", "(a.b < 1) == (c.d < 2)",
    ],
)  # fmt: skip
def test_a_condition_that_is_written_reads_as_the_same(text: str) -> None:
    condition = parse_condition(text)
    assert parse_condition(plain_expression(condition)) == condition


def test_numbers_take_the_place_of_symbols_and_add_up() -> None:
    cell = get_cell("lstm")
    rng = np.random.default_rng(1)
    sizes = cell.sizes(3, {"x": 2})
    now = {name: rng.normal(size=shape) for name, shape in sizes.params.items()}
    now["x"] = rng.normal(size=2)
    past = {"h": rng.normal(size=3), "c": rng.normal(size=3)}
    for equation in cell.graph.equations:
        from rnnstep.equations.interpret import evaluate

        now[equation.name] = evaluate(equation.expression, now, lambda name, k: past[name])
        found = with_numbers(equation, now, lambda name, k: past[name], 2)
        assert found.value == now[equation.name][2]
        if equation.name == "c":
            assert sum(value for _, value in found.terms) == pytest.approx(found.value, abs=1e-15)
            assert [symbol for symbol, _ in found.terms] == ["f ⊙ cₜ₋₁", "i ⊙ g"]


def test_a_negative_number_after_a_plus_is_a_minus() -> None:
    (equation,) = parse_equations("h = a + b")
    found = with_numbers(
        equation, {"a": np.array([0.5]), "b": np.array([-0.25]), "h": np.array([0.25])},
        lambda name, k: np.zeros(1), 0,
    )  # fmt: skip
    assert found.numbers == "0.5 − 0.25"
