"""The simple recurrent network (Elman 1990): h_t = φ(W x_t + U h_{t-1} + b).

Source: Elman, Finding structure in time, Cognitive Science 14, 1990; φ = relu with U = I is the
IRNN of Le, Jaitly, Hinton 2015 (arXiv:1504.00941). One bias: PyTorch's two add up to it.
"""

from __future__ import annotations

from .cell import Cell
from .options import choose

PHI = ("tanh", "relu", "identity")


def make(phi: str = "tanh") -> Cell:
    """Make the simple recurrent cell.

    Parameters
    ----------
    phi : {"tanh", "relu", "identity"}
        The nonlinearity.
    """
    choose("rnn", "phi", phi, PHI)
    return Cell(
        name="rnn",
        title="Recurrent neural network",
        text=f"h = {phi}(W_h @ x + U_h @ h[t-1] + b_h)  # hidden state\n",
        source="Elman 1990, Finding structure in time",
        notes="One bias, where PyTorch has two that add up to it."
        + (" The identity makes it linear." if phi == "identity" else ""),
        options={"phi": phi},
    )
