"""Which states are kept by a gate: equations of the form s = a ⊙ s[t-1] + b.

The LSTM's cell state (a = f, b = i ⊙ g), the GRU's hidden state (a = z or 1 - z), coupled gates, a
leaky average and a user's own cells are all found in the same way, from the equations and not by
name. What stands behind a nonlinear function or a matrix product is held: a gate that itself looks
at s[t-1] (a peephole) is part of a or b, and its own dependence is the path through the gates.

Source: Levy, Lee, FitzGerald, Zettlemoyer 2018 (arXiv:1805.03716), eq. 8, for the LSTM.
"""

from __future__ import annotations

from typing import NamedTuple

from ..equations.nodes import Dag


class Affine(NamedTuple):
    """A state's equation as a ⊙ s[t-1] + b.

    Attributes
    ----------
    keep : int
        The node of a, how much of the old value is kept.
    write : int or None
        The node of b, what is written; None for nothing.
    """

    keep: int
    write: int | None


class _Split(NamedTuple):
    keep: int | None
    write: int | None


def affine_form(
    dag: Dag, state: str, patched: frozenset[str] = frozenset()
) -> Affine | None:
    """Find the form of a state's equation.

    Parameters
    ----------
    dag : Dag
        Nodes for a and b are added to it.
    state : str
    patched : frozenset of str
        Signals that are patched: on the way to the state they are held. The form of a patched
        state is that of its equation, before the patch.

    Returns
    -------
    Affine or None
        None if the state's own last value comes in otherwise, or not at all.
    """
    index = dag.signals[state]
    held = frozenset(dag.signals[name] for name in patched)
    found = _split(dag, state, dag.nodes[index].args[0] if index in held else index, held)
    return None if found.keep is None else Affine(found.keep, found.write)


def _split(dag: Dag, state: str, index: int, patched: frozenset[int]) -> _Split:
    node = dag.nodes[index]
    held = _Split(None, index)
    if node.op == "past":
        return _Split(dag.const(1.0), None) if (node.name, node.lag) == (state, 1) else held
    if node.op not in ("+", "-", "*", "/", "neg", "identity") or index in patched:
        return held
    parts = [_split(dag, state, arg, patched) for arg in node.args]
    if all(part.keep is None for part in parts):
        return held
    if node.op == "identity":
        return parts[0]
    if node.op == "neg":
        return _Split(_negative(dag, parts[0].keep), _negative(dag, parts[0].write))
    first, second = parts
    if node.op in ("+", "-"):
        if node.op == "-":
            second = _Split(_negative(dag, second.keep), _negative(dag, second.write))
        return _Split(
            _sum(dag, first.keep, second.keep), _sum(dag, first.write, second.write)
        )
    if node.op == "*" and first.keep is None:
        return _scaled(dag, "*", second, node.args[0])
    if second.keep is None:
        return _scaled(dag, node.op, first, node.args[1])
    return held  # c * c, or a / c: not of this form


def _scaled(dag: Dag, op: str, part: _Split, factor: int) -> _Split:
    keep, write = (None if p is None else dag.binary(op, p, factor) for p in part)
    return _Split(keep, write)


def _sum(dag: Dag, a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return dag.binary("+", a, b)


def _negative(dag: Dag, index: int | None) -> int | None:
    if index is None:
        return None
    return dag.binary("*", dag.const(-1.0), index)
