"""Write the PyTorch oracles of gradient flow: Jacobians by autograd for RNN, LSTM and GRU.

    python tests/oracles/make_torch_flow.py       writes tests/oracles/torch_flow_*.npz

Random normal weights, T = 9, D = 4, H = 5, an initial state that is not zero, float64. For every
k < T the layer runs from step k on with h_k (and c_k) as leaves, and
``torch.autograd.functional.jacobian`` gives ∂h_T/∂h_k and ∂c_T/∂c_k; the loss is the sum of h_T
times random numbers, and its gradients are by every x_k. Arrays keep PyTorch's names and layout.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from make_torch import CASES, D, H, make_layer, provenance

T = 9


def compute(case: str, seed: int) -> dict[str, np.ndarray]:
    """Run one case in PyTorch; needs torch."""
    import torch
    from torch.autograd.functional import jacobian

    kind, layer = make_layer(case, seed)
    x = torch.randn(T, D)
    start = [torch.randn(1, H) for _ in range(2 if kind == "lstm" else 1)]
    weight = torch.randn(H)

    def run(inputs: torch.Tensor, *state: torch.Tensor) -> tuple[torch.Tensor, ...]:
        _, last = layer(inputs, state if kind == "lstm" else state[0])
        return last if kind == "lstm" else (last,)

    arrays = {name: p.detach().numpy() for name, p in layer.named_parameters()}
    names = ("h", "c")[: len(start)]
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for k in range(T):
        state = tuple(s.detach() for s in run(x[:k], *start)) if k else tuple(start)
        table = jacobian(lambda *leaves, k=k: run(x[k:], *leaves), state)
        for at, name in enumerate(names):
            found[name].append(table[at][at].reshape(H, H).numpy())
    x.requires_grad_()
    (weight * run(x, *start)[0]).sum().backward()
    arrays |= {f"{name}0": s.numpy()[0] for name, s in zip(names, start, strict=True)}
    arrays |= {f"jacobians_{name}": np.stack(values) for name, values in found.items()}
    return arrays | {
        "x": x.detach().numpy(), "weight": weight.numpy(), "grad_x": x.grad.numpy()
    }  # fmt: skip


if __name__ == "__main__":
    folder = Path(__file__).parent
    for number, case in enumerate(CASES, 1):
        path = folder / f"torch_flow_{case}.npz"
        np.savez(path, provenance=provenance("make_torch_flow.py"), **compute(case, number))
        print(path.name)
