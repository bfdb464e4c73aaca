"""The table of functions: what each computes, its derivative in one line, its range, its symbols.

A derivative is text of the language itself, in ``a``, ``b``, ``c`` (the arguments) and ``y`` (the
value), one for each argument; it is compiled like any equation. Functions take arrays of any
leading shape and work along the last axis; elementwise ones take ``out``. They also take complex
arrays, which makes every model open to the complex-step derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Interval = tuple[float, float]


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes
    ----------
    name : str
        Its name in equations.
    arity : int
        How many arguments it takes; -1 is one or more.
    forward : callable
        ``forward(*arrays, out=None)``.
    kind : {"elementwise", "reduce", "softmax", "concat", "outer", "history"}
        How sizes and derivatives go through it.
    derivative : tuple of str
        For elementwise functions, one text for each argument; "0" for none.
    bounds : callable
        Interval of the values from the intervals of the arguments.
    latex : str
        How it is set in LaTeX.
    about : str
        One line for ``rnnstep explain`` and the docs.
    """

    name: str
    arity: int
    forward: Callable[..., Array]
    kind: str
    derivative: tuple[str, ...]
    bounds: Callable[..., Interval]
    latex: str
    about: str

    def check_arguments(self, count: int, error: Callable[[str], Exception]) -> None:
        """Raise ``error(text)`` if the function cannot take ``count`` arguments."""
        if self.arity == count or (self.arity < 0 and count >= 1):
            return
        wanted = "at least one" if self.arity < 0 else str(self.arity)
        raise error(f"{self.name} takes {wanted} argument{'s' * (self.arity != 1)}, not {count}")


def sigmoid(a: Array, out: Array | None = None) -> Array:
    """Logistic function, as 0.5·(1 + tanh(a/2)), which cannot overflow."""
    y = np.multiply(a, 0.5, out=out)
    y = np.tanh(y, out=out)
    y = np.multiply(y, 0.5, out=out)
    return np.add(y, 0.5, out=out)


def relu(a: Array, out: Array | None = None) -> Array:
    """max(a, 0); NaN stays NaN."""
    if np.iscomplexobj(a):
        return _copy(np.where(a.real > 0, a, 0), out)
    return np.maximum(a, 0, out=out)


def step(a: Array, out: Array | None = None) -> Array:
    """1 where a > 0, else 0: the derivative of relu, 0 at 0 as in PyTorch."""
    return _copy(np.greater(np.real(a), 0).astype(a.dtype), out)


def inside(a: Array, low: Array, high: Array, out: Array | None = None) -> Array:
    """1 where low <= a <= high, else 0: the derivative of clip, 1 at the ends as in PyTorch."""
    a_, low_, high_ = np.real(a), np.real(low), np.real(high)
    return _copy(((low_ <= a_) & (a_ <= high_)).astype(np.asarray(a).dtype), out)


def clip(a: Array, low: Array, high: Array, out: Array | None = None) -> Array:
    """a held between low and high; NaN stays NaN."""
    if np.iscomplexobj(a):
        held = np.where(a.real < np.real(low), low, np.where(a.real > np.real(high), high, a))
        return _copy(held, out)
    return np.minimum(np.maximum(a, low), high, out=out)


def hard_sigmoid(a: Array, out: Array | None = None) -> Array:
    """clip(0.2·a + 0.5, 0, 1), as in ONNX and Keras 1 and 2; Keras 3 has the slope 1/6."""
    return clip(np.add(np.multiply(a, 0.2), 0.5), np.zeros(()), np.ones(()), out=out)


def softplus(a: Array, out: Array | None = None) -> Array:
    """log(1 + exp(a)) without overflow."""
    if np.iscomplexobj(a):
        m = np.maximum(a.real, 0)
        return _copy(m + np.log(np.exp(-m) + np.exp(a - m)), out)
    return np.logaddexp(a, 0, out=out)


def absolute(a: Array, out: Array | None = None) -> Array:
    """|a|."""
    if np.iscomplexobj(a):
        return _copy(np.where(a.real < 0, -a, a), out)
    return np.abs(a, out=out)


def sign(a: Array, out: Array | None = None) -> Array:
    """-1, 0 or 1."""
    return _copy(np.sign(np.real(a)).astype(np.asarray(a).dtype), out)


def maximum(a: Array, b: Array, out: Array | None = None) -> Array:
    """The larger of a and b, element by element.

    Where they are equal each has half of the derivative, as ``torch.maximum`` gives it: the mean of
    what it is on either side.
    """
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        return _copy(np.where(np.real(a) >= np.real(b), a, b), out)
    return np.maximum(a, b, out=out)


def minimum(a: Array, b: Array, out: Array | None = None) -> Array:
    """The smaller of a and b, element by element; where they are equal, as `maximum`."""
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        return _copy(np.where(np.real(a) <= np.real(b), a, b), out)
    return np.minimum(a, b, out=out)


def identity(a: Array, out: Array | None = None) -> Array:
    """a itself (a copy)."""
    return _copy(np.asarray(a), out)


def total(a: Array, out: Array | None = None) -> Array:
    """Sum over the units, of size 1."""
    return np.sum(a, axis=-1, keepdims=True, out=out)


def softmax(a: Array, out: Array | None = None) -> Array:
    """exp(a) over its sum over the units, shifted by the largest so that it cannot overflow."""
    shifted = a - np.max(np.real(a), axis=-1, keepdims=True)
    e = np.exp(shifted)
    return np.divide(e, np.sum(e, axis=-1, keepdims=True), out=out)


def concat(*parts: Array, out: Array | None = None) -> Array:
    """The parts behind each other."""
    lead = np.broadcast_shapes(*(p.shape[:-1] for p in parts))
    return np.concatenate([np.broadcast_to(p, lead + p.shape[-1:]) for p in parts], -1, out=out)


