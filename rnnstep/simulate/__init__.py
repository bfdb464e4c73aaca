"""Running lanes, recording traces, moving through them, and changing them."""

from .cursor import Cursor
from .feedback import Feedback
from .lane import Lane, check_params
from .patch import Patch, PatchError
from .record import fork, simulate
from .trace import BUDGET, Nonfinite, Shared, Trace

__all__ = [
    "BUDGET", "Cursor", "Feedback", "Lane", "Nonfinite", "Patch", "PatchError", "Shared", "Trace",
    "check_params", "fork", "simulate",
]  # fmt: skip
