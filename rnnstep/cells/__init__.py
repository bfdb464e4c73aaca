"""The built-in cells, one file each, and cells of the user's own equations.

To add a cell, write a module with a function ``make(**options) -> Cell`` and name it in ``CELLS``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from ..errors import ParamsError, SignalError, listed, suggest
from . import ar, full_history, gru, latent_ar, lstm, markov, rnn
from .cell import READOUTS, Cell, Option, Readout

CELLS: dict[str, Callable[..., Cell]] = {
    "full_history": full_history.make,
    "ar": ar.make,
    "markov": markov.make,
    "latent_ar": latent_ar.make,
    "rnn": rnn.make,
    "lstm": lstm.make,
    "gru": gru.make,
}
"""Every built-in cell's maker, by name, in the order of the ladder."""

__all__ = [
    "CELLS", "READOUTS", "Cell", "Option", "Readout", "cell_options", "custom_cell", "get_cell",
]  # fmt: skip


def get_cell(name: str, **options: Option) -> Cell:
    """Make a built-in cell.

    Parameters
    ----------
    name : str
        One of ``CELLS``.
    **options
        The cell's own options, such as ``peepholes=True``.

    Raises
    ------
    SignalError
        If there is no such cell.
    ParamsError
        If it has no such option, or not with that value.
    """
    if name not in CELLS:
        raise SignalError(
            f"there is no cell {name!r}{suggest(name, CELLS)}; there are {listed(CELLS)}"
        )
    possible = cell_options(name)
    for option in options:
        if option not in possible:
            raise ParamsError(
                f"{name} has no option {option!r}{suggest(option, possible)};"
                f" it has {listed(possible)}"
            )
    return CELLS[name](**options)


def cell_options(name: str) -> dict[str, Option]:
    """Return a built-in cell's options with their defaults."""
    parameters = inspect.signature(CELLS[name]).parameters
    return {key: parameter.default for key, parameter in parameters.items()}


def custom_cell(
    text: str, name: str = "own", title: str = "", output: str = "h", source: str = ""
) -> Cell:
    """Make a cell of the user's own equations.

    Parameters
    ----------
    text : str
        Equations, one a line, ``name = expression  # role``.
    name, title, source : str
        What it is called, and where it comes from.
    output : str
        The signal that is its output.

    Raises
    ------
    EquationError
        With line and column, if the equations are wrong.
    """
    cell = Cell(name, title or name, text, output, source or "equations of the scenario")
    _ = cell.graph
    return cell
