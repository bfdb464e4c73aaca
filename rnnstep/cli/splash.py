"""A line that says at once that something happens, while the libraries of the screen load."""

from __future__ import annotations

import sys

_shown = False


def show(arguments: list[str]) -> None:
    """Write the line if the app is about to open on a terminal."""
    global _shown
    prints = {"-h", "--help", "--list", "--reset"} & set(arguments)
    opens = arguments[:1] in (["run"], ["learn"]) and not prints
    if opens and sys.stdin.isatty() and sys.stdout.isatty():
        sys.stdout.write("rnnstep: loading …")
        sys.stdout.flush()
        _shown = True


def clear() -> None:
    """Take the line away again, before anything else is written."""
    global _shown
    if _shown:
        sys.stdout.write("\r\x1b[2K")
        sys.stdout.flush()
        _shown = False
