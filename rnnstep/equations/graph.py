"""What a cell's equations imply: inputs, parameters, states, signals, and the range of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import EquationError, listed, suggest
from . import syntax as s
from .functions import FUNCTIONS, Interval
from .history import history_name, history_of
from .parse import parse_equations

_EVERYTHING: Interval = (-math.inf, math.inf)


@dataclass(frozen=True)
class Signal:
    """One named value of a step.

    Attributes
    ----------
    name, role : str
        Its symbol, and its role in words (``"forget gate"``).
    equation : Equation
        The line that defines it.
    is_state : bool
        Whether a later step reads it.
    low, high : float
        Bounds of its values, from the functions it goes through; infinite where there are none.
    """

    name: str
    role: str
    equation: s.Equation
    is_state: bool
    low: float
    high: float

    @property
    def is_gate(self) -> bool:
        """Whether its values lie between 0 and 1."""
        return self.low >= 0 and self.high <= 1


@dataclass(frozen=True)
class Param:
    """One parameter: a matrix (left of ``@``) or a vector.

    Attributes
    ----------
    name : str
    kind : {"matrix", "vector"}
    used_in : tuple of str
        Names of the equations that read it.
    """

    name: str
    kind: str
    used_in: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """A cell's equations and what follows from them.

    Attributes
    ----------
    equations : tuple of Equation
        In the order in which a step computes them.
    inputs : tuple of str
        Names given from outside at every step.
    params : mapping of str to Param
        Names that no equation defines, in the order of their first use.
    signals : mapping of str to Signal
        One for each equation, in order.
    lags : mapping of str to int
        For each signal or input that is read from the past, how far back at most.
    histories : tuple of str
        Inputs whose whole past is read, as ``history(x)``.
    """

    equations: tuple[s.Equation, ...]
    inputs: tuple[str, ...]
    params: Mapping[str, Param]
    signals: Mapping[str, Signal]
    lags: Mapping[str, int]
    histories: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the signals that a later step reads, in order."""
        return tuple(name for name, signal in self.signals.items() if signal.is_state)


def build_graph(
    equations: str | Iterable[s.Equation], inputs: tuple[str, ...] = ("x",), first_line: int = 1
) -> Graph:
    """Find out what a list of equations implies.

    Parameters
    ----------
    equations : str or iterable of Equation
        The text of a cell, or its parsed equations.
    inputs : tuple of str
        Names that are given at every step.
    first_line : int
        Line number of the text's first line, for errors.

    Returns
    -------
    Graph

    Raises
    ------
    EquationError
        If a name is defined twice, read before its equation, or used in two incompatible ways.
    """
    parsed = (
        parse_equations(equations, first_line) if isinstance(equations, str) else tuple(equations)
    )
    defined: dict[str, s.Equation] = {}
    for equation in parsed:
        if equation.name in inputs:
            raise _error(equation, f"{equation.name} is an input; no equation can define it")
        if equation.name in defined:
            first = defined[equation.name].line
            raise _error(equation, f"{equation.name} is already defined in line {first}")
        defined[equation.name] = equation
    kinds: dict[str, str] = {}
    uses: dict[str, list[str]] = {}
    lags: dict[str, int] = {}
    histories: list[str] = []
    done: set[str] = set()
    for equation in parsed:
        matrices = {
            id(node.left): node
            for node in equation.expression.walk()
            if isinstance(node, s.Binary) and node.op == "@"
        }
        for product in matrices.values():
            _check_product(equation, product, defined, inputs)
        vectors = {id(product.right) for product in matrices.values()}
        for node in equation.expression.walk():
            if isinstance(node, s.Call) and FUNCTIONS[node.function].kind == "history":
                _check_history(equation, node, id(node) in vectors, inputs)
                histories.append(history_of(node) or "")
            elif isinstance(node, s.Lagged):
                _check_lagged(equation, node, defined, inputs)
                lags[node.id] = max(node.lag, lags.get(node.id, 0))
            elif isinstance(node, s.Name) and node.id not in inputs and node.id not in done:
                if node.id in defined:
                    raise _error(
                        equation,
                        f"{node.id} is read here but only defined in line"
                        f" {defined[node.id].line}; its value a step ago is {node.id}[t-1]",
                        node,
                    )
                kind = "matrix" if id(node) in matrices else "vector"
                if kinds.setdefault(node.id, kind) != kind:
                    raise _error(
                        equation,
                        f"the parameter {node.id} is a matrix (left of @) in one place and a"
                        " vector in another",
                        node,
                    )
                readers = uses.setdefault(node.id, [])
                if equation.name not in readers:
                    readers.append(equation.name)
        done.add(equation.name)
    ranges = _ranges(parsed, inputs)
    signals = {
        e.name: Signal(e.name, e.role or e.name, e, e.name in lags, *ranges[e.name]) for e in parsed
    }
    params = {name: Param(name, kind, tuple(uses[name])) for name, kind in kinds.items()}
    return Graph(parsed, tuple(inputs), params, signals, lags, tuple(dict.fromkeys(histories)))


