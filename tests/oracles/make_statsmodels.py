"""Write the statsmodels oracle: AutoReg on the sunspots, for our AR(τ) to equal.

    python tests/oracles/make_statsmodels.py      writes tests/oracles/statsmodels_ar.npz

The series is scenarios/data/sunspots.csv, all 309 years, unscaled. For τ = 1, 2 and 9: the
coefficients (the constant, then lag 1 to τ), the one-step predictions of every year that has a full
window before it, and a forecast of the 20 years after 1899 and of the 20 after the last.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ORDERS = (1, 2, 9)
STEPS = 20
KNOWN = 200
"""Years that the forecast from inside the series may know: 1700 to 1899."""

SERIES = Path(__file__).resolve().parents[2] / "scenarios" / "data" / "sunspots.csv"


def read_series() -> np.ndarray:
    """The sunspot numbers, ``(309,)``."""
    return np.genfromtxt(SERIES, delimiter=",", skip_header=1)[:, 1]


def compute() -> dict[str, np.ndarray]:
    """Fit and predict in statsmodels; needs it."""
    from statsmodels.tsa.ar_model import AutoReg

    series = read_series()
    found: dict[str, np.ndarray] = {}
    for order in ORDERS:
        result = AutoReg(series, lags=order, trend="c").fit()
        found[f"params_{order}"] = result.params
        found[f"predictions_{order}"] = result.predict(start=order, end=len(series) - 1)
        found[f"after_{order}"] = result.predict(start=len(series), end=len(series) + STEPS - 1)
        # The same coefficients, read from a point inside the series on.
        early = AutoReg(series[:KNOWN], lags=order, trend="c")
        found[f"inside_{order}"] = early.predict(
            result.params, start=KNOWN, end=KNOWN + STEPS - 1
        )
    return found


def provenance() -> str:
    """What made the numbers."""
    import statsmodels

    return json.dumps(
        {"made_by": "tests/oracles/make_statsmodels.py", "statsmodels": statsmodels.__version__,
         "numpy": np.__version__, "python": sys.version.split()[0],
         "series": "scenarios/data/sunspots.csv"}
    )  # fmt: skip


if __name__ == "__main__":
    path = Path(__file__).parent / "statsmodels_ar.npz"
    np.savez(path, provenance=provenance(), **compute())
    print(path.name)
