"""Ending a computation from outside, wherever it computes frames again.

What reads a trace need not know that it may be given up: whoever starts it says what is called
before each segment that is computed, in this thread, and what that raises ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHECK: ContextVar[Callable[[], object]] = ContextVar("check", default=lambda: None)


@contextmanager
def interruptible(check: Callable[[], object]) -> Iterator[None]:
    """Have ``check`` called before each segment that is computed in this block."""
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


def look() -> None:
    """End what is computed here if it is no longer wanted."""
    _CHECK.get()()
