"""Where a scenario is to be opened, as options say it. Nothing heavy is imported for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Opening:
    """Where to open a scenario.

    Attributes
    ----------
    at : str
        A step or a mark; with ``.3`` behind it, inside the step, after 3 of its equations. Empty:
        where the file says, or else the initial state.
    lane : str
        The active lane; the first unless given.
    unit : int or None
        Its selected unit.
    signal : str
        Its selected signal; the first state unless given.
    panel : str
        A panel, with ``:`` and what it is about, as in ``flow:c``; ``none`` for none.
    patches : tuple of str
        Forks to make, one after the other, as at the prompt.
    breaks : tuple of str
        Breakpoints beside those of the file.
    diff : bool or None
        Whether differences are shown; as the file says, if None.
    against, align : str or None
        What lanes are compared with and which steps stand beside each other, as at the prompt;
        as the file says, if None.
    """

    at: str = ""
    lane: str = ""
    unit: int | None = None
    panel: str = ""
    patches: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    signal: str = ""
    diff: bool | None = None
    against: str | None = None
    align: str | None = None
