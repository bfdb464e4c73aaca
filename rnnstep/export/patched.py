"""What patches did to a value or an input, in the words of a scenario's file."""

from __future__ import annotations

from collections.abc import Callable

from ..scenario.run import Reading
from ..simulate.patched import Change


def changes_text(
    changes: tuple[Change, ...], format_number: Callable[[float], str], unchanged: str = "unchanged"
) -> str:
    """Each patch that fired on a value and what it left: ``c[9] hold at 100..last → 1.933``."""
    return "; ".join(
        f"{change.patch} → {format_number(change.after)}"
        + ("" if change.changed else f", {unchanged}")
        for change in changes
    )


def edit_text(reading: Reading, given: str, unchanged: str = "unchanged") -> str:
    """The patches that fired on an input, and what it is without them: ``x symbol 'B' at 1; the
    tape has C``.

    Parameters
    ----------
    reading : Reading
        With patches.
    given : str
        Where the input comes from, in front of what it would be: ``the tape has``.
    unchanged : str
        How one says that it is the same.
    """
    patches = "; ".join(map(str, reading.patches))
    return f"{patches}; {given} {reading.before}" if reading.changed else f"{patches}, {unchanged}"
