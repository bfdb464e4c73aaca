"""`rnnstep health`, `rnnstep compare` and `rnnstep ablate`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EquationError, RnnstepError, listed
from .language import scenario_in

if TYPE_CHECKING:
    from collections.abc import Iterator


def health_file(file: Path, lanes: tuple[str, ...], as_json: bool, lang: str = "") -> int:
    """Print which units of which lanes do not work."""
    from ..export.travel import health_json, health_text
    from ..scenario.run import run_scenario
    from ..simulate.health import health

    run = run_scenario(scenario_in(file, lang))
    found = {lane: health(run[lane]) for lane in lanes or tuple(run.traces)}
    print(health_json(run, found, str(file)) if as_json else health_text(run, found))
    return 0


def compare_file(
    file: Path, one: str, other: str, align: str, kind: str, steps: bool, as_json: bool,
    lang: str = "",
) -> int:  # fmt: skip
    """Print how two lanes of a scenario differ."""
    from ..export.travel import comparison_json, comparison_text
    from ..scenario.comparison import compare_lanes, memory_flows, over_time
    from ..scenario.run import run_scenario

    scenario = scenario_in(file, lang)
    shift = scenario.find_shift(align) if align else 0
    run = run_scenario(scenario)
    found = compare_lanes(run, one, other, shift, kind)
    flows = memory_flows(run, found)
    series = over_time(run, found) if steps else {}
    if as_json:
        print(comparison_json(found, flows, series, str(file)))
    else:
        print(comparison_text(run, found, flows, series))
    return 0


def ablate_file(
    file: Path, lane: str, signal: str, units: str, operation: str, as_json: bool,
    lang: str = "",
) -> int:  # fmt: skip
    """Print what removing each unit does; Ctrl-C ends it."""
    from ..export.travel import ablation_json, ablation_text
    from ..scenario.ablation import ablate
    from ..scenario.run import run_scenario

    chosen = None if units == "all" else _units(units)
    scenario = scenario_in(file, lang)
    if not lane:
        raise RnnstepError(f"--lane is missing; lanes of {file} are {listed(scenario.models)}")
    if not signal and lane in scenario.models:
        cell = scenario.models[lane].cell
        signals = listed((*cell.inputs, *cell.graph.signals))
        raise RnnstepError(f"--signal is missing; signals and inputs of {lane} are {signals}")
    run = run_scenario(scenario)
    try:
        with _bar(f"{lane}.{signal} {operation}") as progress:
            found = ablate(run, lane, signal, chosen, operation, progress)
    except EquationError as error:
        raise RnnstepError(f"--operation: {error.with_caret}") from None
    print(ablation_json(found, str(file)) if as_json else ablation_text(found, str(file)))
    return 0


def _units(text: str) -> list[int]:
    words = text.split(",")
    if not all(word.strip().isdecimal() for word in words):
        raise RnnstepError(f"--units is {text!r}; it is all, or numbers as in 0,3")
    return [int(word) for word in words]


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], object]]:
    """A progress bar on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
