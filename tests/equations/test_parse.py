"""What the language refuses, and how it says so."""

from __future__ import annotations

import pytest

from rnnstep.equations.graph import build_graph
from rnnstep.equations.parse import parse_condition, parse_equations, parse_expression
from rnnstep.equations.sizes import infer_sizes
from rnnstep.errors import EquationError, SizeError

HOSTILE = [
    "__import__('os').system('x')", "().__class__", "h.__class__", "(lambda: 1)()",
    "[x for x in h]",
    "{1: 2}", "{1, 2}", "h if h else h", "f'{h}'", "(h := 1)", "await h", "yield", "*h", "h[0]",
    "h[t-0]", "h[t+1]", "h[t-1.5]", "h[t]", "open(x)", "eval(x)", "exec(x)", "print(x)", "x.real",
    "x and h", "not x", "x < h", "x // h", "x % h", "x << 2", "x & h", "x | h", "~x", "1j", "True",
    "None", "...", "'text'", "b'x'", "x ** h", "tanh", "tanh()", "tanh(x, x)", "tanh(a=x)",
    "tanh(*x)", "tanh(**x)", "sum(x)(x)", "x @ @ h", "x +", "(x", "x)", "", "   ", "import os",
    "x = 1; y = 2", "del x", "1e999", "10 ** 10 ** 10 ** 10", "x\0y", "lambda", "t", "__x",
    "x[t-1][t-1]",
    "x[t-99999]", "-" * 500 + "x", "(" * 500 + "x" + ")" * 500, "x" * 30_000, "+".join("x" * 9_000),
    "not " * 300 + "x", "[" * 400, "tanh(" * 100 + "x" + ")" * 100,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_not_in_the_language_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(EquationError) as caught:
        parse_expression(text)
    assert caught.value.line >= 1 and caught.value.column >= 1


@pytest.mark.parametrize("text", [t for t in HOSTILE if "__" in t or "(" * 500 in t or "eval" in t])
def test_conditions_refuse_what_could_reach_outside(text: str) -> None:
    try:
        parse_condition(text)
    except EquationError:
        return
    assert "eval" in text  # a name of a function; the table decides when it is evaluated


def test_an_error_points_at_its_line_and_column_with_a_caret() -> None:
    with pytest.raises(EquationError) as caught:
        parse_equations("a = tanh(W @ x)\nh = a * sigmod(h[t-1])", first_line=5)
    error = caught.value
    assert (error.line, error.column) == (6, 9)
    assert "did you mean 'sigmoid'" in error.message
    caret = str(error).splitlines()[-1]
    assert str(error).splitlines()[-2][caret.index("^")] == "s"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("h = a\na = W @ x", "only defined in line 2"),
        ("h = W @ x\nh = V @ x", "already defined in line 1"),
        ("x = W @ x", "is an input"),
        ("h = W @ x + k[t-1]", "has no equation"),
        ("h = W @ x + W", "matrix .* in one place and a vector in another"),
        ("h = (W + V) @ x", "left of @ stands a parameter"),
        ("h[t-1] = W @ x", "left side"),
        ("h == W @ x", "name = expression"),
        ("h = history(x)", r"column 5: .*only as the vector of a product: W @ history\(x\)"),
        ("h = W @ (2 * history(x))", "only as the vector of a product"),
        ("h = W @ outer(history(x), x)", "only as the vector of a product"),
        ("a = W @ x\nh = V @ history(a)", "line 2, column 9: .*takes an input"),
        ("h = W @ history(x[t-1])", "takes an input"),
    ],
)
def test_equations_that_contradict_each_other_are_refused(text: str, message: str) -> None:
    with pytest.raises(EquationError, match=message):
        build_graph(text)


def test_a_size_mismatch_names_both_sides() -> None:
    graph = build_graph("a = W @ x\nb = V @ x\nh = a * b")
    with pytest.raises(SizeError) as caught:
        infer_sizes(graph, None, {"x": 2, "a": 3, "b": 4})
    assert "3" in str(caught.value) and "4" in str(caught.value)
    assert "a" in str(caught.value) and "b" in str(caught.value)


@pytest.mark.parametrize(("join", "columns"), [("concat", 5), ("outer", 6)])
def test_the_size_of_an_input_follows_from_a_matrix_over_what_it_is_joined_to(
    join: str, columns: int
) -> None:
    graph = build_graph(f"h = tanh(M @ {join}(x, h[t-1]))")
    assert infer_sizes(graph, given={"M": (3, columns)}).signals == {"x": 2, "h": 3}
    with pytest.raises(SizeError, match="cannot be inferred: x"):
        infer_sizes(graph, given={"M": (3, 2)})


def test_a_history_is_covered_by_whole_steps() -> None:
    graph = build_graph("h = W @ history(x)")
    sizes = infer_sizes(graph, given={"W": (3, 6), "x": 2})
    assert sizes.signals["history(x)"] == 6
    with pytest.raises(SizeError, match=r"2 numbers a step.*W makes it 5"):
        infer_sizes(graph, given={"W": (3, 5), "x": 2})


def test_roles_and_lags_are_read_off_the_text() -> None:
    graph = build_graph("c = c[t-1] + W @ x  # cell state\nh = tanh(c + h[t-3])  # output")
    assert graph.signals["c"].role == "cell state"
    assert graph.lags == {"c": 1, "h": 3}
    assert graph.states == ("c", "h")
    assert (graph.signals["h"].low, graph.signals["h"].high) == (-1, 1)


def test_a_state_that_only_scales_what_it_was_has_no_bounds() -> None:
    graph = build_graph("e = v * e[t-1]\nh = sigmoid(e)", ("x",))
    assert graph.signals["e"].high == float("inf") and not graph.signals["e"].is_gate
    assert graph.signals["h"].is_gate
