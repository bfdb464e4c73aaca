"""Truth in conditions: true, false, or unknown where something that is asked about is not there.

A comparison with NaN, or with an answer or a target where there is none, is unknown; so is its
negation. ``and``, ``or``, ``any`` and ``all`` follow Kleene (Introduction to Metamathematics, 1952,
section 64): what is known decides where it can. A condition holds only where it is true.

Truths are arrays of int8: 1 true, 0 unknown, -1 false. Then not is the negative, and the minimum,
or the maximum.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
TRUTH = np.dtype(np.int8)
_NOTHING = np.array(None, object)
WORDS = {1: "true", 0: "unknown", -1: "false"}


def absent(value: Array) -> Array:
    """Where a value is not there: NaN among numbers, None among symbols."""
    if value.dtype == object:
        return np.equal(value, _NOTHING).astype(bool)
    return np.isnan(value) if value.dtype.kind == "f" else np.zeros((1, 1), bool)


def truths(value: Array) -> Array:
    """Truths as they are; numbers as whether they differ from 0, unknown where there is none."""
    if value.dtype == TRUTH:
        return value
    return _truths(value != 0, absent(value))


def numbers(value: Array) -> Array:
    """Truths as numbers, 1, 0 and NaN; anything else as it is."""
    if value.dtype != TRUTH:
        return value
    return np.where(value == 0, np.nan, value > 0)


def compared(operation: Callable[[Array, Array], Array], a: Array, b: Array) -> Array:
    """The truth of a comparison of two arrays that can be broadcast together."""
    # A column of a recording is fetched from memory once, not once for each look at it.
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    return _truths(operation(a, b).astype(bool, copy=False), absent(a) | absent(b))


def _truths(held: Array, missing: Array) -> Array:
    found = held.view(TRUTH) * 2 - 1
    if missing.any():
        found[np.broadcast_to(missing, found.shape)] = 0
    return found
