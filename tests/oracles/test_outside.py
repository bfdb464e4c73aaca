"""Our cells equal PyTorch and ONNX Runtime; a wrong gate order or GRU form would not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from make_torch import CASES, compute

from rnnstep.cells import Cell, get_cell
from rnnstep.equations.compiled import compile_cell

FOLDER = Path(__file__).parent
Arrays = dict[str, np.ndarray]

TORCH_CELLS = {
    "rnn_tanh": get_cell("rnn"),
    "rnn_relu": get_cell("rnn", phi="relu"),
    "lstm": get_cell("lstm"),
    "gru": get_cell("gru"),
}


def load(name: str) -> Arrays:
    with np.load(FOLDER / f"{name}.npz") as file:
        arrays = dict(file)
    provenance = json.loads(str(arrays.pop("provenance")))
    assert provenance["made_by"].startswith("tests/oracles/")
    return arrays


def torch_blocks(case: str, order: str = "") -> str:
    return order or {"lstm": "ifgo", "gru": "rzn"}.get(case, "h")


def from_torch(case: str, arrays: Arrays, order: str = "", prefix: str = "") -> Arrays:
    """PyTorch's stacked weights (or their gradients) as params of ours."""
    blocks = torch_blocks(case, order)
    matrices = {"W": "weight_ih_l0", "U": "weight_hh_l0"}
    params: Arrays = {}
    for letter, name in matrices.items():
        for gate, block in zip(blocks, np.split(arrays[prefix + name], len(blocks)), strict=True):
            params[f"{letter}_{gate}"] = block
    inside = np.split(arrays[prefix + "bias_ih_l0"], len(blocks))
    hidden = np.split(arrays[prefix + "bias_hh_l0"], len(blocks))
    for gate, b_i, b_h in zip(blocks, inside, hidden, strict=True):
        if gate == "n":
            params |= {"b_n": b_i, "c_n": b_h}
        else:
            # Two biases that add up to ours; each has the gradient of the sum.
            params[f"b_{gate}"] = b_i if prefix else b_i + b_h
    return params


def run_ours(cell: Cell, params: Arrays, arrays: Arrays):  # type: ignore[no-untyped-def]
    x = arrays["x"]
    sizes = cell.sizes(given={n: v.shape for n, v in params.items()} | {"x": x.shape[2]})
    model = compile_cell(cell.graph, sizes)
    initial = {"h": arrays["h0"]} | ({"c": arrays["c0"]} if "c0" in arrays else {})
    return model, model.run(params, x, initial)


def differences(cell: Cell, case: str, arrays: Arrays, order: str = "") -> dict[str, float]:
    """The largest difference of every value and every gradient."""
    params = from_torch(case, arrays, order)
    model, run = run_ours(cell, params, arrays)
    outside = {"h": np.concatenate([np.zeros((1, *arrays["weight"].shape[1:])), arrays["weight"]])}
    if "cell_weight" in arrays:
        outside["c"] = np.zeros_like(run["c"])
        outside["c"][-1] = arrays["cell_weight"][0]
    gradients = model.gradients(params, run, outside)
    theirs = from_torch(case, arrays, order, "grad_")
    found = {name: np.abs(gradients.params[name] - value).max() for name, value in theirs.items()}
    found["h"] = np.abs(run["h"][1:] - arrays["out"]).max()
    found["x"] = np.abs(gradients.x - arrays["grad_x"]).max()
    for state in model.graph.states:
        found[f"{state}0"] = np.abs(gradients.initial[state] - arrays[f"grad_{state}0"]).max()
    if "c_last" in arrays:
        found["c_last"] = np.abs(run["c"][-1] - arrays["c_last"]).max()
    return {name: float(value) for name, value in found.items()}


@pytest.mark.parametrize("case", CASES)
def test_values_and_every_gradient_equal_pytorch(case: str) -> None:
    found = differences(TORCH_CELLS[case], case, load(f"torch_{case}"))
    assert len(found) >= 6
    assert max(found.values()) < 1e-12, found


