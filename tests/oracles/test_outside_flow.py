"""Gradient flow equals PyTorch's autograd, stored and live."""

from __future__ import annotations

import numpy as np
import pytest
from make_torch_flow import CASES, compute
from test_outside import TORCH_CELLS, Arrays, from_torch, load

from rnnstep.gradient import Flow, flow_of
from rnnstep.simulate import Lane, simulate


def flow_from(case: str, arrays: Arrays) -> Flow:
    initial = {name: arrays[f"{name}0"] for name in ("h", "c") if f"{name}0" in arrays}
    params = from_torch(case, arrays)
    return flow_of(simulate(Lane(case, TORCH_CELLS[case], params, arrays["x"], initial)))


def largest_difference(case: str, arrays: Arrays) -> float:
    """Of every norm, every one-step Jacobian's product, and every gradient by an input."""
    flow = flow_from(case, arrays)
    last = flow.trace.length
    found = []
    product = np.eye(flow.layout.size)
    for k in range(last - 1, -1, -1):
        product = product @ flow.jacobian(k + 1)
        for name in flow.trace.lane.cell.graph.states:
            where = flow.layout.where(name, case)
            theirs = arrays[f"jacobians_{name}"][k]
            found.append(np.abs(product[where, where] - theirs).max())
            ours = 10.0 ** flow.reach(last, name).log10[k]
            found.append(abs(ours - np.linalg.norm(theirs, 2)))
    total = np.zeros_like(arrays["grad_x"])
    for unit, weight in enumerate(arrays["weight"]):
        part = flow.input_gradient(last, "h", unit)
        total += weight * part.direction * 10.0 ** np.maximum(part.log10, -300)[:, None]
    found.append(np.abs(total - arrays["grad_x"]).max())
    return float(max(found))


@pytest.mark.parametrize("case", CASES)
def test_flow_equals_the_stored_jacobians_of_pytorch(case: str) -> None:
    assert largest_difference(case, load(f"torch_flow_{case}")) < 1e-12


@pytest.mark.parametrize("case", CASES)
def test_flow_equals_live_autograd(case: str) -> None:
    pytest.importorskip("torch", reason="compared live where torch is installed")
    assert largest_difference(case, compute(case, 99)) < 1e-12


def test_holding_nothing_would_fail_the_oracle() -> None:
    # The block of ∂(h, c)/∂(h, c) is not the product of the blocks: the way through c counts.
    arrays = load("torch_flow_lstm")
    flow = flow_from("lstm", arrays)
    product = np.eye(5)
    for k in range(9, 0, -1):
        product = product @ flow.jacobian(k, "h", "h")
    assert np.abs(product - arrays["jacobians_h"][0]).max() > 1e-3
