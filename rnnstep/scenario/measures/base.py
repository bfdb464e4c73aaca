"""What all measures share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...simulate.condition import Evaluation

if TYPE_CHECKING:
    from ..space import RunSpace

Array = np.ndarray
Measure = Callable[["RunSpace", Evaluation, s.Call], Array]


def single(value: float) -> Array:
    """A number that is the same at every step."""
    return np.full((1, 1), float(value))
