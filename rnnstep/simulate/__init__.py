"""Running lanes, recording traces, and moving through them."""

from .cursor import Cursor
from .feedback import Feedback
from .lane import Lane, check_params
from .trace import BUDGET, Nonfinite, Trace, simulate

__all__ = ["BUDGET", "Cursor", "Feedback", "Lane", "Nonfinite", "Trace", "check_params", "simulate"]
