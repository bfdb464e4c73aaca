"""The latent autoregressive model: a hidden state sums up the past, h_t = g(h_{t-1}, x_{t-1}).

Source: the linear form is the innovations form of a state space model (Durbin and Koopman 2012,
section 2.4) with free matrices; its smallest case is exponential smoothing (Brown 1959), where the
state is a running mean and one weight decides how fast it forgets. The weight a = σ(alpha) cannot
leave (0, 1). Both predict after x_t was read, so x_{t+1} is predicted from h_t, the note's h_{t+1}.
"""

from __future__ import annotations

from .cell import Cell
from .options import choose, predictor_forms

FORMS = ("linear", "smoothing")


def make(form: str = "linear") -> Cell:
    """Make a latent autoregressive model.

    Parameters
    ----------
    form : {"linear", "smoothing"}
        A linear latent state with matrices of its own, or exponential smoothing.
    """
    choose("latent_ar", "form", form, FORMS)
    if form == "linear":
        forms = predictor_forms(
            "C @ h + d", before="h = A @ h[t-1] + B @ x  # latent state\n"
        )
        notes = "Linear: the RNN without its nonlinearity, and with no bias in the state."
    else:
        rows = [
            "a = sigmoid(alpha)  # smoothing weight",
            "h = a * x + (1 - a) * h[t-1]  # level",
            "y = h  # prediction",
        ]
        forms = {"linear": "\n".join(rows) + "\n"}
        notes = "A level for each input, which starts at 0 unless an initial one is given."
    return Cell(
        name="latent_ar",
        title="Latent autoregressive model" if form == "linear" else "Exponential smoothing",
        text=forms["linear"],
        output="h",
        source="Durbin and Koopman 2012, section 2.4" if form == "linear" else "Brown 1959",
        notes=notes,
        options={"form": form},
        forms=forms,
    )
