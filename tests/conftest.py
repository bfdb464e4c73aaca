"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
FLAGSHIP = ROOT / "scenarios" / "long_dependency.yaml"
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
BOOM = """\
format: 1
title: Boom
input: {values: {series: [1, 1, 900, 1]}}
models:
  boom:
    equations: |
      h = exp(b * x) - h[t-1] * h[t-1]
    weights: {values: {b: [1]}}
"""
"""A scenario whose state becomes infinite at step 3."""


@pytest.fixture(autouse=True)
def home_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test reads or writes the settings of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT
