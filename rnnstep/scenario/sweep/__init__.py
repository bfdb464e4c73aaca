"""Sweeps: one scenario under many settings, each a list in its section ``matrix``."""
