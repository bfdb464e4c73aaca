"""The command line as a test calls it."""

from __future__ import annotations

import pytest

from rnnstep.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Call ``rnnstep``; its exit code, and what it printed and complained of."""
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err