def _error(equation: s.Equation, message: str, node: s.Expression | None = None) -> EquationError:
    """Error at a node; the caret needs the line as it stands, so one-line texts get one."""
    line = node.line if node else equation.line
    column = node.column if node else 1
    source = equation.text if line == equation.line else ""
    return EquationError(message, line, column, source)


def _check_product(
    equation: s.Equation, node: s.Binary, defined: Mapping[str, object], inputs: tuple[str, ...]
) -> None:
    left = node.left
    if not isinstance(left, s.Name) or left.id in defined or left.id in inputs:
        shown = left.id if isinstance(left, s.Name) else "an expression"
        raise _error(
            equation,
            f"left of @ stands a parameter (a matrix), not {shown};"
            " elementwise products are written *",
            left,
        )


def _check_lagged(
    equation: s.Equation, node: s.Lagged, defined: Mapping[str, object], inputs: tuple[str, ...]
) -> None:
    if node.id not in defined and node.id not in inputs:
        choices = [*defined, *inputs]
        raise _error(
            equation,
            f"{node.id}[t-{node.lag}] is the past of something that has no equation"
            f"{suggest(node.id, choices)}; there are {listed(choices)}",
            node,
        )


def _check_history(
    equation: s.Equation, node: s.Call, is_vector: bool, inputs: tuple[str, ...]
) -> None:
    if history_of(node) not in inputs:
        raise _error(
            equation, f"history takes an input by its name; there are {listed(inputs)}", node
        )
    if not is_vector:
        raise _error(
            equation,
            f"{node.function}(…) grows step by step, so it stands only as the vector of a"
            f" product: W @ {history_name(inputs[0])}",
            node,
        )


def _ranges(equations: tuple[s.Equation, ...], inputs: tuple[str, ...]) -> dict[str, Interval]:
    """Bounds of every signal by interval arithmetic, states starting at 0.

    A mixture ``(1 - z) * a + z * b`` with z in [0, 1] is kept in the hull of a and b, so that a
    GRU's hidden state is known to stay within the candidate's (-1, 1). A state's bounds must
    reproduce themselves; where they do not, it has none. Nor has a state that only scales what it
    was: it stays 0 from 0, but an initial value may be any.
    """
    names = [equation.name for equation in equations]
    # What is read from the past starts as the initial value 0 and may only grow once.
    past: dict[str, Interval] = dict.fromkeys(names, (0.0, 0.0))
    found: dict[str, Interval] = {}
    for attempt in range(4):
        found = {}
        for equation in equations:
            found[equation.name] = _interval(equation.expression, found, past)
        grown = {
            name: (min(past[name][0], found[name][0]), max(past[name][1], found[name][1]))
            for name in names
        }
        if grown == past:
            break
        if attempt == 2:
            grown = {n: g if g == past[n] else _EVERYTHING for n, g in grown.items()}
        past = grown
    return {
        n: _EVERYTHING if any(map(math.isnan, v)) or v == (0.0, 0.0) else v
        for n, v in found.items()
    }


def _interval(
    node: s.Expression, now: Mapping[str, Interval], past: Mapping[str, Interval]
) -> Interval:
    if isinstance(node, s.Number):
        return node.value, node.value
    if isinstance(node, s.Name):
        return now.get(node.id, _EVERYTHING)
    if isinstance(node, s.Lagged):
        return past.get(node.id, _EVERYTHING)
    if isinstance(node, s.Unary):
        low, high = _interval(node.operand, now, past)
        return -high, -low
    if isinstance(node, s.Call):
        parts = [_interval(argument, now, past) for argument in node.arguments]
        return FUNCTIONS[node.function].bounds(*parts)
    if isinstance(node, s.Binary):
        mixture = _mixture(node)
        if mixture:
            share, first, second = (_interval(part, now, past) for part in mixture)
            if share[0] >= 0 and share[1] <= 1:
                return min(first[0], second[0]), max(first[1], second[1])
        if node.op == "@":
            return _EVERYTHING
        a, b = _interval(node.left, now, past), _interval(node.right, now, past)
        return _combine(node.op, a, b, node.left == node.right)
    return _EVERYTHING


def _combine(op: str, a: Interval, b: Interval, same: bool) -> Interval:
    if op == "+":
        return a[0] + b[0], a[1] + b[1]
    if op == "-":
        return a[0] - b[1], a[1] - b[0]
    if op == "*":
        corners = [0.0 if p == 0 or q == 0 else p * q for p in a for q in b]
        return (0.0 if same else min(corners)), max(corners)
    return _EVERYTHING


def _mixture(node: s.Binary) -> tuple[s.Expression, s.Expression, s.Expression] | None:
    """Match ``(1 - z) * a + z * b`` in any order; return (z, a, b)."""
    if node.op != "+":
        return None
    for rest, kept in ((node.left, node.right), (node.right, node.left)):
        if not (isinstance(rest, s.Binary) and isinstance(kept, s.Binary)):
            continue
        if rest.op != "*" or kept.op != "*":
            continue
        for complement, a in ((rest.left, rest.right), (rest.right, rest.left)):
            if not (
                isinstance(complement, s.Binary)
                and complement.op == "-"
                and complement.left == s.Number(1.0)
            ):
                continue
            for share, b in ((kept.left, kept.right), (kept.right, kept.left)):
                if share == complement.right:
                    return share, a, b
    return None
