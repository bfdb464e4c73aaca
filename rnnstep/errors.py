"""The errors that rnnstep raises: each says what was given, where, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence


class RnnstepError(Exception):
    """Base of all errors that a user can cause; ``str()`` is complete and needs no traceback."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class EquationError(RnnstepError, ValueError):
    """Something is wrong in the text of an equation or a condition.

    Attributes
    ----------
    message : str
        What is wrong, without the position.
    line, column : int
        Position in the text, both from 1.
    source : str
        The line of text that holds the error.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1, source: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.source = source

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.with_caret}"

    @property
    def with_caret(self) -> str:
        """The message, and under it the line with a caret, without the position."""
        head = self.message
        if not self.source.strip():
            return head
        # A window keeps the caret in sight on very long lines.
        first = max(0, self.column - 1 - 60)
        shown = self.source[first : first + 100].rstrip()
        return f"{head}\n    {shown}\n    {' ' * (self.column - 1 - first)}^"


class SignalError(RnnstepError, KeyError):
    """A name that is no signal (or lane, or cell) was asked for."""


class SizeError(RnnstepError, ValueError):
    """Sizes of signals or parameters contradict each other or cannot be inferred."""


class ParamsError(RnnstepError, ValueError):
    """Parameters are missing, unknown, of the wrong shape, or not numbers."""


class StepError(RnnstepError, IndexError):
    """A step or micro-step outside the trace was asked for."""


def suggest(word: str, choices: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the choice closest to ``word``, or an empty string."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def listed(choices: Iterable[str]) -> str:
    """Return the choices as ``a, b, c``, in their order, or ``none``."""
    return ", ".join(choices) or "none"


def step_hint(word: object, names: Sequence[str]) -> str:
    """Return ``; 1800 is the name of step 101: write 101`` if a step has that name, or an empty
    string; ``names`` are those of the steps from 1 on."""
    name = str(word)
    if name not in names:
        return ""
    step = names.index(name) + 1
    return f"; {name} is the name of step {step}: write {step}"


def them(names: Collection[str]) -> str:
    """Return the word that stands for what was just named: ``it`` or ``them``."""
    return "it" if len(names) == 1 else "them"
