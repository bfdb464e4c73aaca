"""A compiled cell: runs of whole sequences, all signals recorded.

Source text made by :mod:`emit` is compiled once for each cell, sizes and dtype. Runs go segment by
segment of ``SEGMENT`` steps: the inputs' products of a segment are one matrix product, and as its
shape is the same whenever the segment is computed again, so is every bit of its result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np

from ..errors import ParamsError, SignalError, SizeError, suggest
from .emit import emit_forward
from .emit_backward import emit_backward
from .emit_patched import Hooks, emit_patched
from .functions import Array
from .graph import Graph, build_graph
from .input_rows import InputRows
from .interpret import initial_rows
from .kernels import execute
from .plan import Plan
from .planner import make_plan
from .sizes import Sizes

SEGMENT = 128
"""Steps of a segment: how far a recomputation goes back at most."""


class Workspace:
    """Scratch arrays of a run, made when first asked for."""

    def __init__(self, lead: tuple[int, ...], dtype: np.dtype) -> None:
        self.lead = lead
        self.dtype = dtype
        self.arrays: dict[tuple[str, int, int | None], Array] = {}

    def __call__(self, name: str, size: int, steps: int | None = None) -> Array:
        key = (name, size, steps)
        if key not in self.arrays:
            shape = (*((steps,) if steps is not None else ()), *self.lead, size)
            self.arrays[key] = np.empty(shape, self.dtype)
        return self.arrays[key]


@dataclass(eq=False)
class Recording:
    """All signals of a run, by name.

    Attributes
    ----------
    length : int
        Steps T.
    arrays : mapping of str to ndarray
        The recording arrays of the plan.
    inputs : mapping of str to ndarray
        The inputs, with the rows before step 1 where some are read.
    """

    cell: CompiledCell
    length: int
    arrays: Mapping[str, Array]
    inputs: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        """The signal's values, ``(T+1, ..., n)``; row 0 is the initial state or NaN."""
        store = self.cell.plan.signal_store(name)
        return self.arrays[store.array][
            store.base : store.base + self.length + 1, ..., store.start : store.stop
        ]


@dataclass(frozen=True, eq=False)
class Gradients:
    """Gradients of one number by everything that a run was made of.

    Attributes
    ----------
    params : mapping of str to ndarray
        As the parameters.
    x : (T, ..., D) ndarray or None
        By the inputs of steps 1..T; None if they were not asked for.
    initial : mapping of str to ndarray
        By the states at time 0, ``(..., H)``, or ``(lag, ..., H)`` for a signal that is read
        further back than one step.
    """

    params: dict[str, Array]
    x: Array | None
    initial: dict[str, Array]


