"""The naive model, p(x_t | x_{t-1}, …, x_1): a linear prediction from everything read so far.

Source: the first model of any course on sequences; it is the autoregression whose order is the
step. W has a column block for each step back, so parameters and work of a step grow with the step,
and the blocks for the longest lags have hardly any data to be learned from. Classes are answered by
a softmax over the same scores.
"""

from __future__ import annotations

from .cell import Cell
from .options import predictor_forms


def make() -> Cell:
    """Make the naive model."""
    forms = predictor_forms("W @ history(x) + b")
    return Cell(
        name="full_history",
        title="Naive model (full history)",
        text=forms["linear"],
        output="y",
        source="p(x_t | all before), with one weight for each step back",
        notes="At step t only the first t column blocks of W meet data; the others lie idle.",
        forms=forms,
    )
