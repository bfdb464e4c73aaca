"""The checks that every cell must pass: for the built-in ones, and for yours.

``check_cell(cell)`` looks at a cell from all sides: it compiles and interprets to the same numbers,
its derived gradients are those of the complex step, its text can be written and read again, its
signals stay within the bounds that are claimed, and NaN in the input is not hidden.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..equations.compiled import compile_cell
from ..equations.graph import build_graph
from ..equations.interpret import interpret
from ..equations.render import latex, plain, unicode
from ..equations.sizes import Sizes
from ..errors import RnnstepError
from .cell import Cell

Array = np.ndarray
TOLERANCE = 1e-12
_STEP = 1e-30


class ConformanceError(RnnstepError, AssertionError):
    """A cell fails one of the checks."""


def check_cell(
    cell: Cell, units: int = 3, inputs: int = 2, length: int = 6, batch: int = 2, seed: int = 0
) -> None:
    """Check a cell; silent if everything holds.

    Parameters
    ----------
    cell : Cell
    units, inputs, length, batch : int
        Sizes of the trial.
    seed : int

    Raises
    ------
    ConformanceError
        Saying which check fails, by how much, at which signal or parameter.
    RnnstepError
        If the cell cannot be built at these sizes.
    """
    answers = dict.fromkeys(cell.appended, units + 1)
    sizes = cell.sizes(units, {"x": inputs, **answers}, length)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) * 0.7 for name, shape in sizes.params.items()}
    x = rng.normal(size=(length, batch, inputs))
    initial = {
        name: rng.normal(size=(batch, sizes.signals[name])) * 0.5 for name in cell.graph.states
    }
    _check_text(cell)
    run = _check_values(cell, sizes, params, x, initial)
    _check_bounds(cell, run)
    _check_gradients(cell, sizes, params, x, initial, rng)


def _check_text(cell: Cell) -> None:
    again = build_graph("\n".join(plain(e) for e in cell.graph.equations), cell.inputs)
    for name, signal in cell.graph.signals.items():
        if again.signals[name].equation.expression != signal.equation.expression:
            raise ConformanceError(f"{cell.name}: {name} reads otherwise after it was written")
        if not (latex(signal.equation) and unicode(signal.equation)):
            raise ConformanceError(f"{cell.name}: {name} cannot be written")


def _check_values(
    cell: Cell, sizes: Sizes, params: Mapping[str, Array], x: Array, initial: Mapping[str, Array]
) -> dict[str, Array]:
    slow = interpret(cell.graph, params, x, initial, sizes.signals)
    fast = compile_cell(cell.graph, sizes).run(params, x, initial)
    for name, values in slow.items():
        if not np.allclose(fast[name], values, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
            worst = float(np.nanmax(np.abs(fast[name] - values)))
            raise ConformanceError(
                f"{cell.name}: compiled {name} differs from the interpreter by {worst:.2g}"
            )
    return slow


def _check_bounds(cell: Cell, run: Mapping[str, Array]) -> None:
    for name, signal in cell.graph.signals.items():
        values = run[name][1:]
        if (values < signal.low - TOLERANCE).any() or (values > signal.high + TOLERANCE).any():
            raise ConformanceError(
                f"{cell.name}: {name} leaves its bounds {signal.low:g} to {signal.high:g}"
            )


def _check_gradients(
    cell: Cell,
    sizes: Sizes,
    params: dict[str, Array],
    x: Array,
    initial: dict[str, Array],
    rng: np.random.Generator,
) -> None:
    """All gradients against the complex step: exact to rounding, without differences."""
    model = compile_cell(cell.graph, sizes)
    run = model.run(params, x, initial)
    weights = {n: rng.normal(size=run[n].shape) for n in cell.graph.signals}
    for name in weights:
        weights[name][0] = 0
    gradients = model.gradients(params, run, weights)

    def loss(values: Mapping[str, Mapping[str, Array]]) -> complex:
        out = interpret(
            cell.graph, values["params"], values["input"]["x"], values["initial"], sizes.signals
        )
        return complex(sum((weights[n][1:] * out[n][1:]).sum() for n in weights))

    assert gradients.x is not None
    groups: list[tuple[str, dict[str, Array], Mapping[str, Array]]] = [
        ("params", params, gradients.params),
        ("input", {"x": x}, {"x": gradients.x}),
        ("initial", initial, gradients.initial),
    ]
    values: dict[str, dict[str, Array]] = {k: dict(v) for k, v, _ in groups}
    for kind, given, found in groups:
        for name, value in given.items():
            for place in _places(value.shape, rng):
                moved = value.astype(complex)
                moved[place] += 1j * _STEP
                wanted = loss({**values, kind: {**values[kind], name: moved}}).imag / _STEP
                ours = found[name]
                if kind == "initial" and ours.ndim > value.ndim:
                    ours = ours[-1]
                if abs(ours[place] - wanted) > 1e-10 * max(1.0, abs(wanted)):
                    raise ConformanceError(
                        f"{cell.name}: the gradient by {name}{list(place)} is"
                        f" {ours[place]:.12g}; the complex step gives {wanted:.12g}"
                    )


def _places(shape: tuple[int, ...], rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Up to four entries of an array."""
    count = int(np.prod(shape))
    chosen = rng.choice(count, size=min(4, count), replace=False)
    return [tuple(int(i) for i in np.unravel_index(k, shape)) for k in chosen]