class CompiledCell:
    """A cell's code for given sizes and dtype.

    Attributes
    ----------
    plan : Plan
    inputs : InputRows
        How a run's input is padded, and cut into what segments read.
    patched : frozenset of str
        Signals that hooks may change while a segment is computed.
    source : str
        The generated NumPy source, to be read.
    """

    def __init__(
        self,
        graph: Graph,
        sizes: Sizes,
        dtype: np.dtype,
        patched: frozenset[str] = frozenset(),
    ) -> None:
        self.graph = graph
        self.sizes = sizes
        self.inputs = InputRows(graph, sizes)
        self.dtype = dtype
        self.patched = patched
        self.plan: Plan = make_plan(graph, sizes, patched)
        self.source = emit_patched(self.plan, patched) if patched else emit_forward(self.plan)
        self._derivatives: dict[
            tuple[frozenset[str], bool], tuple[Callable[..., object], Callable[..., object]]
        ] = {}
        functions = execute(self.source, "forward")
        self._prepare, self._segment = functions["prepare"], functions["segment"]

    def constant(self, value: float | Array, size: int) -> Array:
        """An array of ``size`` equal values, or the given values, in this cell's dtype."""
        return np.broadcast_to(np.asarray(value, self.dtype), size).copy()

    def prepare(self, params: Mapping[str, Array]) -> dict[str, Array]:
        """Stack parameters for :meth:`segment`; do it once a run."""
        missing = [name for name in self.graph.params if name not in params]
        if missing:
            raise ParamsError(f"the parameters {', '.join(missing)} are missing")
        ours = {}
        for name, shape in self.sizes.params.items():
            value = np.asarray(params[name], self.dtype)
            if value.shape != shape:
                raise ParamsError(f"{name} has shape {value.shape}; it must be {shape}")
            ours[name] = value
        with np.errstate(all="ignore"):
            result = self._prepare(ours, self.constant)
        assert isinstance(result, dict)
        return result

    def segment(
        self,
        prepared: dict[str, Array],
        inputs: Mapping[str, Array],
        arrays: Mapping[str, Array],
        lo: int,
        hi: int,
        work: Workspace,
        hooks: Hooks | None = None,
    ) -> None:
        """Compute frames lo+1..hi into ``arrays``; row numbers are those of the plan.

        A cell compiled with ``patched`` signals needs the hooks that change them.
        """
        calls = (hooks.row, hooks.rows) if hooks else ()
        with np.errstate(all="ignore"):
            self._segment(prepared, inputs, arrays, lo, hi, work, *calls)

    def allocate(self, length: int, lead: tuple[int, ...] = ()) -> dict[str, Array]:
        """Recording arrays for ``length`` steps."""
        return {
            name: np.empty((length + spec.extra, *lead, spec.width), self.dtype)
            for name, spec in self.plan.arrays.items()
        }

    def start(
        self, arrays: Mapping[str, Array], initial: Mapping[str, Array], lead: tuple[int, ...] = ()
    ) -> None:
        """Write time 0 into recording arrays: states, and NaN for what is no state."""
        for name in self.graph.signals:
            store = self.plan.signal_store(name)
            columns = slice(store.start, store.stop)
            array = arrays[store.array]
            if name not in self.graph.lags:
                array[store.base, ..., columns] = np.nan
                continue
            lag = self.graph.lags[name]
            rows = initial_rows(
                initial.get(name), lag, (*lead, self.sizes.signals[name]), self.dtype
            )
            array[store.base + 1 - lag : store.base + 1, ..., columns] = rows

    def run(
        self,
        params: Mapping[str, Array],
        x: Array,
        initial: Mapping[str, Array] | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Recording:
        """Run a sequence, or a batch of them, and record every signal.

        Parameters
        ----------
        params : mapping of str to ndarray
        x : (T, D) or (T, B, D) ndarray
            The input of steps 1..T.
        initial : mapping of str to ndarray
            States at time 0, ``(H,)`` or ``(B, H)``; zero where missing.
        progress : callable, optional
            Called with the number of steps done, after each segment.

        Returns
        -------
        Recording

        Raises
        ------
        SizeError, ParamsError
            If the input or a parameter has another shape than the cell.
        """
        x = np.ascontiguousarray(x, self.dtype)
        if x.ndim < 2 or x.shape[-1] != self.sizes.signals["x"]:
            raise SizeError(
                f"the input has shape {x.shape}; its last axis must be {self.sizes.signals['x']}"
            )
        length, lead = len(x), x.shape[1:-1]
        prepared = self.prepare(params)
        arrays = self.allocate(length, lead)
        self.start(arrays, initial or {}, lead)
        inputs = self.inputs.pad(x, initial or {})
        work = Workspace(lead, self.dtype)
        for lo in range(0, length, SEGMENT):
            hi = min(lo + SEGMENT, length)
            self.segment(prepared, inputs, arrays, lo, hi, work)
            if progress:
                progress(hi)
        return Recording(self, length, arrays, inputs)

    def backward_source(self, outside: frozenset[str], with_inputs: bool = True) -> str:
        """The generated source of the derivative, to be read."""
        return emit_backward(make_plan(self.graph, self.sizes), outside, with_inputs)

    def gradients(
        self,
        params: Mapping[str, Array],
        run: Recording,
        outside: Mapping[str, Array],
        with_inputs: bool = True,
    ) -> Gradients:
        """Gradients of a number L, given its derivatives by some signals of a run.

        Parameters
        ----------
        params : mapping of str to ndarray
            Those of the run.
        run : Recording
        outside : mapping of str to (T+1, ..., n) ndarray
            dL/d(signal), by signal, where L reads them directly; row 0 is by the initial state.
        with_inputs : bool
            Whether the gradients by the inputs are wanted.

        Returns
        -------
        Gradients

        Raises
        ------
        SignalError, SizeError
            If a signal is unknown, or its adjoint has another shape than the signal.
        """
        for name, value in outside.items():
            if name not in self.graph.signals:
                raise SignalError(f"there is no signal {name!r}{suggest(name, self.graph.signals)}")
            if value.shape != run[name].shape:
                raise SizeError(
                    f"the adjoint of {name} has shape {value.shape}; it must be {run[name].shape}"
                )
        prepare, backward = self._backward(frozenset(outside), with_inputs)
        ours = {name: np.asarray(params[name], self.dtype) for name in self.graph.params}
        lead = run.inputs["x"].shape[1:-1]
        with np.errstate(all="ignore"):
            prepared = prepare(ours, self.constant)
            result = backward(
                prepared, run.inputs, run.arrays, outside, 0, run.length,
                Workspace(lead, self.dtype),
            )  # fmt: skip
        grad, dx, adjoint = cast(
            tuple[dict[str, Array], dict[str, Array], dict[str, Array]], result
        )
        for name, shape in self.sizes.params.items():
            if name not in grad:
                grad[name] = np.zeros(shape, self.dtype)
        initial = {}
        for name in self.graph.states:
            lag = self.graph.lags[name]
            initial[name] = adjoint[name][0] if lag == 1 else adjoint[name][:lag]
        return Gradients(
            {name: grad[name] for name in self.graph.params},
            dx["x"][self.inputs.lag :] if with_inputs else None,
            initial,
        )

    def _backward(
        self, outside: frozenset[str], with_inputs: bool
    ) -> tuple[Callable[..., object], Callable[..., object]]:
        key = (outside, with_inputs)
        if key not in self._derivatives:
            functions = execute(self.backward_source(outside, with_inputs), "backward")
            self._derivatives[key] = (functions["prepare"], functions["backward"])
        return self._derivatives[key]


@lru_cache(maxsize=64)
def _compile(
    text: str,
    inputs: tuple[str, ...],
    sizes: tuple[tuple[str, object], ...],
    dtype: str,
    patched: frozenset[str],
) -> CompiledCell:
    graph = build_graph(text, inputs)
    units = {name: value for name, value in sizes if isinstance(value, int)}
    shapes = {name: value for name, value in sizes if isinstance(value, tuple)}
    return CompiledCell(graph, Sizes(units, shapes), np.dtype(dtype), patched)


def compile_cell(
    graph: Graph,
    sizes: Sizes,
    dtype: object = np.float64,
    patched: frozenset[str] = frozenset(),
) -> CompiledCell:
    """Compile a cell for given sizes; equal cells of equal sizes are compiled once.

    Parameters
    ----------
    graph : Graph
    sizes : Sizes
    dtype : dtype
        float64 or float32.
    patched : frozenset of str
        Signals that hooks may change.
    """
    text = "\n".join(equation.text for equation in graph.equations)
    every: Iterable[tuple[str, object]] = [*sizes.signals.items(), *sizes.params.items()]
    return _compile(text, graph.inputs, tuple(every), np.dtype(dtype).str, patched)  # type: ignore[call-overload]
