"""The core against PyTorch, side by side in one process: ratios, not absolute times.

    python benchmarks/core.py              needs torch for the comparison; runs without it too

LSTM, T = 1000, D = 32, one thread, batch 1. Ours records every signal of every step;
``torch.nn.LSTM`` records no gate, a loop over ``LSTMCell`` the states only. Each round measures all
of them one after the other; shown are medians over rounds, of each and of the ratio in a round.
Then: seeking in a run of a million steps, whose frames are computed again from checkpoints.
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
from rnnstep.equations.compiled import compile_cell
from rnnstep.simulate import Lane, simulate

T, D = 1000, 32
SIZES = (16, 64, 128, 256, 512)


def ours(units: int, dtype: type) -> Callable[[], object]:
    """A run with all signals recorded."""
    cell = get_cell("lstm")
    sizes = cell.sizes(units, {"x": D})
    rng = np.random.default_rng(0)
    params = {
        n: (rng.uniform(-1, 1, s) / np.sqrt(units)).astype(dtype) for n, s in sizes.params.items()
    }
    x = rng.normal(size=(T, D)).astype(dtype)
    model = compile_cell(cell.graph, sizes, dtype)
    return lambda: model.run(params, x)


def torch_runs(units: int, dtype: type) -> dict[str, Callable[[], object]]:
    """nn.LSTM, and a loop over LSTMCell; empty without torch."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    kind = torch.float32 if dtype is np.float32 else torch.float64
    layer = torch.nn.LSTM(D, units).to(kind)
    cell = torch.nn.LSTMCell(D, units).to(kind)
    x = torch.randn(T, 1, D, dtype=kind)

    def whole() -> object:
        with torch.no_grad():
            return layer(x)

    def loop() -> object:
        with torch.no_grad():
            h = c = torch.zeros(1, units, dtype=kind)
            states = []
            for t in range(T):
                h, c = cell(x[t], (h, c))
                states.append((h, c))
            return states

    return {"nn.LSTM": whole, "LSTMCell loop": loop}


def ratio(above: list[float], below: list[float]) -> float:
    """The median of the ratios within a round."""
    return median(a / b for a, b in zip(above, below, strict=True))


def compare(units: int, dtype: type, rounds: int) -> None:
    runs = {"rnnstep": ours(units, dtype), **torch_runs(units, dtype)}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - began)
    shown = {name: median(values) / T * 1e6 for name, values in times.items()}
    parts = [f"{name} {value:6.1f} µs" for name, value in shown.items()]
    ratios = []
    if len(runs) == 3:
        ratios = [
            "  ours/nn.LSTM "
            f"{ratio(times['rnnstep'], times['nn.LSTM']):.2f}",
            "  LSTMCell loop/ours "
            f"{ratio(times['LSTMCell loop'], times['rnnstep']):.2f}",
        ]
    print(f"H = {units:3d}, {np.dtype(dtype).name}: " + ", ".join(parts) + "".join(ratios))


def seek(steps: int) -> None:
    """How long a frame takes, anywhere in a long run that keeps checkpoints only."""
    cell = get_cell("lstm")
    sizes = cell.sizes(64, {"x": 4})
    rng = np.random.default_rng(0)
    params = {n: rng.uniform(-1, 1, s) / 8 for n, s in sizes.params.items()}
    began = time.perf_counter()
    trace = simulate(Lane("long", cell, params, rng.normal(size=(steps, 4))))
    took = time.perf_counter() - began
    times = []
    for t in rng.integers(0, steps, 300).tolist():
        began = time.perf_counter()
        trace.frame(t)
        times.append(time.perf_counter() - began)
    times.sort()
    print(
        f"{steps} steps, 64 units: run {took:.1f} s, kept {trace.kept}; a frame anywhere:"
        f" median {median(times) * 1e3:.2f} ms, p99 {times[-3] * 1e3:.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--steps", type=int, default=1_000_000)
    options = parser.parse_args()
    for dtype in (np.float32, np.float64):
        for units in SIZES:
            compare(units, dtype, options.rounds)
    seek(options.steps)


if __name__ == "__main__":
    main()
