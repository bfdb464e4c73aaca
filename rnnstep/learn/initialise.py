"""Initial parameters by name, for any cell, from the roles that its equations give them.

- ``uniform``: everything uniform in ±1/√H, as PyTorch's recurrent layers do (H units in the state).
- ``orthogonal``: recurrent square matrices orthogonal (Saxe et al. 2014), the other matrices
  uniform in ±1/√H, biases zero.
- ``identity``: the same with recurrent matrices I (Le, Jaitly, Hinton 2015, the IRNN).
- ``forget_bias``: ``orthogonal`` with the keeping gate's bias at ``value`` (1 unless told; Gers et
  al. 2000, Jozefowicz et al. 2015).
- ``chrono``: ``orthogonal`` with gate biases drawn so that memory times are spread over
  1..``longest`` steps: b_f = log U(1, longest - 1), b_i = -b_f (Tallec and Ollivier 2018).

Which gate keeps the past is read off the equations: a sigmoid that multiplies a state's own past.
Where it is ``1 - z`` that does (a GRU whose z updates), the sign of the bias turns round. A cell
without such a gate has no ``forget_bias`` and no ``chrono``; asking for it is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cells.cell import Cell
from ..equations import syntax as s
from ..equations.graph import Graph
from ..equations.sizes import Sizes
from ..errors import ParamsError, listed, suggest

Array = np.ndarray
INITIALISATIONS = ("uniform", "orthogonal", "identity", "forget_bias", "chrono")


@dataclass(frozen=True)
class KeepGate:
    """A gate that decides how much of a state is kept.

    Attributes
    ----------
    gate : str
        The signal of the gate.
    sign : int
        1 if a gate of 1 keeps, -1 if a gate of 0 does.
    bias : str
        Its bias.
    enter_bias : str or None
        The bias of a separate gate that lets new values in.
    """

    gate: str
    sign: int
    bias: str
    enter_bias: str | None


def initialise(
    cell: Cell,
    sizes: Sizes,
    name: str = "uniform",
    seed: int = 0,
    value: float = 1.0,
    longest: float | None = None,
) -> dict[str, Array]:
    """Draw initial parameters.

    Parameters
    ----------
    cell : Cell
    sizes : Sizes
    name : str
        One of ``INITIALISATIONS``.
    seed : int
        The same seed gives the same numbers.
    value : float
        The bias of ``forget_bias``.
    longest : float
        The longest memory that ``chrono`` is to cover, in steps; needed for it, at least 2.

    Returns
    -------
    mapping of str to ndarray

    Raises
    ------
    ParamsError
        If there is no such initialisation, or the cell has no gate for it.
    """
    if name not in INITIALISATIONS:
        raise ParamsError(
            f"there is no initialisation {name!r}{suggest(name, INITIALISATIONS)};"
            f" there are {listed(INITIALISATIONS)}"
        )
    rng = np.random.default_rng(seed)
    graph = cell.graph
    units = max(sizes.signals[n] for n in graph.states) if graph.states else sizes.signals["x"]
    recurrent = recurrent_matrices(graph)
    params: dict[str, Array] = {}
    for param, shape in sizes.params.items():
        if name == "uniform":
            params[param] = rng.uniform(-1, 1, shape) / np.sqrt(units)
        elif len(shape) == 1:
            params[param] = np.zeros(shape)
        elif param in recurrent and shape[0] == shape[1]:
            params[param] = np.eye(shape[0]) if name == "identity" else orthogonal(rng, shape[0])
        else:
            params[param] = rng.uniform(-1, 1, shape) / np.sqrt(units)
    if name in ("forget_bias", "chrono"):
        gates = keep_gates(graph)
        if not gates:
            raise ParamsError(f"{name}: {cell.name} has no gate that keeps its state")
        for gate in gates:
            size = sizes.params[gate.bias][0]
            if name == "forget_bias":
                params[gate.bias] = np.full(size, gate.sign * float(value))
                continue
            if longest is None or longest < 2:
                raise ParamsError("chrono needs longest, the longest memory in steps, at least 2")
            drawn = np.log(rng.uniform(1, max(longest - 1, 1 + 1e-9), size))
            params[gate.bias] = gate.sign * drawn
            if gate.enter_bias:
                params[gate.enter_bias] = -drawn
    return params


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """Draw an orthogonal matrix, uniformly (QR with the signs of R, Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))


def recurrent_matrices(graph: Graph) -> frozenset[str]:
    """Matrices whose vector depends on the past."""
    found = set()
    for equation in graph.equations:
        for node in equation.expression.walk():
            if not (isinstance(node, s.Binary) and node.op == "@"):
                continue
            past = any(isinstance(inner, s.Lagged) for inner in node.right.walk())
            if past and isinstance(node.left, s.Name):
                found.add(node.left.id)
    return frozenset(found)


def keep_gates(graph: Graph) -> tuple[KeepGate, ...]:
    """Find the gates that keep a state, from terms like ``f * c[t-1]``."""
    found = []
    for name in graph.states:
        equation = graph.signals[name].equation
        products = [n for n in equation.expression.walk() if isinstance(n, s.Binary)]
        products = [n for n in products if n.op == "*"]
        for product in products:
            for old, factor in ((product.left, product.right), (product.right, product.left)):
                if not (isinstance(old, s.Lagged) and old.id == name):
                    continue
                gate, sign = _gate(factor)
                bias = _bias(graph, gate)
                if bias is None and gate in graph.signals:
                    # Coupled gates: f = 1 - i has its bias in i.
                    gate, turned = _gate(graph.signals[gate].equation.expression)
                    sign *= turned
                    bias = _bias(graph, gate)
                if bias is None:
                    continue
                others = [
                    _bias(graph, node.id)
                    for other in products
                    if other is not product
                    for node in (other.left, other.right)
                    if isinstance(node, s.Name) and node.id != gate
                ]
                enter = next((b for b in others if b and b != bias), None)
                found.append(KeepGate(gate, sign, bias, enter))
    return tuple(found)


def _gate(node: s.Expression) -> tuple[str, int]:
    """The signal in ``z`` (1) or ``1 - z`` (-1)."""
    if isinstance(node, s.Name):
        return node.id, 1
    match node:
        case s.Binary("-", s.Number(1.0), s.Name(gate)):
            return gate, -1
    return "", 1


def _bias(graph: Graph, gate: str) -> str | None:
    """The bias vector inside a sigmoid gate."""
    if gate not in graph.signals:
        return None
    expression = graph.signals[gate].equation.expression
    if not isinstance(expression, s.Call) or expression.function not in ("sigmoid", "hard_sigmoid"):
        return None
    todo = [expression.arguments[0]]
    while todo:
        node = todo.pop()
        if isinstance(node, s.Binary) and node.op == "+":
            todo += [node.left, node.right]
        elif isinstance(node, s.Name) and node.id in graph.params:
            return node.id
    return None
