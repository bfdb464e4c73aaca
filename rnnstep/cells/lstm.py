"""The long short-term memory, with the forget gate, and its common variants.

Source: Hochreiter and Schmidhuber 1997 (cell, input and output gate); Gers, Schmidhuber, Cummins
2000 (forget gate); Gers, Schraudolph, Schmidhuber 2002 (peepholes: i and f see the old cell
state, o sees the new one); Greff et al. 2017 (coupled gates; no output gate, no forget gate as
ablations: without the forget gate this is the cell of 1997, which keeps everything).
Departure: one bias for each gate, where PyTorch and cuDNN have two that add up to it.
"""

from __future__ import annotations

from ..errors import ParamsError
from .cell import Cell
from .options import choose


def make(
    peepholes: bool = False,
    coupled: bool = False,
    output_gate: bool = True,
    forget_gate: bool = True,
) -> Cell:
    """Make an LSTM.

    Parameters
    ----------
    peepholes : bool
        Whether the gates see the cell state through diagonal weights p_i, p_f, p_o.
    coupled : bool
        Whether f = 1 - i, as ONNX's ``input_forget`` and Greff's CIFG have it.
    output_gate : bool
        Whether there is an output gate; without it h = tanh(c).
    forget_gate : bool
        Whether there is a forget gate; without it the cell keeps everything, as in 1997.
    """
    for name, value in (("peepholes", peepholes), ("coupled", coupled),
                        ("output_gate", output_gate), ("forget_gate", forget_gate)):  # fmt: skip
        choose("lstm", name, value, (False, True))
    if coupled and not forget_gate:
        raise ParamsError("lstm: coupled makes the forget gate 1 - i; it cannot be left out too")
    past, new = (" + p_{0} * c[t-1]", " + p_o * c") if peepholes else ("", "")
    rows = [f"i = sigmoid(W_i @ x + U_i @ h[t-1] + b_i{past.format('i')})  # input gate"]
    if coupled:
        rows.append("f = 1 - i  # forget gate")
    elif forget_gate:
        rows.append(f"f = sigmoid(W_f @ x + U_f @ h[t-1] + b_f{past.format('f')})  # forget gate")
    rows += [
        "g = tanh(W_g @ x + U_g @ h[t-1] + b_g)  # candidate",
        f"c = {'f * ' if forget_gate else ''}c[t-1] + i * g  # cell state",
    ]
    if output_gate:
        rows += [
            f"o = sigmoid(W_o @ x + U_o @ h[t-1] + b_o{new})  # output gate",
            "h = o * tanh(c)  # hidden state",
        ]
    else:
        rows.append("h = tanh(c)  # hidden state")
    return Cell(
        name="lstm",
        title="Long short-term memory",
        text="\n".join(rows) + "\n",
        source="Hochreiter and Schmidhuber 1997"
        + ("; forget gate: Gers, Schmidhuber, Cummins 2000" if forget_gate else "")
        + ("; peepholes: Gers, Schraudolph, Schmidhuber 2002" if peepholes else ""),
        notes="One bias a gate, where PyTorch has two that add up to it."
        + (" f = 1 - i, as in ONNX's input_forget." if coupled else "")
        + ("" if forget_gate else " Nothing is ever forgotten: the cell only adds."),
        options={"peepholes": peepholes, "coupled": coupled, "output_gate": output_gate,
                 "forget_gate": forget_gate},
    )
