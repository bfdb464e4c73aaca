"""Gradient flow and contributions: what every earlier step means to a later one."""

from .contributions import Contributions, contributions
from .flow import Flow, StepMeasures, flow_of
from .inputs import InputGradient
from .reach import Reach
from .verdict import Verdict, verdict_of

__all__ = [
    "Contributions", "Flow", "InputGradient", "Reach", "StepMeasures", "Verdict", "contributions",
    "flow_of", "verdict_of",
]  # fmt: skip
