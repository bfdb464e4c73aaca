"""Gradient flow against PyTorch, in one process and one thread: ratios, not absolute times.

    python benchmarks/flow.py              needs torch for the comparison; runs without it too

All ‖∂h_T/∂h_t‖ (spectral norms, t = 0 … T) for T = 1000, H = 64, D = 32, float64, batch 1. Ours: of
a recorded run, its Jacobians and the walk back, with nothing kept from before. Theirs: a loop over
``RNNCell``, ``LSTMCell`` or ``GRUCell`` in which a zero is added to each h_t, and the Jacobian of
h_T by all of these zeros: by ``torch.autograd.functional.jacobian``, once plain and once with
``vectorize=True`` (vmap), then one batched ``matrix_norm``. Each round measures them one after the
other; shown are medians, and the median of the ratios in a round. That all give the same norms is
checked in every round. Uniform weights are as PyTorch draws them; from orthogonal ones no direction
of a product outweighs the others, which makes the norms dearer.

Then: the map of all pairs of 101 steps, a step of the cursor (150 steps back), ten thousand steps.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import numpy as np

from rnnstep.cells import get_cell
from rnnstep.gradient import Flow, contributions, flow_of
from rnnstep.learn import initialise
from rnnstep.simulate import Lane, simulate

T, H, D = 1000, 64, 32


def make_lane(kind: str, length: int = T, initialisation: str = "uniform") -> Lane:
    cell = get_cell(kind)
    sizes = cell.sizes(H, {"x": D})
    x = np.random.default_rng(0).normal(size=(length, D))
    return Lane(kind, cell, initialise(cell, sizes, initialisation), x)


def ours(lane: Lane) -> Callable[[], np.ndarray]:
    """All norms, from nothing."""
    trace = simulate(lane)
    return lambda: Flow(trace).reach(len(lane.x), "h").log10


def torch_norms(kind: str, lane: Lane, vectorize: bool) -> Callable[[], np.ndarray]:
    """The same by autograd."""
    import torch
    from torch.autograd.functional import jacobian

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    make = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[kind]
    cell = make(D, H)
    gates = {"rnn": "h", "lstm": "ifgo", "gru": "rzn"}[kind]
    cell.weight_ih.data = torch.tensor(np.concatenate([lane.params[f"W_{g}"] for g in gates]))
    cell.weight_hh.data = torch.tensor(np.concatenate([lane.params[f"U_{g}"] for g in gates]))
    cell.bias_ih.data = torch.tensor(np.concatenate([lane.params[f"b_{g}"] for g in gates]))
    cell.bias_hh.data = torch.zeros_like(cell.bias_hh)
    if kind == "gru":
        cell.bias_hh.data[2 * H :] = torch.tensor(lane.params["c_n"])
    cell.requires_grad_(False)
    x = torch.tensor(lane.x)

    def last(zeros: torch.Tensor) -> torch.Tensor:
        h, c = zeros[0], torch.zeros(H)
        for t in range(len(x)):
            if kind == "lstm":
                h, c = cell(x[t], (h, c))
            else:
                h = cell(x[t], h)
            h = h + zeros[t + 1]
        return h

    def norms() -> np.ndarray:
        table = jacobian(last, torch.zeros(len(x) + 1, H), vectorize=vectorize)
        return torch.linalg.matrix_norm(table.transpose(0, 1), ord=2).log10().numpy()

    return norms


def timed(call: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    began = time.perf_counter()
    found = call()
    return time.perf_counter() - began, found


def compare(kind: str, rounds: int, initialisation: str) -> None:
    lane = make_lane(kind, initialisation=initialisation)
    runs = {"rnnstep": ours(lane)}
    try:
        runs |= {"jacobian": torch_norms(kind, lane, False), "vmap": torch_norms(kind, lane, True)}
    except ImportError:
        print("torch is not installed: no comparison")
    times: dict[str, list[float]] = {name: [] for name in runs}
    runs["rnnstep"]()
    for _ in range(rounds):
        found = {}
        for name, run in runs.items():
            took, found[name] = timed(run)
            times[name].append(took)
        for name in list(runs)[1:]:
            # Autograd works without a scale: below 1e-300 it has nothing to compare with.
            seen = found["rnnstep"] > -290
            assert np.abs(found[name] - found["rnnstep"])[seen].max() < 1e-6, name
    line = f"{kind:4s} {initialisation:10s}"
    line += "".join(f"  {name} {median(values) * 1e3:8.1f} ms" for name, values in times.items())
    for name in list(runs)[1:]:
        ratio = median(a / b for a, b in zip(times[name], times["rnnstep"], strict=True))
        line += f"  {name}/rnnstep {ratio:.1f}"
    print(line)


def screen(kind: str) -> None:
    """What the screen asks for."""
    trace = simulate(make_lane(kind))
    flow = flow_of(trace)
    flow.reach(T // 2, "h", T // 2 - 150)
    times = [timed(lambda t=t: flow.reach(t, "h", t - 150).log10)[0] for t in range(510, 530)]
    inputs = [
        timed(lambda t=t: flow.input_gradient(t, "h", 0, t - 150).log10)[0] for t in range(510, 530)
    ]
    whole, _ = timed(lambda: flow.map("h", range(0, T + 1, 10)))
    state = "c" if kind == "lstm" else "h"
    shares = [timed(lambda t=t: contributions(trace, t, state, 0).values)[0] for t in (990, 1000)]
    long = simulate(make_lane(kind, 10_000))
    far, _ = timed(lambda: Flow(long).reach(10_000, "h").log10)
    print(
        f"{kind:4s} cursor by one, 150 steps back: {median(times) * 1e3:.1f} ms;"
        f" by inputs {median(inputs) * 1e3:.1f} ms; contributions of 1000 steps"
        f" {min(shares) * 1e3:.1f} ms; map of 101 steps {whole * 1e3:.0f} ms;"
        f" 10,000 steps {far * 1e3:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kind in ("rnn", "lstm", "gru"):
        for initialisation in ("uniform", "orthogonal"):
            compare(kind, options.rounds, initialisation)
    for kind in ("rnn", "lstm", "gru"):
        screen(kind)


if __name__ == "__main__":
    main()
