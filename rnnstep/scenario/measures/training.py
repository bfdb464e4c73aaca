"""What is known of a model and of how it was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...simulate.condition import Evaluation
from .base import Array, single

if TYPE_CHECKING:
    from ..space import RunSpace


def parameters(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``parameters(lane)``: how many numbers a model learns."""
    evaluation.arguments(node, "lane")
    lane = evaluation.lane_of(node.arguments[0])
    return single(space.scenario.models[lane].sizes.count)


def solved(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``solved(lane)``: share of the training's seeds that solved the task."""
    evaluation.arguments(node, "lane")
    lane = evaluation.lane_of(node.arguments[0])
    model = space.scenario.models[lane]
    if model.training is None:
        raise evaluation.error(node.arguments[0], f"{lane} is not trained by this scenario")
    runs = model.solved
    return single(runs[0] / runs[1] if runs else np.nan)
