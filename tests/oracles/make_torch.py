"""Write the PyTorch oracles: values and gradients of RNN, LSTM and GRU, for cells of ours to equal.

    python tests/oracles/make_torch.py            writes tests/oracles/torch_*.npz

Random normal weights, T = 7, B = 3, D = 4, H = 5, an initial state that is not zero, float64. The
loss is the sum of all outputs and the final cell state, each times a random number, so that every
gradient is asked for. Arrays keep PyTorch's own names and layout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

CASES = ("rnn_tanh", "rnn_relu", "lstm", "gru")
T, B, D, H = 7, 3, 4, 5


def make_layer(case: str, seed: int) -> tuple[str, torch.nn.RNNBase]:
    """Seed PyTorch, and make a case's layer with random weights; its kind comes first."""
    import torch

    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64)
    kind, _, phi = case.partition("_")
    options = {"nonlinearity": phi} if phi else {}
    layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](D, H, **options)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.6)
    return kind, layer


def compute(case: str, seed: int) -> dict[str, np.ndarray]:
    """Run one case in PyTorch; needs torch."""
    import torch

    kind, layer = make_layer(case, seed)
    found = dict(layer.named_parameters())
    x = torch.randn(T, B, D, requires_grad=True)
    states = [torch.randn(1, B, H, requires_grad=True) for _ in range(2 if kind == "lstm" else 1)]
    out, last = layer(x, tuple(states) if kind == "lstm" else states[0])
    weight = torch.randn_like(out)
    loss = (weight * out).sum()
    arrays = {name: p.detach().numpy() for name, p in found.items()}
    if kind == "lstm":
        cell_weight = torch.randn_like(last[1])
        loss = loss + (cell_weight * last[1]).sum()
        arrays |= {"cell_weight": cell_weight.numpy(), "c_last": last[1].detach().numpy()[0],
                   "c0": states[1].detach().numpy()[0]}  # fmt: skip
    loss.backward()
    arrays |= {
        "x": x.detach().numpy(), "h0": states[0].detach().numpy()[0], "out": out.detach().numpy(),
        "weight": weight.numpy(), "grad_x": x.grad.numpy(), "grad_h0": states[0].grad.numpy()[0],
    }  # fmt: skip
    if kind == "lstm":
        arrays["grad_c0"] = states[1].grad.numpy()[0]
    arrays |= {f"grad_{name}": p.grad.numpy() for name, p in found.items()}
    return arrays


def provenance(script: str = "make_torch.py") -> str:
    """What made the numbers."""
    import torch

    return json.dumps(
        {"made_by": f"tests/oracles/{script}", "torch": torch.__version__,
         "python": sys.version.split()[0], "seed": "number of the case, from 1"}
    )  # fmt: skip


if __name__ == "__main__":
    folder = Path(__file__).parent
    for number, case in enumerate(CASES, 1):
        path = folder / f"torch_{case}.npz"
        np.savez(path, provenance=provenance(), **compute(case, number))
        print(path.name)
