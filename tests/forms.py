"""Every cell in every form, for the tests that hold for all of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from rnnstep.cells import CELLS, Cell, Option, cell_options, get_cell

CHOICES: dict[tuple[str, str], Sequence[Option]] = {
    ("ar", "order"): (1, 2, 5),
    ("ar", "intercept"): (False, True),
    ("markov", "order"): (1, 2, 3),
    ("latent_ar", "form"): ("linear", "smoothing"),
    ("rnn", "phi"): ("tanh", "relu", "identity"),
    ("lstm", "peepholes"): (False, True),
    ("lstm", "coupled"): (False, True),
    ("lstm", "output_gate"): (False, True),
    ("lstm", "forget_gate"): (False, True),
    ("gru", "reset"): ("after_product", "before_product", "none"),
    ("gru", "z"): ("keeps", "updates"),
}


def every_form(choices: Mapping[tuple[str, str], Sequence[Option]] = CHOICES) -> list[Cell]:
    """Every cell, with every combination of what its options can be."""
    found = []
    for name in CELLS:
        keys = list(cell_options(name))
        for values in itertools.product(*(choices[name, key] for key in keys)):
            chosen = dict(zip(keys, values, strict=True))
            # What is coupled to the input gate cannot be left out.
            if not (chosen.get("coupled") and not chosen["forget_gate"]):
                found.append(get_cell(name, **chosen))
    return found


FORMS = every_form()


def label(cell: Cell) -> str:
    return "-".join([cell.name, *(str(v) for v in cell.options.values())])
