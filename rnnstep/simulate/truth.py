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
_UNKNOWN, _TRUE = np.uint64(0x0101010101010101), np.uint64(0x0202020202020202)
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


def some(truth: Array) -> Array:
    """Whether it is so for some unit: the largest of each row, ``(steps, 1)``.

    Eight units at a time: a byte of 2 says true, one of 1 unknown, and words are joined by *or*.
    NumPy's maximum over so few columns takes several times as long.
    """
    steps, units = truth.shape
    bytes_ = np.zeros((steps, -(-units // 8) * 8), TRUTH)
    np.add(truth, 1, out=bytes_[:, :units])
    words = bytes_.view(np.uint64)
    joined = words[:, 0]
    for column in range(1, words.shape[1]):
        joined = joined | words[:, column]
    found = np.where(joined & _TRUE, 1, np.where(joined & _UNKNOWN, 0, -1))
    return found.astype(TRUTH)[:, None]


def each(truth: Array) -> Array:
    """Whether it is so for every unit: the smallest of each row, ``(steps, 1)``."""
    return np.negative(some(np.negative(truth)))


def _truths(held: Array, missing: Array) -> Array:
    found = held.view(TRUTH) * 2 - 1
    if missing.any():
        found[np.broadcast_to(missing, found.shape)] = 0
    return found
