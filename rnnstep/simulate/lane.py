"""A lane: one model on one input, a deterministic recipe for a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..cells.cell import Cell
from ..equations.sizes import Shape, Sizes
from ..errors import ParamsError, SizeError, StepError, listed, suggest
from .feedback import Feedback

if TYPE_CHECKING:
    from .patch import Patch

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Lane:
    """One model on one input.

    Arrays are copied, converted to ``dtype`` and made read-only; they are checked when the lane
    is made, so that a lane that exists can run.

    Attributes
    ----------
    name : str
    cell : Cell
        With its readout, if it has one.
    params : mapping of str to ndarray
        Matrices ``(rows, columns)`` and vectors ``(units,)``, by name.
    x : (T, D) ndarray
        The input of steps 1..T.
    initial : mapping of str to ndarray
        States at time 0, ``(H,)``; zero where none is given. For a signal or input that is read
        up to k > 1 steps back, ``(k, H)``, oldest first.
    dtype : dtype
        float64 or float32.
    units : mapping of str to int
        Sizes of signals that follow neither from the params nor from the input.
    feedback : Feedback or None
        Whether, and from which step on, the lane reads its own answers instead of ``x``.
    patches : tuple of Patch
        Interventions, in the order in which they apply to one signal at one step.

    Raises
    ------
    ParamsError
        If a parameter is missing, unknown, of the wrong shape, or not a number.
    SizeError
        If sizes contradict each other.
    StepError
        If free running is to begin outside the input.
    """

    name: str
    cell: Cell
    params: Mapping[str, Array]
    x: Array
    initial: Mapping[str, Array] = field(default_factory=dict)
    dtype: np.dtype = field(default_factory=lambda: np.dtype(np.float64))
    units: Mapping[str, int] = field(default_factory=dict)
    feedback: Feedback | None = None
    patches: tuple[Patch, ...] = ()

    def __post_init__(self) -> None:
        dtype = np.dtype(self.dtype)
        if dtype not in (np.dtype(np.float64), np.dtype(np.float32)):
            raise ParamsError(f"{self.name}: dtype is {dtype}; it can be float64 or float32")
        x = _own(self.x, dtype)
        if x.ndim != 2 or len(x) < 1:
            raise SizeError(
                f"{self.name}: the input has shape {x.shape}; it must be (T, D), T >= 1"
            )
        x.flags.writeable = False
        object.__setattr__(self, "dtype", dtype)
        object.__setattr__(self, "x", x)
        params = {name: _frozen(self.name, name, v, dtype) for name, v in self.params.items()}
        check_params(self.name, self.cell, params)
        object.__setattr__(self, "params", MappingProxyType(params))
        sizes = self.sizes
        initial = {name: _frozen(self.name, name, v, dtype) for name, v in self.initial.items()}
        for name, value in initial.items():
            lags = self.cell.graph.lags
            if name not in lags:
                raise ParamsError(
                    f"{self.name}: {name!r} has an initial value, but no later step reads it"
                    f"{suggest(name, lags)}; the states are {listed(lags)}"
                )
            possible = [(sizes.signals[name],), (lags[name], sizes.signals[name])]
            if value.shape not in possible:
                raise ParamsError(
                    f"{self.name}: the initial {name} has shape {value.shape};"
                    f" it must be {possible[0]}" + (f" or {possible[1]}" if lags[name] > 1 else "")
                )
        object.__setattr__(self, "initial", MappingProxyType(initial))
        if self.feedback is not None:
            self._check_feedback(self.feedback)

    def _check_feedback(self, feedback: Feedback) -> None:
        if not 1 <= feedback.start <= len(self.x):
            raise StepError(
                f"{self.name}: free running cannot begin after step {feedback.start};"
                f" it can after steps 1 to {len(self.x)}"
            )
        size = self.sizes.signals[self.cell.answer]
        if size != self.x.shape[1]:
            raise SizeError(
                f"{self.name}: its answer {self.cell.answer} has size {size} and cannot be the"
                f" next input, which has size {self.x.shape[1]}"
            )

    @cached_property
    def sizes(self) -> Sizes:
        """Sizes of all signals and parameters."""
        given: dict[str, int | Shape] = {name: v.shape for name, v in self.params.items()}
        return self.cell.sizes(given={**self.units, **given, "x": self.x.shape[1]})


def check_params(lane: str, cell: Cell, params: Mapping[str, Array]) -> None:
    """Raise ParamsError unless ``params`` are exactly the parameters of ``cell``, in kind."""
    wanted = cell.graph.params
    for name in params:
        if name not in wanted:
            raise ParamsError(
                f"{lane}: the cell {cell.name} has no parameter {name!r}{suggest(name, wanted)};"
                f" it has {listed(wanted)}"
            )
    missing = [name for name in wanted if name not in params]
    if missing:
        raise ParamsError(f"{lane}: the cell {cell.name} also needs {listed(missing)}")
    for name, value in params.items():
        axes = 2 if wanted[name].kind == "matrix" else 1
        if value.ndim != axes:
            raise ParamsError(
                f"{lane}: {name} has shape {value.shape}; it is a {wanted[name].kind},"
                f" with {axes} ax{'es' if axes > 1 else 'is'}"
            )


def _own(value: Array, dtype: np.dtype) -> Array:
    """A contiguous copy, or the array itself if nobody can change it."""
    settled = isinstance(value, np.ndarray) and value.base is None and not value.flags.writeable
    if settled and value.dtype == dtype and value.flags.c_contiguous:
        return value
    return np.array(value, dtype=dtype, order="C")


def _frozen(lane: str, name: str, value: Array, dtype: np.dtype) -> Array:
    try:
        array = _own(value, dtype)
    except (TypeError, ValueError):
        raise ParamsError(f"{lane}: {name} does not hold numbers only") from None
    array.flags.writeable = False
    return array
