"""The options that say in which form a command prints, of which one at most can be given."""

from __future__ import annotations

from ..errors import RnnstepError


def one_form(**asked: bool) -> str:
    """The form that is asked for, by the option's name; ``text`` if none is.

    Raises
    ------
    RnnstepError
        If two are.
    """
    given = [name for name, on in asked.items() if on]
    if len(given) > 1:
        raise RnnstepError(f"--{given[0]} and --{given[1]} exclude each other")
    return given[0] if given else "text"
