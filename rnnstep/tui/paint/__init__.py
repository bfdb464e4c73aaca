"""Painting: from a session to a frame."""

from .painter import Painter

__all__ = ["Painter"]
