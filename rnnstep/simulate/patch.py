"""A patch: one intervention in a run, as data.

It says which signal (or input) is changed, at which steps, in which units, and how. It applies
right behind the signal's equation, so everything that reads the signal in the same step or later
follows the equations with the changed value, and nothing else changes. `patch_text` reads and
writes a patch as one line, such as ``f[3] set 0 at 10..20``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import RnnstepError, listed, step_hint, suggest

if TYPE_CHECKING:
    from ..cells.cell import Cell
    from ..equations.sizes import Sizes

OPERATIONS: dict[str, str] = {
    "set": "the value becomes the number given, or one number for each unit",
    "add": "the number is added",
    "scale": "the value is multiplied by the number",
    "clamp": "the value is held between two numbers; NaN stays NaN",
    "hold": "the value stays what it was at the step before the first",
    "noise": "normal noise of a standard deviation is added, the same for (seed, signal, step)",
    "swap": "the value is that of another lane at the same step, or of a lane at one step",
    "symbol": "the input is that of a symbol of the tape",
}
"""Every operation, and what it does."""


class PatchError(RnnstepError, ValueError):
    """A patch cannot be applied; ``str()`` says which one and why.

    Attributes
    ----------
    part : str
        What of the patch does not fit: signal, unit, values, operation, steps, last, or of ``swap``
        lane, source, from; empty if the patch itself is not at fault.
    unit : int or None
        The unit that there is not.
    """

    def __init__(self, message: str, part: str = "", unit: int | None = None) -> None:
        super().__init__(message)
        self.part = part
        self.unit = unit


@dataclass(frozen=True)
class Patch:
    """One intervention.

    Attributes
    ----------
    signal : str
        A signal, or an input.
    operation : str
        One of ``OPERATIONS``.
    values : tuple of float
        ``set``, ``add``, ``scale``, ``symbol``: one number, or one for each unit; ``clamp``: low
        and high; ``noise``: the standard deviation.
    units : tuple of int or None
        Which units; None is all of them.
    first, last : int
        Steps, both included; ``last`` None is the end of the run.
    seed : int
        Of ``noise``.
    lane, source : str
        Of ``swap``: where the value comes from; the same signal if ``source`` is empty.
    step : int or None
        Of ``swap``: the step that the value comes from; None is the step that is patched.
    symbol : str
        Of ``symbol``: what stands on the tape, for people; ``values`` are what it means.
    """

    signal: str
    operation: str
    values: tuple[float, ...] = ()
    units: tuple[int, ...] | None = None
    first: int = 1
    last: int | None = None
    seed: int = 0
    lane: str = ""
    source: str = ""
    step: int | None = None
    symbol: str = ""

    def covers(self, t: int) -> bool:
        """Whether step t is patched."""
        return self.first <= t and (self.last is None or t <= self.last)

    def of_unit(self, unit: int) -> Patch:
        """The same as it acts on one of its units, without the others and their numbers."""
        if self.operation in ("set", "add", "scale") and len(self.values) > 1:
            place = unit if self.units is None else self.units.index(unit)
            return replace(self, units=(unit,), values=(self.values[place],))
        return self if self.units is None else replace(self, units=(unit,))

    def __str__(self) -> str:
        from .patch_text import patch_text

        return patch_text(self)


@dataclass(frozen=True)
class LaneShape:
    """What a patch must fit: a lane's name, cell and sizes, and how many steps it runs.

    ``index`` has the names of its steps from 1 on, such as years, if they have any.
    """

    name: str
    cell: Cell
    sizes: Sizes
    length: int
    index: tuple[str, ...] = ()


def check_patch(patch: Patch, lane: LaneShape, others: Mapping[str, LaneShape]) -> None:
    """Raise PatchError unless a patch fits a lane and those that it takes values from."""
    graph, length = lane.cell.graph, lane.length

    def refuse(part: str, text: str, unit: int | None = None) -> PatchError:
        return PatchError(f"{lane.name}: the patch `{patch}` {text}", part, unit)

    known = (*lane.cell.inputs, *graph.signals)
    if patch.signal not in known:
        raise refuse(
            "signal",
            f"names {patch.signal!r}, which is no signal{suggest(patch.signal, known)};"
            f" there are {listed(known)}",
        )
    if patch.operation not in OPERATIONS:
        raise refuse("operation", f"has no known operation; there are {listed(OPERATIONS)}")
    last = length if patch.last is None else patch.last
    if patch.first == 0:
        raise refuse("steps", "begins at step 0, the initial state, which a model has as `initial`")
    for part, step in (("steps", patch.first), ("last", last)):
        if not 1 <= step <= length:
            hint = step_hint(step, lane.index)
            raise refuse(part, f"never fires at its steps; the run has steps 1 to {length}{hint}")
    if last < patch.first:
        raise refuse("steps", "ends before it begins")
    size = lane.sizes.signals[patch.signal]
    units = range(size) if patch.units is None else patch.units
    if not units:
        raise refuse("unit", "names no unit")
    wrong = [unit for unit in units if not 0 <= unit < size]
    if wrong:
        raise refuse(
            "unit", f"names unit {wrong[0]}; {patch.signal} has units 0 to {size - 1}", wrong[0]
        )
    if patch.operation == "symbol" and patch.signal not in lane.cell.inputs:
        raise refuse("operation", "puts a symbol where no input is")
    count = len(patch.values)
    if patch.operation in ("set", "add", "scale", "symbol") and count not in (1, len(units)):
        raise refuse(
            "values", f"has {count} numbers for {len(units)} units; give one, or one for each"
        )
    if patch.operation == "clamp" and (count != 2 or not patch.values[0] <= patch.values[1]):
        raise refuse("values", "needs two numbers, the lower one first")
    if patch.operation == "noise" and (count != 1 or patch.values[0] < 0 or patch.seed < 0):
        raise refuse("values", "needs a standard deviation and a seed that are not negative")
    if patch.operation == "hold" and patch.first == 1 and patch.signal not in graph.states:
        raise refuse("operation", f"has nothing to hold: {patch.signal} has no value before step 1")
    if patch.operation == "swap":
        _check_swap(patch, lane, others, refuse)


def _check_swap(
    patch: Patch,
    lane: LaneShape,
    others: Mapping[str, LaneShape],
    refuse: Callable[[str, str], PatchError],
) -> None:
    if patch.lane not in others:
        raise refuse(
            "lane",
            f"takes its value from a lane {patch.lane!r}{suggest(patch.lane, others)};"
            f" there are {listed(others)}",
        )
    other = others[patch.lane]
    source = patch.source or patch.signal
    there = (*other.cell.inputs, *other.cell.graph.signals)
    if source not in there:
        raise refuse(
            "source",
            f"takes its value from {source!r}, which {patch.lane} does not have"
            f"{suggest(source, there)}; it has {listed(there)}",
        )
    size, given = lane.sizes.signals[patch.signal], other.sizes.signals[source]
    if size != given:
        raise refuse(
            "source", f"takes {given} units for {size}: {patch.lane}.{source} has another size"
        )
    state = source in other.cell.graph.states
    first = patch.first if patch.step is None else patch.step
    last = (lane.length if patch.last is None else patch.last) if patch.step is None else patch.step
    if not (0 if state else 1) <= first or last > other.length:
        part = "steps" if patch.step is None else "from"
        hint = step_hint(patch.step, other.index)
        raise refuse(part, f"takes its value from a step that {patch.lane} does not have{hint}")
