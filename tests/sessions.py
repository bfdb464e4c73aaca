"""Sessions without a screen, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from conftest import ROOT

from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.session.commands import perform, submit_prompt
from rnnstep.session.keeping import offer_kept
from rnnstep.session.keymap import build_keymap
from rnnstep.session.replay import ReplayHost, replay
from rnnstep.session.session import Session

ECHOES = """\
format: 1
title: Two echoes
input: {values: {series: [1, 0, 2, 0, 3, 0]}}
models:
  echo:
    equations: h = x
    weights: {values: {}}
  later:
    equations: h = x + h[t-1]
    weights: {values: {}}
"""
"""A scenario of two small lanes."""


def make_run(name: str, budget: int | None = None) -> Run:
    """Run a shipped scenario."""
    scenario = load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    return run_scenario(scenario) if budget is None else run_scenario(scenario, budget)


@cache
def run_of(name: str) -> Run:
    """The run of a shipped scenario, computed once: no session changes it."""
    return make_run(name)


def session(name: str = "long_dependency", budget: int | None = None) -> Session:
    """A new session on a shipped scenario; with a budget in bytes, on a run of its own."""
    return Session(run_of(name) if budget is None else make_run(name, budget))


def opened(path: Path) -> Session:
    """A new session on a file."""
    return Session(run_scenario(load_scenario(path)))


def with_offer(s: Session) -> Session:
    """A session that is offered what was kept of its file, as the app does."""
    offer_kept(s)
    return s


def do(s: Session, *commands: str) -> Session:
    """Run commands; what begins with a colon is typed in the prompt."""
    for command in commands:
        if command.startswith(":"):
            s.prompt = command[1:]
            submit_prompt(s, ReplayHost())
        else:
            perform(s, ReplayHost(), command)
    return s


def press(s: Session, keys: str) -> Session:
    """Press keys, written as for a replay."""
    replay(s, build_keymap(), keys)
    return s
