"""Training the models of a scenario as its file says, and writing what came of it.

Several seeds are run and all of them are reported. The weights that are kept are those of a
*representative* seed, so that nobody has to pick: where training has a goal, the first seed that
ended as the majority did (solved or not); otherwise the seed whose best loss is the median.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import __version__
from ..learn import Check, TrainResult, find_params, with_seed
from ..weights import save_params
from .scenario import Model, Scenario


@dataclass(frozen=True)
class SeedRun:
    """One seed's training; a fit that draws nothing has just one."""

    seed: int
    result: TrainResult

    def as_dict(self) -> dict[str, object]:
        best = self.result.best
        return {
            "seed": self.seed, "solved_at": self.result.solved_at, "update": self.result.update,
            "loss": best.loss, "accuracy": best.accuracy, "whole": best.whole,
        }  # fmt: skip


@dataclass(frozen=True)
class ModelResult:
    """All seeds of one model.

    Attributes
    ----------
    lane : str
    runs : tuple of SeedRun
    kept : SeedRun
        The representative one, whose weights are written.
    """

    lane: str
    runs: tuple[SeedRun, ...]
    kept: SeedRun

    @property
    def interrupted(self) -> bool:
        return any(run.result.interrupted for run in self.runs)


Progress = Callable[[str, int, Check], object]


def train_model(model: Model, progress: Progress | None = None) -> ModelResult:
    """Train one model with all its seeds; Ctrl-C keeps the best so far and ends it.

    Parameters
    ----------
    model : Model
        With a training.
    progress : callable, optional
        Called with the lane, the number of the seed from 0, and each check.

    Raises
    ------
    ValueError
        If the scenario does not say how to train it.
    """
    training = model.training
    if training is None:
        raise ValueError(f"{model.name} has no training")
    runs: list[SeedRun] = []
    for number in range(training.seeds):
        report = (
            (lambda check, number=number: progress(model.name, number, check)) if progress else None
        )
        runs.append(train_seed(model, training.recipe.seed + number, report))
        if runs[-1].result.interrupted:
            break
    return ModelResult(model.name, tuple(runs), representative(runs, training.recipe.has_goal))


def train_seed(
    model: Model, seed: int, progress: Callable[[Check], object] | None = None
) -> SeedRun:
    """Train one model with one seed; see :func:`train_model`."""
    training = model.training
    if training is None:
        raise ValueError(f"{model.name} has no training")
    recipe = with_seed(training.recipe, seed)
    result = find_params(
        model.cell, model.sizes, training.sampler, recipe, progress, training.validation
    )
    return SeedRun(seed, result)


def representative(runs: list[SeedRun], has_goal: bool) -> SeedRun:
    """The run that stands for all: see the module's text."""
    if has_goal:
        solved = sum(run.result.solved for run in runs)
        majority = 2 * solved >= len(runs)
        return next(run for run in runs if run.result.solved == majority)
    order = sorted(runs, key=lambda run: run.result.best.loss)
    return order[(len(order) - 1) // 2]


def train_scenario(
    scenario: Scenario, lanes: tuple[str, ...] = (), progress: Progress | None = None
) -> dict[str, ModelResult]:
    """Train a scenario's models and write their weights, each as soon as it is done.

    Parameters
    ----------
    scenario : Scenario
        Loaded without weights, if there are none yet.
    lanes : tuple of str
        Which; all that have a training if empty.
    progress : callable, optional
        As for :func:`train_model`.

    Returns
    -------
    mapping of str to ModelResult
    """
    found: dict[str, ModelResult] = {}
    for name, model in scenario.models.items():
        if model.training is None or model.weights is None or (lanes and name not in lanes):
            continue
        result = train_model(model, progress)
        found[name] = result
        model.weights.parent.mkdir(parents=True, exist_ok=True)
        save_params(model.weights, result.kept.result.params, metadata(scenario, model, result))
        if result.interrupted:
            break
    return found


def metadata(scenario: Scenario, model: Model, result: ModelResult) -> Mapping[str, object]:
    """What a weights file says of itself."""
    assert model.training is not None
    return {
        "made_by": f"rnnstep train {scenario.path.name}",
        "rnnstep": __version__,
        "scenario": scenario.title,
        "lane": model.name,
        "equations": model.cell.equations_text(),
        "recipe": with_seed(model.training.recipe, result.kept.seed).as_dict(),
        "result": result.kept.result.summary(),
        "kept": "the representative seed: the first that ended as the majority did, or the median",
        "seeds": [run.as_dict() for run in result.runs],
        "labels": list(scenario.tape.labels),
    }
