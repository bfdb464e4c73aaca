"""The parts of a gated cell that the lecture note names: Ⓐ + Ⓑ is the new memory, Ⓒ is shown.

    c = f * c[t-1] + i * g        Ⓐ how much to keep × the past, Ⓑ how much to let in × the new
    h = o * tanh(c)               Ⓒ how much to let out × the memory

They are found in the structure of the equations, not by a cell's name: Ⓐ and Ⓑ where a state is the
sum of two terms, one of them its own past, possibly times a share, and at least one of them with a
share; Ⓒ where a signal is a share of a function of such a state. A share is a gate, one minus
something, or a vector of parameters: what multiplies unit by unit. So the GRU, a leaky unit and
exponential smoothing have Ⓐ and Ⓑ, and a tanh network has none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from . import syntax as s
from .functions import Array
from .graph import Graph
from .interpret import Past, evaluate
from .render import Substitution, unicode, with_numbers

WORDS = {"Ⓐ": ("keep", "past"), "Ⓑ": ("let in", "new"), "Ⓒ": ("let out", "memory")}
"""For each part: how much to do what, and with what."""


@dataclass(frozen=True)
class Part:
    """One labelled term of an equation.

    Attributes
    ----------
    label : {"Ⓐ", "Ⓑ", "Ⓒ"}
    expression : Expression
        The term, its share first.
    share : Expression or None
        None where all of it goes through.
    """

    label: str
    expression: s.Expression
    share: s.Expression | None

    @property
    def words(self) -> str:
        """What it is: ``keep × past``; without a share, ``past``."""
        how_much, what = WORDS[self.label]
        return what if self.share is None else f"{how_much} × {what}"

    @property
    def symbols(self) -> str:
        """The term in symbols, as ``f ⊙ cₜ₋₁``."""
        return unicode(self._equation).partition(" = ")[2]

    def with_numbers(
        self, now: Mapping[str, Array], past: Past, unit: int,
        format_number: Callable[[float], str] = lambda value: f"{value:.3g}",
    ) -> Substitution:  # fmt: skip
        """The term with the numbers of one unit; as for a whole equation."""
        value = evaluate(self.expression, now, past)
        return with_numbers(
            self._equation, {**now, self.label: value}, past, unit, format_number
        )

    @property
    def _equation(self) -> s.Equation:
        return s.Equation(self.label, self.expression, self.words, "")


def parts_of(graph: Graph) -> dict[str, tuple[Part, ...]]:
    """The labelled terms of a cell's equations.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    dict of str to tuple of Part
        By signal, in reading order; together they are the whole right side. Signals without such
        a term are left out.
    """
    found: dict[str, tuple[Part, ...]] = {}
    for name in graph.states:
        parts = _memory(graph, name)
        if parts:
            found[name] = parts
    memories = tuple(found)
    for name, signal in graph.signals.items():
        if name not in found:
            shown = _shown(graph, signal.equation.expression, memories)
            if shown:
                found[name] = (shown,)
    return found


def memory_of(graph: Graph) -> str:
    """The state that stands for a cell's memory: the first that Ⓐ + Ⓑ make, or its first state.

    Empty for a cell without a state.
    """
    gated = [name for name in parts_of(graph) if graph.signals[name].is_state]
    return next(iter([*gated, *graph.states]), "")


def labelled(parts: tuple[Part, ...], texts: Iterable[str]) -> str:
    """An equation's right side with its labels: ``Ⓐ f ⊙ cₜ₋₁ + Ⓑ i ⊙ g``."""
    return " + ".join(f"{part.label} {text}" for part, text in zip(parts, texts, strict=True))


def _memory(graph: Graph, name: str) -> tuple[Part, ...]:
    """Ⓐ and Ⓑ of a state."""
    expression = graph.signals[name].equation.expression
    if not (isinstance(expression, s.Binary) and expression.op == "+"):
        return ()
    past = s.Lagged(name, 1)
    terms = (expression.left, expression.right)
    kept = [term for term in terms if past in _factors(term)]
    if len(kept) != 1:
        return ()
    entering = terms[1] if kept[0] is terms[0] else terms[0]
    keep = [factor for factor in _factors(kept[0]) if factor != past]
    if past in entering.walk() or not all(_is_share(graph, factor) for factor in keep):
        return ()
    new = _factors(entering)
    let_in = next((factor for factor in new if _is_share(graph, factor)), None)
    if len(new) < 2:
        let_in = None
    if not keep and let_in is None:
        return ()
    kept_part = _part("Ⓐ", keep, [past])
    new_part = _part(
        "Ⓑ", [let_in] if let_in else [], [factor for factor in new if factor is not let_in]
    )
    return (kept_part, new_part) if kept[0] is terms[0] else (new_part, kept_part)


def _shown(graph: Graph, expression: s.Expression, memories: tuple[str, ...]) -> Part | None:
    """Ⓒ of a signal: a share of a function of a memory."""
    factors = _factors(expression)
    shares = [factor for factor in factors if _is_share(graph, factor)]
    rest = [factor for factor in factors if not _is_share(graph, factor)]
    about = [s.Name(name) for name in memories]
    if not shares or len(rest) != 1 or not any(name in rest[0].walk() for name in about):
        return None
    if any(isinstance(node, s.Binary) and node.op == "@" for node in rest[0].walk()):
        return None
    return _part("Ⓒ", shares, rest)


def _part(label: str, shares: list[s.Expression], what: list[s.Expression]) -> Part:
    """A term, its share first."""
    if not shares:
        return Part(label, _product(what), None)
    share = _product(shares)
    return Part(label, s.Binary("*", share, _product(what)), share)


def _is_share(graph: Graph, node: s.Expression) -> bool:
    """Whether a factor says how much of another: a gate, one minus something, parameters."""
    if isinstance(node, s.Number):
        return True
    if isinstance(node, s.Binary) and node.op == "-" and node.left == s.Number(1.0):
        return _is_share(graph, node.right)
    if isinstance(node, s.Name):
        signal = graph.signals.get(node.id)
        return signal.is_gate if signal else node.id in graph.params
    return False


def _factors(node: s.Expression) -> list[s.Expression]:
    """Factors of an elementwise product."""
    if isinstance(node, s.Binary) and node.op == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _product(factors: list[s.Expression]) -> s.Expression:
    product = factors[0]
    for factor in factors[1:]:
        product = s.Binary("*", product, factor)
    return product
