"""Every generic claim, over every cell in every form."""

from __future__ import annotations

import numpy as np
import pytest
from forms import FORMS, label

from rnnstep.cells import Cell, custom_cell, get_cell
from rnnstep.cells.conformance import ConformanceError, check_cell
from rnnstep.equations import compiled, differentiate
from rnnstep.equations.compiled import Workspace, compile_cell
from rnnstep.equations.parse import parse_expression
from rnnstep.errors import ParamsError, SignalError


@pytest.mark.parametrize(
    "cell",
    [form for cell in FORMS for form in (cell, *map(cell.with_readout, cell.readouts))],
    ids=lambda cell: f"{label(cell)}-{cell.readout}",
)
def test_a_cell_conforms(cell: Cell) -> None:
    check_cell(cell)


@pytest.mark.parametrize(
    "text",
    [
        "h = tanh(W @ x + U @ h[t-1] + V @ h[t-3])",
        "c = c[t-1] + softplus(A @ x)\nh = c / (1 + sum(c * c))",
        "s = softmax(A @ h[t-1] + B @ x)\nh = s * tanh(C @ concat(x, h[t-1]))",
        "h = hard_sigmoid(W @ x + U @ h[t-1]) * sqrt(1 + exp(0.1 * h[t-1]))",
        "h = clip(W @ x[t-2] + 0.5 * h[t-1], -2, 2) ** 2",
        "h = maximum(W @ x, 0.3 * h[t-1]) - minimum(b, log(2 + abs(h[t-2])))",
        "h = tanh(P @ outer(h[t-1], x) + W @ x)",
        "a = tanh(A @ x + U @ h[t-1])\nh = tanh(M @ outer(a, h[t-1]) + N @ h[t-1]) * a",
        "h = tanh(P @ outer(h[t-1], outer(x, h[t-1])) + W @ x)",
        "g = v + V @ outer(v, x)\nh = U @ outer(tanh(v), x) * g",
        "h = outer(2, x) + outer(sum(x), x[t-1])",
        "h = sum(x) * x[t-1] + b",
        "h = tanh(W @ history(x) + U @ h[t-1])",
        "h = sigmoid(W @ history(x) + V @ x[t-2] + U @ h[t-1])\ng = tanh(W @ history(x)) * h",
        "h = W @ history(x)\ng = h * h[t-1]",
        "h = tanh(W @ x + (U @ h[t-1] + U @ h[t-1]))",
        "h = 0 * h[t-1] + 0 * x",
        "h = tanh(W @ x + 0 * h[t-1] + 1 * b)",
        "f = sigmoid(A @ x + F @ h[t-1])\ni = sigmoid(B @ x + I @ h[t-1])\n"
        "g = tanh(C @ x + G @ h[t-1])\nc = f * c[t-1] + i * g\nh = tanh(c) + c[t-3]",
    ],
)
def test_a_cell_of_ones_own_conforms(text: str) -> None:
    check_cell(custom_cell(text), batch=3)


class Poisoned(Workspace):
    """Scratch arrays that begin as NaN, so that what is read before it is written is seen."""

    def __call__(self, name: str, size: int, steps: int | None = None) -> np.ndarray:
        fresh = (name, size, steps) not in self.arrays
        array = super().__call__(name, size, steps)
        if fresh:
            array.fill(np.nan)
        return array


@pytest.mark.parametrize(
    "cell",
    [*FORMS, custom_cell("h = tanh(W @ x + U @ h[t-1]) * step(V @ h[t-1] - 0.1) + 0.2 * x")],
    ids=label,
)
def test_no_scratch_is_read_before_it_is_written(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "Workspace", Poisoned)
    sizes = cell.sizes(3, {"x": 3}, 5)
    rng = np.random.default_rng(0)
    params = {name: 0.5 * rng.normal(size=shape) for name, shape in sizes.params.items()}
    model = compile_cell(cell.graph, sizes)
    run = model.run(params, rng.normal(size=(5, 2, 3)))
    for asked in cell.graph.signals:
        assert np.isfinite(run[asked][1:]).all()
        adjoint = np.ones(run[asked].shape)
        found = model.gradients(params, run, {asked: adjoint})
        assert found.x is not None
        for values in (*found.params.values(), *found.initial.values(), found.x):
            assert np.isfinite(values).all()


def test_the_conformance_check_finds_a_wrong_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    right = differentiate.derivative_texts
    monkeypatch.setattr(
        differentiate,
        "derivative_texts",
        lambda name: (parse_expression("tanh(a)"),) if name == "softplus" else right(name),
    )
    with pytest.raises(ConformanceError, match="gradient"):
        check_cell(custom_cell("h = softplus(W @ x + U @ h[t-1]) * 0.9"))


def test_unknown_cells_and_options_name_what_there_is() -> None:
    with pytest.raises(SignalError, match=r"did you mean 'lstm'.*rnn, lstm, gru"):
        get_cell("lstn")
    with pytest.raises(ParamsError, match="did you mean 'peepholes'"):
        get_cell("lstm", peephole=True)
    with pytest.raises(ParamsError, match="after_product"):
        get_cell("gru", reset="sideways")
    with pytest.raises(ParamsError):
        get_cell("lstm", peepholes=1)


def test_flipping_z_is_negating_its_weights() -> None:
    rng = np.random.default_rng(3)
    keeps, updates = get_cell("gru"), get_cell("gru", z="updates")
    sizes = keeps.sizes(4, {"x": 3})
    params = {n: rng.normal(size=s) for n, s in sizes.params.items()}
    flipped = {n: -v if n in ("W_z", "U_z", "b_z") else v for n, v in params.items()}
    x = rng.normal(size=(9, 3))
    one = compile_cell(keeps.graph, sizes).run(params, x)
    other = compile_cell(updates.graph, updates.sizes(4, {"x": 3})).run(flipped, x)
    assert np.allclose(one["h"], other["h"], atol=1e-14)
    assert np.allclose(one["z"][1:], 1 - other["z"][1:], atol=1e-15)


def test_open_forget_gate_and_shut_input_gate_keep_the_cell_exactly() -> None:
    cell = custom_cell(
        "f = hard_sigmoid(b_f)\ni = hard_sigmoid(b_i)\ng = tanh(W @ x)\nc = f * c[t-1] + i * g\n"
        "h = tanh(c)"
    )
    sizes = cell.sizes(3, {"x": 2})
    rng = np.random.default_rng(0)
    params = {"b_f": np.full(3, 9.0), "b_i": np.full(3, -9.0), "W": rng.normal(size=(3, 2))}
    start = rng.normal(size=3)
    run = compile_cell(cell.graph, sizes).run(params, rng.normal(size=(500, 2)), {"c": start})
    assert (run["c"] == start).all()
