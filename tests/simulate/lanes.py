"""Lanes of every cell in every form, with random parameters, and what depends on what in them."""

from __future__ import annotations

import numpy as np
from forms import CHOICES, every_form, label

from rnnstep.cells import Cell, custom_cell, get_cell
from rnnstep.equations import syntax as s
from rnnstep.equations.graph import Graph
from rnnstep.simulate import Lane, Trace

FEWER = CHOICES | {
    ("ar", "order"): (1, 3),
    ("markov", "order"): (1, 3),
    ("rnn", "phi"): ("tanh",),
    ("gru", "z"): ("keeps",),
}
"""Enough where every cell meets every signal."""
OWN = {
    "lags": "h = tanh(W @ x + U @ h[t-1] - V @ h[t-3])\ny = C @ x[t-2] + h",
    "history": "a = tanh(W @ history(x))\nh = a * tanh(U @ h[t-1])\ny = V @ h + a",
    "shared": "a = tanh(W @ x + U @ h[t-1])\nb = tanh(W @ x + U @ h[t-1]) * 2\n"
    "h = 0.5 * a + b[t-1]",
    "alias": "a = W @ x\nb = a\nc = a + b\nh = tanh(c + 0.3 * h[t-1])",
    "twice": "h = tanh(W @ x + U @ h[t-1])\ny = V @ h + h\nz = V @ h + h + 1",
    "later": "y = W @ x * 2\nz = W @ x\nh = tanh(y + U @ h[t-1]) - z",
    "softmax": "p = softmax(A @ h[t-1] + B @ x)\nh = p * tanh(C @ concat(x, h[t-1])) + sum(p)",
}


def every_cell() -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for cell in every_form(FEWER):
        found[label(cell)] = cell
        if cell.options == get_cell(cell.name).options:
            found |= {f"{label(cell)}-{kind}": cell.with_readout(kind) for kind in cell.readouts}
    return found | {f"own-{name}": custom_cell(text) for name, text in OWN.items()}


CELL = every_cell()


def make_lane(cell: Cell, length: int, seed: int = 0, units: int = 3, inputs: int = 2) -> Lane:
    answers = dict.fromkeys(cell.appended, units + 1)
    sizes = cell.sizes(units, {"x": inputs, **answers}, length)
    rng = np.random.default_rng(seed)
    params = {n: rng.normal(size=shape) * 0.7 for n, shape in sizes.params.items()}
    initial = {n: rng.normal(size=sizes.signals[n]) * 0.5 for n in cell.graph.states}
    return Lane("lane", cell, params, rng.normal(size=(length, inputs)), initial,
                units=sizes.signals)  # fmt: skip


def reached(graph: Graph, signal: str, first: int, last: int) -> dict[int, set[str]]:
    """For each step from ``first`` to ``last``, the names that a patch at ``first`` can change."""
    changed: dict[int, set[str]] = {first: {signal}}
    for t in range(first, last + 1):
        here = changed.setdefault(t, set())
        for equation in graph.equations:
            for node in equation.expression.walk():
                now = isinstance(node, s.Name) and node.id in here
                lagged = isinstance(node, s.Lagged) and node.id in changed.get(t - node.lag, set())
                past = isinstance(node, s.Call) and node.function == "history" and signal == "x"
                if now or lagged or past:
                    here.add(equation.name)
    return changed


def same(a: Trace, b: Trace, name: str, start: int, stop: int) -> bool:
    """Whether two traces have the same bits in some rows."""
    return a.rows(name, start, stop).tobytes() == b.rows(name, start, stop).tobytes()
