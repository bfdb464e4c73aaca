"""Generators of sequences by name; each can draw a tape and any number of fresh sequences.

To add a task, write a file with a subclass of ``Generator`` and name it in ``GENERATORS``: its
options are then keys of its section in a scenario's ``input``.
"""

from .adding import Adding
from .base import Baseline, Generator, OptionError
from .continual_reber import ContinualReber
from .copy_memory import CopyMemory
from .counting import Counting
from .long_lag import LongLag
from .parity import Parity
from .reber import Reber
from .recall import Recall
from .sine import Sine
from .temporal_order import TemporalOrder
from .two_sequences import TwoSequences

GENERATORS: dict[str, type[Generator]] = {
    "recall": Recall,
    "adding": Adding,
    "temporal_order": TemporalOrder,
    "reber": Reber,
    "continual_reber": ContinualReber,
    "long_lag": LongLag,
    "two_sequences": TwoSequences,
    "parity": Parity,
    "counting": Counting,
    "copy_memory": CopyMemory,
    "sine": Sine,
}
"""Every generator, by the key that names it in a scenario's ``input``."""

__all__ = [
    "GENERATORS", "Adding", "Baseline", "ContinualReber", "CopyMemory", "Counting", "Generator",
    "LongLag", "OptionError", "Parity", "Reber", "Recall", "Sine", "TemporalOrder", "TwoSequences",
]  # fmt: skip
