"""The autoregressive model AR(τ): a linear prediction from the last τ values.

Source: Box and Jenkins 1970; Yule 1927 fitted AR(2) to the sunspots. x̂ = c + φ_1 x_t + φ_2 x_{t-1}
+ …, where φ_1 weighs the newest value, as statsmodels' ``y.L1``. Classes are answered by a softmax
over the same scores. It answers once its window is full, from step τ on; whatever is older than
the window cannot matter.
"""

from __future__ import annotations

from .cell import Cell
from .options import choose, count, predictor_forms

MOST = 200


def make(order: int | str = 1, intercept: bool = True) -> Cell:
    """Make an autoregressive model.

    Parameters
    ----------
    order : int
        τ, how many values back it reads.
    intercept : bool
        Whether there is a constant c.
    """
    order = count("ar", "order", order, MOST)
    choose("ar", "intercept", intercept, (False, True))
    terms = ["c"] if intercept else []
    terms += [f"phi_{k + 1} @ {f'x[t-{k}]' if k else 'x'}" for k in range(order)]
    forms = predictor_forms(" + ".join(terms))
    return Cell(
        name="ar",
        title=f"Autoregressive model AR({order})",
        text=forms["linear"],
        output="y",
        source="Box and Jenkins 1970; Yule 1927",
        notes=f"Sees the last {order} values and nothing older."
        if order > 1
        else "Sees the last value and nothing older: on numbers, this is the Markov model.",
        options={"order": order, "intercept": intercept},
        forms=forms,
    )
