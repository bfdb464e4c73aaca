"""Where a scenario opens, what is selected and what is shown: its section ``open``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from ..errors import StepError, listed, suggest
from . import schema
from .positions import Document
from .positions import Path as Where
from .scenario import Scenario

SHOWN: tuple[str, ...] = get_args(schema.Shown)
"""What can be switched on in a session."""


@dataclass(frozen=True)
class View:
    """Where one stands in a session, and what one sees.

    Attributes
    ----------
    at : int
        Step.
    equation : int or None
        How many equations of the step are done; None for all.
    lane : str
        The active one; empty for the first.
    units : mapping of str to int
        The selected unit by lane; 0 where none is given.
    signals : mapping of str to str
        The selected signal by lane; the first state where none is given.
    panel : str
        The panel that is open, with ``:`` and what it is about, as ``flow:c``; empty for none.
    hidden : tuple of str
        Lanes that are not shown.
    show : tuple of str
        Which of ``SHOWN`` are on.
    marks : tuple of int
        Steps marked by hand.
    find : str
        The condition that was searched for; empty for none.
    against : str
        The lane that the others are compared with; empty for parents.
    align : str
        Which steps stand beside each other then, as ``cue:query``; empty for the same ones.
    """

    at: int = 0
    equation: int | None = None
    lane: str = ""
    units: Mapping[str, int] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)
    panel: str = ""
    hidden: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    marks: tuple[int, ...] = ()
    find: str = ""
    against: str = ""
    align: str = ""


def build_view(
    document: Document,
    section: schema.Opening,
    scenario: Scenario,
    step: Callable[[int | str, Where], int | None],
    condition: Callable[[str, int, Where], bool],
) -> View | None:
    """Make the view of a section ``open``, or note what is wrong with it.

    Parameters
    ----------
    document : Document
        Takes the problems.
    section : schema.Opening
    scenario : Scenario
        With its lanes.
    step : callable
        ``step(at, where)`` finds a step by number or mark, or notes why it cannot.
    condition : callable
        ``condition(text, step, where)`` says whether a condition can be asked, or notes why not.
    """
    before = len(document.problems)
    models = scenario.models
    at = step(section.at, ("open", "at"))
    marks = [step(mark, ("open", "marks", k)) for k, mark in enumerate(section.marks)]
    named: list[tuple[str, Where]] = [(name, ("open", "units", name)) for name in section.units]
    named += [(name, ("open", "signals", name)) for name in section.signals]
    named += [(name, ("open", "hidden", k)) for k, name in enumerate(section.hidden)]
    for key in ("lane", "against"):
        lane = getattr(section, key)
        named += [(lane, ("open", key))] if lane else []
    if section.align:
        try:
            scenario.find_shift(section.align)
        except StepError as error:
            document.problem(("open", "align"), str(error))
    for name, where in named:
        if name not in models:
            document.problem(
                where, f"there is no lane {name!r}{suggest(name, models)};"
                f" there are {listed(models)}"
            )  # fmt: skip
    for name, unit in section.units.items():
        if name in models:
            size = models[name].sizes.signals[models[name].cell.output]
            if unit >= size:
                document.problem(
                    ("open", "units", name), f"{name} has no unit {unit}; it has 0 to {size - 1}"
                )
    for name, signal in section.signals.items():
        if name in models and signal not in models[name].cell.graph.signals:
            there = models[name].cell.graph.signals
            document.problem(
                ("open", "signals", name),
                f"{name} has no signal {signal!r}{suggest(signal, there)}; it has {listed(there)}",
            )
    if section.find:
        condition(section.find, 1, ("open", "find"))
    if set(section.hidden) >= set(models):
        document.problem(("open", "hidden"), "one lane stays on the screen")
    if len(document.problems) > before:
        return None
    return View(
        at or 0, section.equation, section.lane or "", dict(section.units), dict(section.signals),
        section.panel, tuple(section.hidden), tuple(section.show),
        tuple(mark for mark in marks if mark is not None), " ".join(section.find.split()),
        section.against or "", section.align or "",
    )  # fmt: skip
