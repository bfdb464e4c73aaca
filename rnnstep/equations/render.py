"""Expressions back to text: plain, Unicode, LaTeX, and with the numbers of a step put in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from . import syntax as s
from .functions import FUNCTIONS, Array
from .history import history_of
from .interpret import Past, evaluate

_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
_UNARY = 3
_ATOM = 5


@dataclass(frozen=True)
class Style:
    """How one form of text writes the parts of an expression."""

    name: Callable[[str], str]
    lagged: Callable[[str, int], str]
    operators: Mapping[str, str]
    function: Callable[[str], str]
    minus: str
    power: Callable[[str, str], str]
    brackets: tuple[str, str] = ("(", ")")
    fraction: Callable[[str, str], str] | None = None
    history: Callable[[str], str] | None = None


def plain_expression(node: s.Expression) -> str:
    """Write an expression in the language itself; parsing it again gives an equal expression.

    Conditions can be written too.
    """
    return _write(node, PLAIN, -1)


def plain(equation: s.Equation) -> str:
    """Write an equation in the language itself."""
    return f"{equation.name} = {plain_expression(equation.expression)}"


def unicode(equation: s.Equation) -> str:
    """Write an equation with mathematical symbols: ``f = σ(W_f·x + U_f·hₜ₋₁ + b_f)``."""
    return f"{equation.name} = {_write(equation.expression, UNICODE, 0)}"


def latex(equation: s.Equation, steps: frozenset[str] = frozenset({"x"})) -> str:
    """Write an equation for LaTeX's math mode.

    Parameters
    ----------
    equation : Equation
    steps : frozenset of str
        Names that change from step to step and so carry the index t; the rest are parameters.
    """
    style = _latex_style(steps | {equation.name})
    return f"{style.name(equation.name)} = {_write(equation.expression, style, 0)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _write(node: s.Expression, style: Style, outer: int, right: bool = False) -> str:
    """Write a node inside an operator of level ``outer``, bracketed where it would bind wrongly."""
    text, level = _bare(node, style)
    if level < outer or (level == outer and right and level != _ATOM):
        return f"{style.brackets[0]}{text}{style.brackets[1]}"
    return text


def _bare(node: s.Expression, style: Style) -> tuple[str, int]:
    if isinstance(node, s.Number):
        if node.value < 0 or math.copysign(1, node.value) < 0:
            return style.minus + _number(-node.value), _UNARY
        return _number(node.value), _ATOM
    if isinstance(node, s.Name):
        return style.name(node.id), _ATOM
    if isinstance(node, s.Lagged):
        return style.lagged(node.id, node.lag), _ATOM
    if isinstance(node, s.Unary):
        return style.minus + _write(node.operand, style, _UNARY), _UNARY
    history = history_of(node)
    if history is not None and style.history:
        return style.history(history), _ATOM
    if isinstance(node, s.Call):
        parts = [_write(argument, style, 0) for argument in node.arguments]
        parts += [f"{key}={_write(value, style, 0)}" for key, value in node.keywords]
        inner = ", ".join(parts)
        name = style.function(node.function)
        return f"{name}{style.brackets[0]}{inner}{style.brackets[1]}", _ATOM
    if isinstance(node, s.Binary):
        level = _LEVEL[node.op]
        if node.op == "**":
            base = _write(node.left, style, _ATOM)
            return style.power(base, _write(node.right, style, 0)), level
        if node.op == "/" and style.fraction:
            return style.fraction(_write(node.left, style, 0), _write(node.right, style, 0)), _ATOM
        left = _write(node.left, style, level)
        return left + style.operators[node.op] + _write(node.right, style, level, True), level
    return _bare_condition(node, style)


def _bare_condition(node: s.Expression, style: Style) -> tuple[str, int]:
    """The part of the language that only conditions have."""

    def write(part: s.Expression, outer: int = 0) -> str:
        return _write(part, style, outer)

    if isinstance(node, s.Text):
        return repr(node.value), _ATOM
    if isinstance(node, s.Attribute):
        return f"{write(node.base, _ATOM)}.{node.name}", _ATOM
    if isinstance(node, s.Past):
        return f"{write(node.base, _ATOM)}[t-{node.lag}]", _ATOM
    if isinstance(node, s.Index):
        return f"{write(node.base, _ATOM)}[{write(node.index)}]", _ATOM
    if isinstance(node, s.Slice):
        start, stop = ("" if part is None else write(part) for part in (node.start, node.stop))
        return f"{start}:{stop}", _ATOM
    if isinstance(node, s.Compare):
        parts = [write(node.first, 1)]
        parts += [f"{op} {write(b, 1)}" for op, b in zip(node.ops, node.others, strict=True)]
        return " ".join(parts), 0
    if isinstance(node, s.Logic):
        inner = [
            f"({write(part, -1)})" if isinstance(part, s.Logic) else write(part, -1)
            for part in node.operands
        ]
        return f" {node.op} ".join(inner), -1
    if isinstance(node, s.Not):
        return f"not {write(node.operand, 1)}", -1
    raise TypeError(f"{type(node).__name__} cannot be written")


PLAIN = Style(
    name=str,
    lagged=lambda name, lag: f"{name}[t-{lag}]",
    operators={op: f" {op} " for op in _LEVEL},
    function=str,
    minus="-",
    power=lambda base, exponent: f"{base} ** {exponent}",
)

_SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "theta": "θ", "kappa": "κ",
    "mu": "μ", "rho": "ρ", "phi": "φ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_FUNCTION_SIGNS = {"sigmoid": "σ", "sum": "Σ", "identity": "id"}


def _greek_letters(name: str) -> str:
    """``phi_1`` as ``φ₁``; names that do not begin with a Greek letter's name stay."""
    base, sign, rest = name.partition("_")
    if base not in _GREEK:
        return name
    return _GREEK[base] + (rest.translate(_SUBSCRIPTS) if rest.isdecimal() else sign + rest)


