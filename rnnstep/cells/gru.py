"""The gated recurrent unit, in each of its published forms.

Source: Cho et al. 2014 (arXiv:1406.1078, eq. 5-8). ``reset: before_product`` is the form of the
paper's first version, of the ONNX default and of the lecture note; ``after_product`` is that of
PyTorch, cuDNN and Keras, where the candidate's recurrent bias c_n stands inside the reset and
cannot be folded into b_n. No weights map one form to the other. ``z: keeps`` (PyTorch,
Keras, ONNX) and ``z: updates`` (Chung et al. 2014, the lecture note) differ by the sign of W_z,
U_z and b_z. ``reset: none`` leaves the reset gate out, r = 1 (as Ravanelli et al. 2018 do in their
light GRU, which changes more than that).
"""

from __future__ import annotations

from .cell import Cell
from .options import choose

RESET = ("after_product", "before_product", "none")
UPDATE = ("keeps", "updates")


def make(reset: str = "after_product", z: str = "keeps") -> Cell:
    """Make a GRU.

    Parameters
    ----------
    reset : {"after_product", "before_product", "none"}
        Whether r scales U_n h[t-1], or h[t-1] before the product; or there is no reset gate.
    z : {"keeps", "updates"}
        What z = 1 means: keep the past, or take the candidate.
    """
    choose("gru", "reset", reset, RESET)
    choose("gru", "z", z, UPDATE)
    if reset == "after_product":
        candidate = "n = tanh(W_n @ x + b_n + r * (U_n @ h[t-1] + c_n))  # candidate"
    elif reset == "before_product":
        candidate = "n = tanh(W_n @ x + U_n @ (r * h[t-1]) + b_n)  # candidate"
    else:
        candidate = "n = tanh(W_n @ x + U_n @ h[t-1] + b_n)  # candidate"
    mixture = "(1 - z) * n + z * h[t-1]" if z == "keeps" else "(1 - z) * h[t-1] + z * n"
    gate = "r = sigmoid(W_r @ x + U_r @ h[t-1] + b_r)  # reset gate"
    rows = [
        *([] if reset == "none" else [gate]),
        "z = sigmoid(W_z @ x + U_z @ h[t-1] + b_z)  # update gate",
        candidate,
        f"h = {mixture}  # hidden state",
    ]
    place = {"none": "No reset gate", "after_product": "Reset after the product"}
    after = place.get(reset, "Reset before the product")
    return Cell(
        name="gru",
        title="Gated recurrent unit",
        text="\n".join(rows) + "\n",
        source="Cho et al. 2014, eq. 5-8"
        + ("; reset after the product as in cuDNN" if reset == "after_product" else ""),
        notes=f"{after}; z = 1 {'keeps the past' if z == 'keeps' else 'takes the candidate'}.",
        options={"reset": reset, "z": z},
    )
