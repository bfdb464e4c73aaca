"""Weights on disk."""

from .store import WeightsError, load_params, save_params

__all__ = ["WeightsError", "load_params", "save_params"]
