"""The command line: parse arguments, call, print. Output goes to stdout, diagnostics to stderr."""

from .main import main

__all__ = ["main"]