@pytest.mark.parametrize("case", CASES)
def test_live_pytorch_equals_the_cells_and_the_stored_oracle(case: str) -> None:
    pytest.importorskip("torch", reason="compared live where torch is installed")
    live = compute(case, CASES.index(case) + 1)
    found = differences(TORCH_CELLS[case], case, live)
    assert max(found.values()) < 1e-12, found
    fresh = differences(TORCH_CELLS[case], case, compute(case, 99))
    assert max(fresh.values()) < 1e-12, fresh


@pytest.mark.parametrize(
    ("case", "order"), [("lstm", "figo"), ("lstm", "ifog"), ("gru", "zrn")]
)
def test_a_wrong_gate_order_fails_the_oracle(case: str, order: str) -> None:
    found = differences(TORCH_CELLS[case], case, load(f"torch_{case}"), order)
    assert found["h"] > 0.01


def test_a_gru_that_updates_with_z_fails_the_oracle() -> None:
    found = differences(get_cell("gru", z="updates"), "gru", load("torch_gru"))
    assert found["h"] > 0.01


def test_a_gru_with_reset_before_the_product_fails_the_oracle() -> None:
    arrays = load("torch_gru")
    params = from_torch("gru", arrays)
    params["b_n"] = params["b_n"] + params.pop("c_n")
    _, run = run_ours(get_cell("gru", reset="before_product"), params, arrays)
    assert np.abs(run["h"][1:] - arrays["out"]).max() > 0.01


def onnx_params(blocks: str, arrays: Arrays) -> Arrays:
    params: Arrays = {}
    for letter, name in (("W", "W"), ("U", "R")):
        for gate, block in zip(blocks, np.split(arrays[name][0], len(blocks)), strict=True):
            params[f"{letter}_{gate}"] = block
    halves = np.split(arrays["B"][0], 2 * len(blocks))
    for k, gate in enumerate(blocks):
        params[f"b_{gate}"] = halves[k] + halves[k + len(blocks)]
    return {name: value.astype(float) for name, value in params.items()}


@pytest.mark.parametrize(
    ("case", "cell", "blocks"),
    [
        ("gru_before", get_cell("gru", reset="before_product"), "zrn"),
        ("lstm_peepholes", get_cell("lstm", peepholes=True), "iofg"),
        ("lstm_coupled", get_cell("lstm", coupled=True), "iofg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_other_forms_equal_onnx_runtime(case: str, cell: Cell, blocks: str) -> None:
    arrays = load(f"onnx_{case}")
    params = onnx_params(blocks, arrays)
    if "P" in arrays:
        for gate, values in zip("iof", np.split(arrays["P"][0], 3), strict=True):
            params[f"p_{gate}"] = values.astype(float)
    params = {name: params[name] for name in cell.graph.params}
    given = {"x": arrays["X"], "h0": arrays["initial_h"][0]}
    if "initial_c" in arrays:
        given["c0"] = arrays["initial_c"][0]
    _, run = run_ours(cell, params, given)
    assert np.abs(run["h"][1:] - arrays["Y"][:, 0]).max() < 2e-6



@pytest.mark.parametrize(
    ("forget_bias", "expected"),
    [(1.0, [0.6288687, 0.86899155, 0.9460773]), (0.03, [0.57019705, 0.8661914, 0.9459622])],
)
def test_the_lstm_gives_the_constants_of_keras_own_tests(
    forget_bias: float, expected: list[float]
) -> None:
    # Keras 3, lstm_test.py: LSTM(3), kernel 0.01, recurrent kernel 0.02, bias 0.03; with
    # unit_forget_bias the forget gate's bias is 1 instead.
    cell = get_cell("lstm")
    params = {f"W_{g}": np.full((3, 4), 0.01) for g in "ifgo"}
    params |= {f"U_{g}": np.full((3, 3), 0.02) for g in "ifgo"}
    params |= {f"b_{g}": np.full(3, 0.03) for g in "ifgo"}
    params["b_f"] = np.full(3, forget_bias)
    x = np.arange(72.0).reshape(3, 6, 4).transpose(1, 0, 2)
    _, run = run_ours(cell, params, {"x": x, "h0": np.zeros((3, 3))})
    assert run["h"][-1, :, 0] == pytest.approx(expected, abs=1e-6)
