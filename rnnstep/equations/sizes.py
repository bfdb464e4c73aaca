"""Sizes of all signals and parameters, inferred from how the equations use them.

Elementwise operations tie sizes together, ``@`` ties a matrix's rows to its result and its columns
to its vector, ``concat`` adds sizes up, ``outer`` multiplies them, and numbers and sums have size 1
and go with everything. The size of ``history(x)`` is that of the longest history: steps times the
size of x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from ..errors import SizeError, listed, suggest
from . import syntax as s
from .functions import FUNCTIONS
from .graph import Graph
from .history import history_name, history_of
from .render import plain_expression

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Sizes:
    """All sizes of a cell.

    Attributes
    ----------
    signals : mapping of str to int
        Units of every signal and input; and of ``history(x)``, where it is read, the most that
        its matrices cover.
    params : mapping of str to tuple of int
        Shape of every parameter: ``(rows, columns)`` or ``(units,)``.
    """

    signals: Mapping[str, int]
    params: Mapping[str, Shape]

    @property
    def count(self) -> int:
        """How many numbers the parameters hold in all."""
        return sum(math.prod(shape) for shape in self.params.values())


class _Dim:
    """A size that may still be unknown; a union-find node that remembers who fixed it."""

    __slots__ = ("because", "parent", "size")

    def __init__(self, size: int | None = None, because: str = "") -> None:
        self.parent: _Dim | None = None
        self.size = size
        self.because = because

    def root(self) -> _Dim:
        node = self
        while node.parent is not None:
            node = node.parent
        return node


def infer_sizes(
    graph: Graph,
    hidden: int | None = None,
    given: Mapping[str, int | Shape] | None = None,
    otherwise: Mapping[str, int] | None = None,
) -> Sizes:
    """Infer every size of a cell.

    Parameters
    ----------
    graph : Graph
    hidden : int, optional
        Size of whatever the other sizes leave open, if that is one size.
    given : mapping
        Sizes by name: ``{"x": 10, "logits": 4}``, or shapes of parameters ``{"W_i": (32, 10)}``.
    otherwise : mapping of str to int
        Sizes of signals for the case that neither the equations nor ``given`` decide them.

    Returns
    -------
    Sizes

    Raises
    ------
    SizeError
        If sizes contradict each other (both sides are named) or one cannot be inferred.
    """
    return _Inference(graph).solve(hidden, dict(given or {}), otherwise or {})


@dataclass(frozen=True)
class _Joining:
    """How the size of a function follows from those of its arguments, and back.

    ``missing(whole, known)`` is the size of the one argument that is open, None if there is none.
    """

    together: Callable[[Iterable[int]], int]
    missing: Callable[[int, int], int | None]


_JOININGS = {
    "concat": _Joining(sum, lambda whole, known: whole - known if whole > known else None),
    "outer": _Joining(
        math.prod, lambda whole, known: None if whole % known else whole // known
    ),
}


class _Inference:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        histories = [history_name(name) for name in graph.histories]
        self.units = {name: _Dim() for name in (*graph.inputs, *graph.signals, *histories)}
        self.shapes: dict[str, tuple[_Dim, ...]] = {
            name: (_Dim(), _Dim()) if param.kind == "matrix" else (_Dim(),)
            for name, param in graph.params.items()
        }
        self.joined: list[tuple[_Dim, list[_Dim], _Joining, str]] = []
        self.scalars: set[str] = set()

    def solve(
        self, hidden: int | None, given: dict[str, int | Shape], otherwise: Mapping[str, int]
    ) -> Sizes:
        known = [*self.units, *self.shapes]
        for name, value in given.items():
            if name not in self.units and name not in self.shapes:
                raise SizeError(
                    f"a size is given for {name!r}, which the cell does not have"
                    f"{suggest(name, known)}; there are {listed(known)}"
                )
            self.fix(name, value)
        for equation in self.graph.equations:
            self.equation(equation)
        self.join()
        for name, size in otherwise.items():
            if self.units[name].root().size is None:
                self.fix(name, size)
        self.join()
        if hidden is not None:
            self.fill(hidden)
            self.join()
        return self.result()

    def fix(self, name: str, value: int | Shape) -> None:
        dims = (self.units[name],) if name in self.units else self.shapes[name]
        extents = value if isinstance(value, tuple) else (value,)
        if len(extents) != len(dims):
            kind = "a matrix (rows, columns)" if len(dims) == 2 else "a vector"
            raise SizeError(f"{name} is {kind}, but its shape is given as {tuple(extents)}")
        for dim, extent in zip(dims, extents, strict=True):
            if extent < 1:
                raise SizeError(f"the size of {name} is given as {extent}; it must be at least 1")
            dim.root().size, dim.root().because = int(extent), name

    def equation(self, equation: s.Equation) -> None:
        dim = self.measure(equation.expression, equation)
        target = self.units[equation.name]
        if dim is None:
            self.scalars.add(equation.name)
            dim = _Dim(1, equation.name)
        self.unite(
            target, dim, equation, lambda: equation.name,
            lambda: plain_expression(equation.expression),
        )  # fmt: skip

    def measure(self, node: s.Expression, equation: s.Equation) -> _Dim | None:
        """Size of an expression; None is size 1, which goes with every size."""
        if isinstance(node, s.Number):
            return None
        if isinstance(node, s.Name | s.Lagged):
            if node.id in self.scalars:
                return None
            if node.id in self.units:
                return self.units[node.id]
            return self.shapes[node.id][-1]
        if isinstance(node, s.Unary):
            return self.measure(node.operand, equation)
        if isinstance(node, s.Call):
            return self.measure_call(node, equation)
        if isinstance(node, s.Binary) and node.op == "@":
            assert isinstance(node.left, s.Name)
            rows, columns = self.shapes[node.left.id]
            inner = self.measure(node.right, equation) or _Dim(1, plain_expression(node.right))
            name, right = node.left.id, node.right
            self.unite(
                columns, inner, equation, lambda: f"{name} (its columns)",
                lambda: plain_expression(right),
            )  # fmt: skip
            return rows
        if isinstance(node, s.Binary):
            return self.together([node.left, node.right], equation)
        raise SizeError(f"{type(node).__name__} has no size")

    def measure_call(self, node: s.Call, equation: s.Equation) -> _Dim | None:
        kind = FUNCTIONS[node.function].kind
        if kind == "reduce":
            self.measure(node.arguments[0], equation)
            return None
        if kind == "history":
            return self.units[history_name(history_of(node) or "")]
        if kind in _JOININGS:
            parts = [self.measure(a, equation) or _Dim(1, "1") for a in node.arguments]
            whole = _Dim()
            self.joined.append((whole, parts, _JOININGS[kind], plain_expression(node)))
            self.join()
            return whole
        return self.together(list(node.arguments), equation)

    def together(self, nodes: list[s.Expression], equation: s.Equation) -> _Dim | None:
        """Tie the sizes of elementwise operands."""
        first: _Dim | None = None
        shown: s.Expression | None = None
        for node in nodes:
            dim = self.measure(node, equation)
            if dim is None:
                continue
            if first is None or shown is None:
                first, shown = dim, node
            else:
                self.unite(
                    first, dim, equation, partial(plain_expression, shown),
                    partial(plain_expression, node),
                )  # fmt: skip
        return first

    def unite(
        self, a: _Dim, b: _Dim, equation: s.Equation, left: Callable[[], str],
        right: Callable[[], str],
    ) -> None:  # fmt: skip
        a, b = a.root(), b.root()
        if a is b:
            return
        if a.size is not None and b.size is not None and a.size != b.size:
            raise SizeError(
                f"sizes do not fit in line {equation.line}, {equation.text!r}:"
                f" {left()} has size {a.size}{_why(a, left())}"
                f" and {right()} has size {b.size}{_why(b, right())}"
            )
        if a.size is None:
            a.size, a.because = b.size, b.because
        b.parent = a

    def join(self) -> None:
        """Resolve what the functions that join their arguments now determine."""
        for whole, parts, joining, shown in self.joined:
            sizes = [part.root().size for part in parts]
            open_parts = [p.root() for p, size in zip(parts, sizes, strict=True) if size is None]
            known = joining.together(size for size in sizes if size is not None)
            target = whole.root()
            if not open_parts:
                if target.size is None:
                    target.size, target.because = known, shown
                elif target.size != known:
                    raise SizeError(
                        f"{shown} has size {known}, but {target.because} has size {target.size}"
                    )
            elif target.size is not None and len(open_parts) == 1:
                rest = joining.missing(target.size, known)
                if rest is not None:
                    open_parts[0].size, open_parts[0].because = rest, shown

    def open(self) -> dict[int, list[str]]:
        """Names of unknown size, grouped by the size they share."""
        groups: dict[int, list[str]] = {}
        named = [(name, dim) for name, dim in self.units.items()]
        named += [(name, dim) for name, dims in self.shapes.items() for dim in dims]
        for name, dim in named:
            if dim.root().size is None and name not in groups.setdefault(id(dim.root()), []):
                groups[id(dim.root())].append(name)
        return {key: names for key, names in groups.items() if names}

    def fill(self, hidden: int) -> None:
        # What is joined from others follows when they are known; no history is as long as a state.
        joined = {id(whole.root()) for whole, *_ in self.joined}
        joined |= {id(self.units[history_name(name)].root()) for name in self.graph.histories}
        groups = [
            names for key, names in self.open().items()
            if key not in joined and any(name in self.units for name in names)
        ]  # fmt: skip
        groups = groups or [names for key, names in self.open().items() if key not in joined]
        if len(groups) > 1:
            parts = "; ".join(", ".join(names) for names in groups)
            raise SizeError(
                f"hidden: {hidden} leaves open which size it is, for there are several: {parts};"
                " give a size to one name of each"
            )
        if groups:
            name = groups[0][0]
            dim = self.units[name] if name in self.units else next(
                d for d in self.shapes[name] if d.root().size is None
            )  # fmt: skip
            dim.root().size, dim.root().because = hidden, "hidden"

    def result(self) -> Sizes:
        groups = self.open()
        if groups:
            parts = "; ".join(", ".join(names) for names in groups.values())
            long = any(history_name(name) in parts for name in self.graph.histories)
            raise SizeError(
                f"these sizes cannot be inferred: {parts}; give one of each by name"
                + (", or the steps that a history is to cover" if long else "")
            )
        for name in self.graph.histories:
            whole, size = self.units[history_name(name)], _size(self.units[name])
            if _size(whole) % size:
                raise SizeError(
                    f"{history_name(name)} has {size} numbers a step, so what covers it has a"
                    f" multiple of that; {whole.root().because} makes it {_size(whole)}"
                )
        return Sizes(
            {name: _size(dim) for name, dim in self.units.items()},
            {name: tuple(_size(dim) for dim in dims) for name, dims in self.shapes.items()},
        )


def _size(dim: _Dim) -> int:
    size = dim.root().size
    assert size is not None
    return size


def _why(dim: _Dim, shown: str) -> str:
    return f" (from {dim.because})" if dim.because and dim.because != shown else ""