UNICODE = Style(
    name=_greek_letters,
    lagged=lambda name, lag: f"{_greek_letters(name)}ₜ{f'-{lag}'.translate(_SUBSCRIPTS)}",
    operators={"+": " + ", "-": " − ", "*": " ⊙ ", "/": " / ", "@": "·", "**": "^"},
    function=lambda name: _FUNCTION_SIGNS.get(name, name),
    minus="−",
    power=lambda base, exponent: f"{base}^{exponent}",
    history=lambda name: f"{name}ₜ…₁",
)


def _latex_style(steps: frozenset[str]) -> Style:
    def name(text: str, lag: int = 0) -> str:
        base, _, sub = text.partition("_")
        if base in _GREEK:
            base = rf"\{base}"
        elif len(base) > 1:
            base = rf"\mathrm{{{base}}}"
        sub = sub.replace("_", r"\_")
        if text in steps or lag:
            at = f"t-{lag}" if lag else "t"
            sub = f"{sub},{at}" if sub else at
        return f"{base}_{{{sub}}}" if len(sub) > 1 else f"{base}_{sub}" if sub else base

    return Style(
        name=name,
        lagged=name,
        operators={"+": " + ", "-": " - ", "*": r" \odot ", "/": " / ", "@": r"\,"},
        function=lambda text: FUNCTIONS[text].latex,
        minus="-",
        power=lambda base, exponent: f"{{{base}}}^{{{exponent}}}",
        brackets=(r"\left(", r"\right)"),
        fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
        history=lambda text: f"{text}_{{t:1}}",
    )


@dataclass(frozen=True)
class Substitution:
    """One equation of a step for one unit.

    Attributes
    ----------
    signal : str
    symbols : str
        The equation in symbols.
    numbers : str
        Its right side with the unit's numbers in place of the symbols; a matrix product is one
        number, the unit's row of it.
    value : float
        What the equation gave.
    terms : tuple of (str, float)
        The summands of the outermost sum (of a function's argument if it is one), symbol and
        value: what the number is made of.
    """

    signal: str
    symbols: str
    numbers: str
    value: float
    terms: tuple[tuple[str, float], ...]


def with_numbers(
    equation: s.Equation,
    now: Mapping[str, Array],
    past: Past,
    unit: int,
    format_number: Callable[[float], str] = lambda value: f"{value:.3g}",
    given: float | None = None,
) -> Substitution:
    """Put the numbers of one unit into an equation.

    Parameters
    ----------
    equation : Equation
    now : mapping of str to (n,) ndarray
        Parameters, inputs and the signals of this step up to and with this equation.
    past : callable
        ``past(name, k)`` is the value of ``name`` k steps ago.
    unit : int
        Which unit, from 0. A signal of size 1 has only unit 0.
    format_number : callable
        How a number is written.
    given : float, optional
        What the equation gave, where the signal has another value by now.

    Returns
    -------
    Substitution
    """

    def at(node: s.Expression) -> float:
        value = np.atleast_1d(evaluate(node, now, past))
        return float(value[unit] if len(value) > 1 else value[0])

    def write(node: s.Expression, outer: int = 0, right: bool = False) -> str:
        text, level = bare(node)
        bracket = level < outer or (level == outer and right and level != _ATOM)
        return f"({text})" if bracket else text

    def bare(node: s.Expression) -> tuple[str, int]:
        kind = FUNCTIONS[node.function].kind if isinstance(node, s.Call) else ""
        whole = kind not in ("", "elementwise")
        product = isinstance(node, s.Binary) and node.op == "@"
        if isinstance(node, s.Name | s.Lagged) or product or kind in ("reduce", "concat", "outer"):
            value = at(node)
            shown = format_number(value).replace("-", "−")
            return shown, _UNARY if shown.startswith("−") else _ATOM
        if isinstance(node, s.Call):
            name = UNICODE.function(node.function)
            inner = ", ".join(write(argument) for argument in node.arguments)
            return (f"{name}(…{inner}…)" if whole else f"{name}({inner})"), _ATOM
        if isinstance(node, s.Unary):
            return "−" + write(node.operand, _UNARY), _UNARY
        if isinstance(node, s.Binary) and node.op != "**":
            level = _LEVEL[node.op]
            sign = " × " if node.op == "*" else UNICODE.operators[node.op]
            left, right = write(node.left, level), write(node.right, level, True)
            if node.op in "+-" and right.startswith("−"):
                # 0.2 + −0.1 reads 0.2 − 0.1.
                sign, right = (" − " if node.op == "+" else " + "), right[1:]
            return left + sign + right, level
        if isinstance(node, s.Binary):
            return f"{write(node.left, _ATOM)}^{write(node.right)}", _LEVEL["**"]
        return _bare(node, UNICODE)

    result = np.atleast_1d(now[equation.name])
    value = float(result[unit] if len(result) > 1 else result[0]) if given is None else given
    inner = equation.expression
    if isinstance(inner, s.Call) and len(inner.arguments) == 1:
        inner = inner.arguments[0]
    with np.errstate(all="ignore"):
        terms = tuple((_write(term, UNICODE, 0), sign * at(term)) for sign, term in _terms(inner))
        return Substitution(
            equation.name, unicode(equation), write(equation.expression), value, terms
        )


def _terms(node: s.Expression, sign: int = 1) -> list[tuple[int, s.Expression]]:
    """Summands of an expression with their signs."""
    if isinstance(node, s.Binary) and node.op in "+-":
        after = sign if node.op == "+" else -sign
        return [*_terms(node.left, sign), *_terms(node.right, after)]
    return [(sign, node)]
