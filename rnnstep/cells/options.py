"""Checking the options of a cell."""

from __future__ import annotations

from ..errors import ParamsError, suggest


def choose(cell: str, option: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise unless ``value`` is one of ``choices``.

    Raises
    ------
    ParamsError
        Naming the cell, the option, the value and the choices.
    """
    # 1 == True in Python; a number is no answer to a yes-or-no question.
    if any(value == choice and type(value) is type(choice) for choice in choices):
        return
    words = [str(c).lower() if isinstance(c, bool) else str(c) for c in choices]
    hint = suggest(value, words) if isinstance(value, str) else ""
    raise ParamsError(f"{cell}: {option} is {value!r}{hint}; it can be {' or '.join(words)}")