def outer(a: Array, b: Array, out: Array | None = None) -> Array:
    """All products a_i · b_j; that of a_i and b_j is unit i·|b| + j."""
    products = a[..., :, None] * b[..., None, :]
    return _copy(products.reshape(*products.shape[:-2], -1), out)


def history(a: Array, out: Array | None = None) -> Array:
    """The rows of ``(T, ..., n)`` behind each other, the newest first: ``(..., T·n)``."""
    newest_first = np.moveaxis(a[::-1], 0, -2)
    return _copy(newest_first.reshape(*a.shape[1:-1], -1), out)


def _copy(values: Array, out: Array | None) -> Array:
    if out is None:
        return np.array(values)
    out[...] = values
    return out


def _monotone(function: Callable[[float], float]) -> Callable[[Interval], Interval]:
    return lambda a: (function(a[0]), function(a[1]))


def _guard(function: Callable[[float], float]) -> Callable[[float], float]:
    def guarded(value: float) -> float:
        try:
            return function(value)
        except OverflowError:
            return math.inf

    return guarded


def _hull(*parts: Interval) -> Interval:
    return min(p[0] for p in parts), max(p[1] for p in parts)


def _positive_log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


_EXP = _guard(math.exp)
_F = Function
_ENTRIES: list[tuple[Any, ...]] = [
    ("sigmoid", 1, sigmoid, "elementwise", ("y * (1 - y)",), lambda a: (0.0, 1.0), r"\sigma",
     "logistic function, 1/(1 + exp(-a))"),
    ("tanh", 1, np.tanh, "elementwise", ("1 - y * y",), _monotone(math.tanh), r"\tanh",
     "hyperbolic tangent"),
    ("relu", 1, relu, "elementwise", ("step(a)",), _monotone(lambda v: max(v, 0.0)),
     r"\operatorname{relu}", "max(a, 0)"),
    ("softmax", 1, softmax, "softmax", (), lambda a: (0.0, 1.0), r"\operatorname{softmax}",
     "exp(a) over its sum: probabilities"),
    ("exp", 1, np.exp, "elementwise", ("y",), _monotone(_EXP), r"\exp", "exponential"),
    ("log", 1, np.log, "elementwise", ("1 / a",), _monotone(_positive_log), r"\log",
     "natural logarithm"),
    ("sqrt", 1, np.sqrt, "elementwise", ("0.5 / y",),
     _monotone(lambda v: math.sqrt(max(v, 0.0))), r"\sqrt", "square root"),
    ("softplus", 1, softplus, "elementwise", ("sigmoid(a)",),
     _monotone(lambda v: v if v > 30 else math.log1p(_EXP(v))), r"\operatorname{softplus}",
     "log(1 + exp(a))"),
    ("identity", 1, identity, "elementwise", ("1",), lambda a: a, r"\operatorname{id}", "a itself"),
    ("hard_sigmoid", 1, hard_sigmoid, "elementwise", ("0.2 * inside(0.2 * a + 0.5, 0, 1)",),
     lambda a: (0.0, 1.0), r"\hat\sigma", "clip(0.2 a + 0.5, 0, 1), as in ONNX"),
    ("clip", 3, clip, "elementwise", ("inside(a, b, c)", "0", "0"),
     lambda a, b, c: (min(max(a[0], b[0]), c[0]), min(max(a[1], b[1]), c[1])),
     r"\operatorname{clip}", "a held between b and c"),
    ("abs", 1, absolute, "elementwise", ("sign(a)",),
     lambda a: (0.0, max(abs(a[0]), abs(a[1]))), r"\operatorname{abs}", "magnitude"),
    ("sign", 1, sign, "elementwise", ("0",), lambda a: (-1.0, 1.0), r"\operatorname{sign}",
     "-1, 0 or 1"),
    ("step", 1, step, "elementwise", ("0",), lambda a: (0.0, 1.0), r"\operatorname{step}",
     "1 where a > 0, else 0"),
    ("inside", 3, inside, "elementwise", ("0", "0", "0"), lambda a, b, c: (0.0, 1.0),
     r"\operatorname{inside}", "1 where b <= a <= c, else 0"),
    ("maximum", 2, maximum, "elementwise",
     ("0.5 * (1 + step(a - b) - step(b - a))", "0.5 * (1 + step(b - a) - step(a - b))"),
     lambda a, b: (max(a[0], b[0]), max(a[1], b[1])), r"\max", "the larger of two"),
    ("minimum", 2, minimum, "elementwise",
     ("0.5 * (1 + step(b - a) - step(a - b))", "0.5 * (1 + step(a - b) - step(b - a))"),
     lambda a, b: (min(a[0], b[0]), min(a[1], b[1])), r"\min", "the smaller of two"),
    ("sum", 1, total, "reduce", (), lambda a: (-math.inf if a[0] < 0 else 0.0, math.inf), r"\sum",
     "sum over the units, of size 1"),
    ("concat", -1, concat, "concat", (), _hull, r"\operatorname{concat}",
     "the arguments behind each other"),
    ("outer", 2, outer, "outer", (),
     lambda a, b: _hull(*((v, v) for v in (p * q if p and q else 0.0 for p in a for q in b))),
     r"\operatorname{outer}", "all products a_i b_j, one behind the other"),
    ("history", 1, history, "history", (), lambda a: a, r"\operatorname{history}",
     "all inputs so far, newest first; stands only as W @ history(x)"),
]  # fmt: skip

FUNCTIONS: dict[str, Function] = {entry[0]: _F(*entry) for entry in _ENTRIES}
"""Every function of the language, by name."""
