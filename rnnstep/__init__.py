"""rnnstep: a time-travel debugger for sequence models in the terminal."""

__version__ = "0.1.0"
