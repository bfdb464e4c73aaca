"""What is known of a model and of how it was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...equations import syntax as s
from ...simulate.condition import Evaluation
from ..scenario import Model
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
    runs = _trained(space, evaluation, node).solved
    return single(runs[0] / runs[1] if runs else np.nan)


def updates(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Array:
    """``updates(lane)``: the median of the updates after which those seeds solved it that did."""
    runs = _trained(space, evaluation, node).metadata.get("seeds")
    found = [run.get("solved_at") for run in runs] if isinstance(runs, list) else []
    solved_at = [at for at in found if at is not None]
    return single(float(np.median(solved_at)) if solved_at else np.nan)


def _trained(space: RunSpace, evaluation: Evaluation, node: s.Call) -> Model:
    """The model of a call's lane, which the scenario trains."""
    evaluation.arguments(node, "lane")
    lane = evaluation.lane_of(node.arguments[0])
    model = space.scenario.models[lane]
    if model.training is None:
        raise evaluation.error(node.arguments[0], f"{lane} is not trained by this scenario")
    return model
