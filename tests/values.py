"""Values of a run, asked for in the language of conditions."""

from __future__ import annotations

from rnnstep.equations.parse import parse_condition
from rnnstep.scenario.run import Run
from rnnstep.simulate.condition import Evaluation


def number(run: Run, text: str) -> float:
    """What an expression is at the last step."""
    evaluation = Evaluation(run.space(), text, run.length, run.length + 1)
    return float(evaluation.number(parse_condition(text)).flat[0])
