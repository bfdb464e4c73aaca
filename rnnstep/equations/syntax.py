"""The expressions of the equation language, as frozen trees.

Cells use the first group; conditions and expectations use all of it. Positions are not part of
equality, so two equal texts are equal trees wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class Expression:
    """Base of all nodes; ``line`` and ``column`` (both from 1) say where the node begins."""

    line: int = field(default=1, compare=False, kw_only=True)
    column: int = field(default=1, compare=False, kw_only=True)

    def children(self) -> Iterator[Expression]:
        """Yield the direct subexpressions, in reading order."""
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, Expression):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Expression):
                        yield item
                    elif isinstance(item, tuple) and isinstance(item[-1], Expression):
                        yield item[-1]

    def walk(self) -> Iterator[Expression]:
        """Yield this node and all below it, each before its children."""
        stack: list[Expression] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(list(node.children())))


@dataclass(frozen=True)
class Number(Expression):
    """A literal number."""

    value: float


@dataclass(frozen=True)
class Name(Expression):
    """A signal, an input or a parameter, at the present step."""

    id: str


@dataclass(frozen=True)
class Lagged(Expression):
    """The value of a signal or an input ``lag`` steps ago: ``h[t-1]``."""

    id: str
    lag: int


@dataclass(frozen=True)
class Unary(Expression):
    """``-a``; ``op`` is ``"-"``."""

    op: str
    operand: Expression


@dataclass(frozen=True)
class Binary(Expression):
    """``left op right`` with op one of ``+ - * / ** @``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call(Expression):
    """``function(arguments, keyword=…)``; cells have no keywords."""

    function: str
    arguments: tuple[Expression, ...]
    keywords: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True)
class Text(Expression):
    """A quoted text; conditions only."""

    value: str


@dataclass(frozen=True)
class Attribute(Expression):
    """``lane.signal``; conditions only."""

    base: Expression
    name: str


@dataclass(frozen=True)
class Slice(Expression):
    """``start:stop`` inside an index; conditions only."""

    start: Expression | None
    stop: Expression | None


@dataclass(frozen=True)
class Index(Expression):
    """``base[index]``: a unit, a slice of units; conditions only."""

    base: Expression
    index: Expression


@dataclass(frozen=True)
class Past(Expression):
    """``base[t-lag]`` of anything but a plain name, as ``lstm.c[5][t-1]``; conditions only."""

    base: Expression
    lag: int


@dataclass(frozen=True)
class Compare(Expression):
    """``first op second op third …``; conditions only."""

    first: Expression
    ops: tuple[str, ...]
    others: tuple[Expression, ...]


@dataclass(frozen=True)
class Logic(Expression):
    """``a and b and …`` or ``a or b or …``; conditions only."""

    op: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True)
class Not(Expression):
    """``not a``; conditions only."""

    operand: Expression


@dataclass(frozen=True)
class Equation:
    """One line of a cell: ``name = expression  # role``.

    Attributes
    ----------
    name : str
        The signal that the equation defines.
    expression : Expression
        Its right side.
    role : str
        The comment behind it, the signal's role in words; may be empty.
    text : str
        The equation as it was written, without the role.
    line : int
        Line in the text, from 1.
    """

    name: str
    expression: Expression
    role: str
    text: str
    line: int = field(default=1, compare=False)
