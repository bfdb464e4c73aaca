"""Make scenarios/data/noisy_level.csv: a slow level, seen through noise.

    python docs/make_noisy_level.py              writes the file
    python docs/make_noisy_level.py --compare    compares states with windows on 20 such series

m_t = 0.98 m_{t-1} + 0.3 η_t and x_t = m_t + ε_t with independent standard normal η and ε: an
ARMA(1, 1). Drawn from seed 0, started in its stationary distribution, written with three decimals.

The comparison takes the least squares on the first 600 steps for all models, the latent ones by a
grid over the weight that keeps the state (given which the rest is linear), and scores the others.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

KEPT, PUSH, LENGTH, KNOWN = 0.98, 0.3, 1000, 600
PATH = Path(__file__).resolve().parents[1] / "scenarios" / "data" / "noisy_level.csv"
GRID = np.arange(0.01, 1.0, 0.01)


def noisy_level(seed: int, length: int = LENGTH) -> np.ndarray:
    """Draw the series, ``(length,)``."""
    rng = np.random.default_rng(seed)
    pushes, noise = rng.normal(size=(2, length))
    level = pushes[0] * PUSH / np.sqrt(1 - KEPT**2)
    found = np.empty(length)
    for t in range(length):
        level = KEPT * level + PUSH * pushes[t] if t else level
        found[t] = level + noise[t]
    return found


def as_csv(series: np.ndarray) -> str:
    """The file's text."""
    rows = [f"{t},{value:.3f}" for t, value in enumerate(series, 1)]
    return "\n".join(["step,value", *rows]) + "\n"


def losses(columns: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Mean squared error of the least squares on the first KNOWN steps: there, and after them."""
    wanted = x[len(x) - len(columns) :]
    known = len(columns) - (len(x) - KNOWN)
    fit = np.linalg.lstsq(columns[:known], wanted[:known], rcond=None)[0]
    errors = (columns @ fit - wanted) ** 2
    return float(errors[:known].mean()), float(errors[known:].mean())


def window(x: np.ndarray, order: int, constant: bool) -> float:
    """Loss of AR(order) on the new steps."""
    columns = [x[order - 1 - k : len(x) - 1 - k] for k in range(order)]
    columns += [np.ones(len(x) - order)] * constant
    return losses(np.stack(columns, axis=1), x)[1]


def state(x: np.ndarray, smoothing: bool) -> float:
    """Loss of exponential smoothing, or of a linear latent model with one state."""
    sums = np.zeros((len(x), len(GRID)))
    before = np.zeros(len(GRID))
    for t, value in enumerate(x):
        before = sums[t] = GRID * before + value
    tried = []
    for k, kept in enumerate(GRID):
        if smoothing:
            errors = ((1 - kept) * sums[:-1, k] - x[1:]) ** 2
            tried.append((float(errors[: KNOWN - 1].mean()), float(errors[KNOWN - 1 :].mean())))
        else:
            tried.append(losses(np.stack([sums[:-1, k], np.ones(len(x) - 1)], axis=1), x))
    return min(tried)[1]


def compare(seeds: int = 20) -> np.ndarray:
    """Losses on the new steps: AR(1), smoothing, AR(3), latent; a row for each series."""
    series = [noisy_level(seed) for seed in range(seeds)]
    return np.array(
        [
            (window(x, 1, False), state(x, True), window(x, 3, True), state(x, False))
            for x in series
        ]
    )


if __name__ == "__main__":
    if "--compare" in sys.argv:
        table = compare()
        for name, column in zip(("AR(1)", "smoothing", "AR(3)", "latent"), table.T, strict=True):
            print(f"{name:<10} {column.mean():.3f}")
        for better, worse in ((1, 0), (3, 2)):
            wins = int((table[:, better] < table[:, worse]).sum())
            less = 1 - table[:, better].mean() / table[:, worse].mean()
            print(f"the state wins on {wins} of {len(table)} series, by {less:.0%} on average")
    else:
        PATH.write_text(as_csv(noisy_level(0)), encoding="utf-8")
        print(PATH.name)
