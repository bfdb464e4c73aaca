"""`rnnstep train`: training with a progress bar."""

from __future__ import annotations

import sys
from pathlib import Path

from ..errors import RnnstepError, listed, suggest
from ..learn import Check, Guess, Recipe
from ..scenario.learned import how_learned
from ..scenario.load import load_scenario
from ..scenario.scenario import Scenario
from ..scenario.training import ModelResult, metadata, train_scenario


def train_file(file: Path, lanes: tuple[str, ...]) -> int:
    """Train and write the weights; exit code 130 if Ctrl-C ended it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    scenario = load_scenario(file, need_weights=False)
    trainable = [n for n, m in scenario.models.items() if m.training is not None and m.weights]
    for lane in lanes:
        if lane not in trainable:
            raise RnnstepError(
                f"{lane!r} is no lane that {file} trains{suggest(lane, trainable)};"
                f" there are {listed(trainable)}"
            )
    if not trainable:
        raise RnnstepError(f"{file} trains nothing: it has no section train")
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} updates"),
        TextColumn("{task.fields[state]}"), TimeElapsedColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console) as bar:
        tasks: dict[tuple[str, int], object] = {}

        def progress(lane: str, number: int, check: Check) -> None:
            training = scenario.models[lane].training
            assert training is not None and isinstance(training.recipe, Recipe | Guess)
            key = (lane, number)
            if key not in tasks:
                seed = training.recipe.seed + number
                tasks[key] = bar.add_task(
                    f"{lane} seed {seed}", total=training.recipe.updates, state=""
                )
            accuracy = "" if check.accuracy is None else f", accuracy {check.accuracy:.3f}"
            bar.update(tasks[key], completed=check.update,  # type: ignore[arg-type]
                       state=f"loss {check.loss:.4f}{accuracy}")  # fmt: skip

        results = train_scenario(scenario, lanes, progress)
    for lane, result in results.items():
        print(_summary(scenario, lane, result))
    if any(result.interrupted for result in results.values()):
        print("rnnstep: interrupted; the best weights so far were kept", file=sys.stderr)
        return 130
    return 0


def _summary(scenario: Scenario, lane: str, result: ModelResult) -> str:
    model = scenario.models[lane]
    weights = model.weights
    assert model.training is not None
    recipe, facts = model.training.recipe, result.kept.result.facts
    if facts and not isinstance(recipe, Recipe):
        said = how_learned(metadata(scenario, model, result))
        loss = result.kept.result.best.loss
        return f"{lane}: {said} (loss {loss:.4f}) in {weights}"
    solved = sum(run.result.solved for run in result.runs)
    best = result.kept.result.best
    accuracy = "" if best.accuracy is None else f", accuracy {best.accuracy:.3f}"
    ended = f"; training ended there: {facts['ended']}" if "ended" in facts else ""
    goal = f"{solved} of {len(result.runs)} seeds reached the goal"
    if not recipe.has_goal:
        goal = f"{len(result.runs)} seed{'s' * (len(result.runs) != 1)}, no goal"
    return (
        f"{lane}: {goal}; kept seed"
        f" {result.kept.seed} (loss {best.loss:.4f}{accuracy}, after {best.update} updates"
        f"{ended}) in {weights}"
    )
