"""The table of functions: bounds hold for all arguments, derivatives at a kink are PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnstep.cells import custom_cell
from rnnstep.equations.compiled import compile_cell
from rnnstep.equations.functions import FUNCTIONS
from rnnstep.equations.graph import build_graph

# What cannot be had of a negative number is asked of none.
POSITIVE = {"log", "sqrt"}
ELEMENTWISE = [name for name, f in FUNCTIONS.items() if f.kind == "elementwise"]


@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(deadline=None)
@given(data=st.data())
def test_a_value_lies_within_the_bounds_of_its_arguments(name: str, data: st.DataObject) -> None:
    function = FUNCTIONS[name]
    finite = st.floats(1e-3 if name in POSITIVE else -50, 50)
    ranges, values = [], []
    for _ in range(function.arity):
        low, value, high = sorted(data.draw(st.tuples(finite, finite, finite)))
        ranges.append((low, high))
        values.append(np.array([value]))
    low, high = function.bounds(*ranges)
    found = float(function.forward(*values)[0])
    room = 1e-12 * max(1.0, abs(found))
    assert low - room <= found <= high + room


def test_a_square_is_not_negative_and_a_product_can_be() -> None:
    graph = build_graph("a = tanh(W @ x)\nb = tanh(V @ x)\ns = a * a\np = a * b")
    bounds = {name: (signal.low, signal.high) for name, signal in graph.signals.items()}
    assert bounds["s"] == (0, 1) and bounds["p"] == (-1, 1)


@pytest.mark.parametrize(
    ("text", "slopes"),
    [
        ("h = relu(x)", [0, 0, 1]),
        ("h = abs(x)", [-1, 0, 1]),
        ("h = clip(x, -1, 1)", [1, 1, 1]),
        ("h = clip(x, -0.5, 0.5)", [0, 1, 0]),
        ("h = hard_sigmoid(2.5 * x)", [0.5, 0.5, 0.5]),
        ("h = maximum(x, 0)", [0, 0.5, 1]),
        ("h = minimum(0, x)", [1, 0.5, 0]),
    ],
)
def test_a_derivative_at_a_kink_is_that_of_pytorch(text: str, slopes: list[float]) -> None:
    x = np.array([[-1.0, 0.0, 1.0]])
    cell = custom_cell(text)
    model = compile_cell(cell.graph, cell.sizes(given={"x": 3}))
    run = model.run({}, x)
    found = model.gradients({}, run, {"h": np.array([[0.0] * 3, [1.0] * 3])})
    assert found.x is not None and found.x.tolist() == [slopes]


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_equal_arguments_of_maximum_and_minimum_share_the_derivative(name: str) -> None:
    x, b = np.array([[-1.0, 0.0, 1.0, np.inf]]), np.array([0.0, 0.0, 0.0, np.inf])
    cell = custom_cell(f"h = {name}(x, b)")
    model = compile_cell(cell.graph, cell.sizes(given={"x": 4}))
    run = model.run({"b": b}, x)
    found = model.gradients({"b": b}, run, {"h": np.array([[0.0] * 4, [2.0] * 4])})
    assert found.x is not None
    slopes = [0, 1, 2, 1] if name == "maximum" else [2, 1, 0, 1]
    assert found.x[0].tolist() == slopes and found.params["b"].tolist() == [2 - s for s in slopes]
    torch = pytest.importorskip("torch", reason="compared live where torch is installed")
    theirs = [torch.tensor(part, requires_grad=True) for part in (x[0], b)]
    (2 * getattr(torch, name)(*theirs)).sum().backward()
    assert theirs[0].grad.tolist() == slopes
    assert theirs[1].grad.tolist() == found.params["b"].tolist()
