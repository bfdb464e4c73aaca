"""The functions and operators that every condition has; scenarios add measures to them.

All work along the last axis, the units, except those over time, which work along the steps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..equations.functions import FUNCTIONS
from .truth import each, some

Array = np.ndarray

JUDGING = ("any", "all", "every", "ever")
"""Functions that take truths; all others take numbers."""

REDUCTIONS: dict[str, tuple[Callable[[Array], Array], str]] = {
    "mean": (lambda a: a.mean(axis=-1, keepdims=True), "mean over the units"),
    "sum": (lambda a: a.sum(axis=-1, keepdims=True), "sum over the units"),
    "max": (lambda a: a.max(axis=-1, keepdims=True), "largest unit"),
    "min": (lambda a: a.min(axis=-1, keepdims=True), "smallest unit"),
    "norm": (lambda a: np.sqrt((a * a).sum(axis=-1, keepdims=True)), "Euclidean norm"),
    "argmax": (lambda a: a.argmax(axis=-1)[:, None].astype(float), "index of the largest unit"),
    "any": (some, "true for some unit"),
    "all": (each, "true for every unit"),
    "isnan": (lambda a: ~np.isfinite(a), "NaN or infinite, unit by unit"),
}
OVER_TIME: dict[str, tuple[Callable[[Array], Array], str]] = {
    "mean_over": (lambda a: a.mean(axis=0, keepdims=True), "mean over steps from … to …"),
    "max_over": (lambda a: a.max(axis=0, keepdims=True), "largest over steps from … to …"),
    "min_over": (lambda a: a.min(axis=0, keepdims=True), "smallest over steps from … to …"),
    "every": (lambda a: a.min(axis=0, keepdims=True), "true at every step from … to …"),
    "ever": (lambda a: a.max(axis=0, keepdims=True), "true at some step from … to …"),
}
TABLE: dict[str, str] = {
    **{name: entry.about for name, entry in FUNCTIONS.items() if entry.kind == "elementwise"},
    "softmax": FUNCTIONS["softmax"].about,
    **{name: about for name, (_, about) in REDUCTIONS.items()},
    **{name: about for name, (_, about) in OVER_TIME.items()},
    "at": "at(value, step): the value at another step",
}
"""Every function that all conditions have, and what it does."""

ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power,
}  # fmt: skip
COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
