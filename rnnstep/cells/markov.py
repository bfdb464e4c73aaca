"""The Markov chain of order k on symbols: a table of probabilities of the next symbol.

Source: Markov 1913, who counted the letters of Eugene Onegin. P has a column for every context,
which holds the probabilities of what comes next: with one-hot inputs, ``P @ x`` picks that column.
For order 2 the contexts are pairs, ``outer(x, x[t-1])``, the newest symbol counting most. P is
counted from data (``train: {method: counting}``), with a smoothing that the file states.

The model of the note on numbers, p(x_t | x_{t-1}), is ``ar`` of order 1.
"""

from __future__ import annotations

from .cell import Cell
from .options import count

MOST = 8


def make(order: int | str = 1) -> Cell:
    """Make a Markov chain.

    Parameters
    ----------
    order : int
        How many symbols a context has.
    """
    order = count("markov", "order", order, MOST)
    context = "x"
    for k in range(1, order):
        context = f"outer({context}, x[t-{k}])"
    text = f"y = P @ {context}  # probabilities\n"
    contexts = "the last symbol" if order == 1 else f"the last {order} symbols"
    return Cell(
        name="markov",
        title="Markov chain" + (f" of order {order}" if order > 1 else ""),
        text=text,
        output="y",
        source="Markov 1913; maximum likelihood by counting",
        notes=f"A column of P is what follows {contexts}. On numbers the Markov model is ar of"
        f" order {order}.",
        options={"order": order},
        forms={"probabilities": text},
    )
