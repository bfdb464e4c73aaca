"""Where a lane's values are no numbers any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...simulate.condition import Evaluation
from .base import Array

if TYPE_CHECKING:
    from ..space import RunSpace


def nan(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``nan(lane)``: whether some value of the step is NaN or infinite; false at step 0.

    The next hit from step 0 on is the first NaN.
    """
    evaluation.arguments(node, "lane")
    lane = evaluation.lane_of(node.arguments[0])
    start, stop = evaluation.start, evaluation.stop
    found = np.zeros((stop - start, 1), bool)
    trace = space.run.traces[lane] if space.run else None
    if trace is None or trace.first_nonfinite is None:
        return found
    # Before the first one there is nothing to look for, nor anything to compute again.
    first = max(start, trace.first_nonfinite.step)
    if first < stop:
        for name in trace.lane.cell.graph.signals:
            broken = ~np.isfinite(trace.rows(name, first, stop)).all(axis=1)
            found[first - start :, 0] |= broken
    return found
