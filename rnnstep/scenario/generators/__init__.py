"""Generators of sequences by name; each can draw a tape and any number of fresh sequences."""

from .recall import Recall

GENERATORS = {"recall": Recall}
"""Every generator, by the key that names it in a scenario's ``input``."""

__all__ = ["GENERATORS", "Recall"]
