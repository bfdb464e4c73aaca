"""Time travel over a million steps: continuing, running back, finding what changed a value, forks.

    python benchmarks/travel.py            --steps 1000000 --units 16

A search that finds nothing looks at every step, which is the slowest answer that there is; shown
are median and worst of some rounds. The LSTM's run is kept whole first, then as checkpoints only.
A fork is made from its first step on, with one signal patched, at one step and at every one, and
with an input edited.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rnnstep.cells import get_cell
from rnnstep.simulate import Lane, Patch, Trace, fork, simulate
from rnnstep.simulate.breakpoint import hit_stretches, hits, last_change, search
from rnnstep.simulate.space import TraceSpace


def timed(what: str, rounds: int, call: Callable[[], object]) -> None:
    times = []
    found: object = None
    for _ in range(rounds):
        began = time.perf_counter()
        found = call()
        times.append((time.perf_counter() - began) * 1e3)
    count = len(found) if isinstance(found, np.ndarray) else found
    shown = "nothing" if count is None else getattr(count, "step", count)
    print(f"  {what:<58} median {median(times):8.2f} ms, worst {max(times):8.2f} ms -> {shown}")


def searches(trace: Trace, rounds: int) -> None:
    """Continue and run back over a whole run."""
    space, last = TraceSpace({"lstm": trace}), trace.length
    print(f"{last} steps, {trace.lane.sizes.signals['h']} units, kept: {trace.kept}")
    rare = f"lstm.h[0] > {np.quantile(trace.rows('h', 1, last // 50)[:, 0], 0.999):.4f}"
    moved = "abs(lstm.c[5] - lstm.c[5][t-1]) > 99"
    timed("c  lstm.f[3] < -1", rounds, lambda: search(space, "lstm.f[3] < -1", 0, 1))
    timed("C  lstm.f[3] < -1", rounds, lambda: search(space, "lstm.f[3] < -1", last, -1))
    timed(f"c  {moved}", rounds, lambda: search(space, moved, 0, 1))
    timed("c  any(lstm.h > 2)", rounds, lambda: search(space, "any(lstm.h > 2)", 0, 1))
    timed(f"c  {rare}", rounds, lambda: search(space, rare, last // 2, 1))
    timed(f"all hits  {rare}", rounds, lambda: hits(space, rare))
    both = (rare, "any(lstm.f < -1)")
    timed("all hits of two conditions", rounds, lambda: sum(
        len(steps) for _, steps in hit_stretches(space, both)))  # fmt: skip
    timed("w  lstm.c[5] by more than 99", rounds, lambda: last_change(trace, "c", 5, last, 99.0))


def forks(trace: Trace) -> None:
    """Make forks of a whole run."""
    for patch in (
        Patch("f", "set", (0.0,), (3,), 10, 20), Patch("f", "set", (0.0,), (3,), 10),
        Patch("x", "set", (0.0,), (0,), 10, 20),
    ):  # fmt: skip
        timed(f"fork  {patch}", 1, lambda patch=patch: fork(trace, "fork", [patch]).kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    cell = get_cell("lstm")
    sizes = cell.sizes(options.units, {"x": 2})
    rng = np.random.default_rng(0)
    params = {n: rng.uniform(-1, 1, s) / 4 for n, s in sizes.params.items()}
    lane = Lane("lstm", cell, params, rng.normal(size=(options.steps, 2)))
    for budget, rounds in ((2**40, options.rounds), (0, 1)):
        trace = simulate(lane, budget)
        searches(trace, rounds)
        forks(trace)


if __name__ == "__main__":
    main()
