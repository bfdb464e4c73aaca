"""Functions of conditions that only a scenario has, such as ``accuracy(lstm, 500)``.

A measure is called with the space of the condition, the evaluation and the call's node, and returns
an array ``(steps, n)``, or ``(1, n)`` where it is the same at every step. It checks its arguments
first. While a scenario is only checked, ``space.run`` is None: then it returns zeros of its size.
To add one, write it in a file beside this one and name it in ``MEASURES``.
"""

from __future__ import annotations

from . import comparison, finite, flow, fresh, models, scores, training
from .base import Measure

MEASURES: dict[str, Measure] = {
    "accuracy": fresh.accuracy,
    "whole": fresh.whole,
    "fresh_loss": fresh.fresh_loss,
    "baseline_loss": fresh.baseline_loss,
    "baseline_accuracy": fresh.baseline_accuracy,
    "rmse": scores.rmse,
    "mse": scores.mse,
    "log_loss": scores.log_loss,
    "log_likelihood": models.log_likelihood,
    "forecast": models.forecast,
    "stationary": models.stationary,
    "parameter": models.parameter,
    "nan": finite.nan,
    "distance": comparison.distance_between,
    "agreement": comparison.agreement,
    "first_divergence": comparison.first_divergence_of,
    "flow": flow.flow,
    "flow_rate": flow.flow_rate,
    "spectral_radius": flow.spectral_radius,
    "input_gradient": flow.input_gradient,
    "contribution": flow.contribution,
    "contribution_gap": flow.contribution_gap,
    "parameters": training.parameters,
    "solved": training.solved,
    "updates": training.updates,
}
"""Every measure, by its name in conditions."""

NOT_OF_THE_TAPE = frozenset(
    ["accuracy", "whole", "fresh_loss", "baseline_loss", "baseline_accuracy", "parameter",
     "parameters", "stationary", "solved", "updates"]
)  # fmt: skip
"""Measures of fresh sequences, parameters and training: what happens on the tape changes none."""
