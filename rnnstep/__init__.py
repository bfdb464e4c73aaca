"""rnnstep: a time-travel debugger for sequence models in the terminal.

The names below are imported when they are first used, so that ``import rnnstep`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cells import CELLS, Cell, custom_cell, get_cell
    from .cells.conformance import check_cell
    from .errors import RnnstepError
    from .learn import Recipe, evaluate, train
    from .scenario.expect import judge
    from .scenario.load import load_scenario
    from .scenario.run import run_scenario
    from .simulate import Lane, Trace, simulate

__version__ = "0.1.0"

_WHERE = {
    "CELLS": "cells", "Cell": "cells", "custom_cell": "cells", "get_cell": "cells",
    "check_cell": "cells.conformance", "Lane": "simulate", "Trace": "simulate",
    "simulate": "simulate", "Recipe": "learn", "train": "learn", "evaluate": "learn",
    "load_scenario": "scenario.load", "run_scenario": "scenario.run", "judge": "scenario.expect",
    "RnnstepError": "errors",
}  # fmt: skip

__all__ = [
    "CELLS", "Cell", "Lane", "Recipe", "RnnstepError", "Trace", "__version__", "check_cell",
    "custom_cell", "evaluate", "get_cell", "judge", "load_scenario", "run_scenario", "simulate",
    "train",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'rnnstep' has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
