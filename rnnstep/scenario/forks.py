"""Patched lanes and forks of a scenario: from its file, and made while one looks at a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

import numpy as np

from ..errors import EquationError, SignalError, listed, suggest
from ..simulate import BUDGET, Patch, PatchError, Trace, fork
from ..simulate.patch import LaneShape, check_patch
from ..simulate.patch_text import parse_patch, placed
from . import schema
from .order import CircleError, lanes_in_order
from .positions import Document
from .positions import Path as Where
from .problems import Problem
from .run import Run
from .scenario import Model, Scenario
from .tape import Tape

T = TypeVar("T")
MAX_LANES = 12
"""Lanes of a scenario, forks among them."""


def symbols_of(tape: Tape) -> dict[str, tuple[float, ...]]:
    """What each symbol means as an input; empty unless the inputs are one-hot."""
    if not tape.one_hot:
        return {}
    return {name: tuple(row) for name, row in zip(tape.names, np.eye(len(tape.names)), strict=True)}


def shape_of(model: Model, tape: Tape) -> LaneShape:
    """What a patch must fit to apply to a model's lane."""
    return LaneShape(model.name, model.cell, model.sizes, tape.length, tape.index)


def read_patches(
    document: Document,
    where: Where,
    texts: Sequence[str],
    model: Model,
    others: Mapping[str, Model],
    tape: Tape,
) -> tuple[Patch, ...]:
    """Read the patches of a lane, or note what is wrong with them, each at its place.

    Parameters
    ----------
    document : Document
        Takes the problems.
    where : path
        Of the list of patches.
    texts : sequence of str
    model : Model
        That is patched.
    others : mapping of str to Model
        Lanes that it may take values from.
    tape : Tape
    """
    marks = {**tape.marks, "last": tape.length}
    shapes = {name: shape_of(other, tape) for name, other in others.items()}
    symbols, found = symbols_of(tape), []
    for number, text in enumerate(texts):
        try:
            patch = parse_patch(text, marks, symbols)[1]
            try:
                check_patch(patch, shape_of(model, tape), shapes)
            except PatchError as error:
                raise placed(error, text, marks, symbols) from None
        except EquationError as error:
            at = document.inside((*where, number), error.line, error.column)
            document.problems.append(Problem(*at, error.with_caret))
        else:
            found.append(patch)
    return tuple(found)


def build_fork(
    document: Document, name: str, section: schema.Model, models: Mapping[str, Model]
) -> Model | None:
    """Make the lane of a section ``fork``, without its patches, or note what is wrong with it."""
    assert section.fork is not None
    where: Where = ("models", name)
    before = len(document.problems)
    for key in sorted(section.model_fields_set - {"fork", "title", "note"}):
        document.problem(
            (*where, key), f"a fork is its parent with patches; {key} is its parent's", key=True
        )
    parent = models.get(section.fork.of)
    if parent is None:
        of = section.fork.of
        document.problem(
            (*where, "fork", "of"), f"there is no lane {of!r} before {name}{suggest(of, models)};"
            f" there are {listed(models)}"
        )  # fmt: skip
        return None
    if len(document.problems) > before:
        return None
    return fork_model(parent, name, (), str(section.title or ""), str(section.note).strip())


def with_patches(
    document: Document, models: Mapping[str, Model], sections: Mapping[str, schema.Model],
    tape: Tape,
) -> dict[str, Model]:
    """Lanes with the patches of their sections; what is wrong with one is noted at its place.

    A patch may take values from any lane of the file, before or behind its own, unless that lane
    takes its own from there.
    """  # fmt: skip
    found = dict(models)
    for name, model in models.items():
        section = sections[name]
        parent = found[model.fork_of].patches if section.fork else ()
        texts = section.fork.patch if section.fork else section.patch or ()
        where: Where = ("models", name, *(("fork",) if section.fork else ()), "patch")
        others = {other: models[other] for other in models if other != name}
        own = read_patches(document, where, texts, model, others, tape)
        found[name] = replace(model, patches=(*parent, *own))
        try:
            lanes_in_order(found)
        except CircleError as error:
            circle = [patch.lane in error.circle for patch in own]
            whole = len(own) == len(texts)
            document.problem((*where, circle.index(True)) if whole else where, str(error))
            found[name] = replace(model, patches=parent)
    return found


def fork_model(
    parent: Model, name: str, patches: Sequence[Patch], title: str = "", note: str = ""
) -> Model:
    """A lane that is another one with patches; it is not trained."""
    return replace(
        parent, name=name, title=title or fork_title(parent, name), note=note, weights=None,
        training=None, fork_of=parent.name, patches=(*parent.patches, *patches),
    )  # fmt: skip


def fork_title(parent: Model, name: str) -> str:
    """What a fork is called on the screen where no file says it: its name tells it from others."""
    title = parent.title.removesuffix(f", {parent.name}") if parent.fork_of else parent.title
    return f"{title}, {name}"


def with_fork(
    run: Run,
    of: str,
    patches: Sequence[Patch],
    name: str = "",
    budget: int = BUDGET,
    progress: Callable[[int], object] | None = None,
) -> Run:
    """A run with one lane more: a fork of a lane, beside its parent.

    Parameters
    ----------
    run : Run
        Stays as it is; both share the memory of what is common.
    of : str
        The parent.
    patches : sequence of Patch
    name : str
        Of the fork; by default its parent's with a number.
    budget, progress
        As in ``simulate.fork``.

    Raises
    ------
    SignalError
        If there is no such lane, or the name is taken.
    PatchError
        If a patch does not fit, there is none, or there are too many lanes.
    """
    name = check_fork(run, of, patches, name)
    models = run.scenario.models
    child = fork(run[of], name, patches, run.traces, budget, progress)
    model = fork_model(models[of], name, patches)
    behind = _family(models, of)[-1]
    return with_lanes(
        run, _put_behind(models, behind, name, model), _put_behind(run.traces, behind, name, child)
    )


def check_fork(run: Run, of: str, patches: Sequence[Patch], name: str = "") -> str:
    """The name of the fork that `with_fork` would make, which raises the same; nothing is run."""
    _ = run[of]
    scenario = run.scenario
    models = scenario.models
    if len(models) >= MAX_LANES:
        forks = [lane for lane, model in models.items() if model.fork_of]
        what = f"drop a fork first (D in the app): {listed(forks)}"
        raise PatchError(
            f"there are {len(models)} lanes, as many as there can be;"
            f" {what if forks else 'none is a fork that could be dropped'}"
        )
    name = name or free_name(of, (*models, *scenario.tape.marks))
    if name in models:
        raise SignalError(f"there is a lane {name!r} already")
    shapes = {lane: shape_of(model, scenario.tape) for lane, model in models.items()}
    for patch in patches:
        check_patch(patch, shapes[of], shapes)
    return name


def free_name(of: str, taken: Iterable[str]) -> str:
    """The name of the next fork of a lane: its parent's with the first number that is free.

    Of a parent's name that is too long for a number behind it, the end is left out.
    """
    there = set(taken)
    names = (f"{of[: schema.LONGEST_NAME - len(f'_{k}')]}_{k}" for k in count(2))
    return next(name for name in names if name not in there)


def own_patches(scenario: Scenario, name: str) -> tuple[Patch, ...]:
    """The patches of a lane that its parent, if it is a fork, does not have."""
    models = scenario.models
    parent = models.get(models[name].fork_of)
    return models[name].patches[len(parent.patches) if parent else 0 :]


def without_lane(run: Run, name: str) -> Run:
    """A run without one of its forks, and without the forks of it.

    Raises
    ------
    PatchError
        If the lane is no fork, or a lane that stays takes values from it.
    """
    _ = run[name]
    models = run.scenario.models
    if not models[name].fork_of:
        raise PatchError(f"{name} is no fork; only a fork can be dropped")
    gone = _family(models, name)
    # A file cannot say what a lane takes from one that is not there.
    for lane, model in models.items():
        taken = next((patch for patch in model.patches if patch.lane in gone), None)
        if taken and lane not in gone:
            raise PatchError(
                f"{lane} takes its value from {taken.lane} (`{taken}`); drop {lane} first"
            )
    left = {lane: model for lane, model in models.items() if lane not in gone}
    return with_lanes(run, left, {lane: run.traces[lane] for lane in left})


def _family(models: Mapping[str, Model], of: str) -> list[str]:
    """A lane, its forks, and theirs, in the order of the lanes."""
    found = [of]
    for lane, model in models.items():
        if model.fork_of in found:
            found.append(lane)
    return found


def _put_behind(lanes: Mapping[str, T], behind: str, name: str, new: T) -> dict[str, T]:
    found: dict[str, T] = {}
    for lane, value in lanes.items():
        found[lane] = value
        if lane == behind:
            found[name] = new
    return found


def with_lanes(run: Run, models: Mapping[str, Model], traces: Mapping[str, Trace]) -> Run:
    """A run with other lanes of the same scenario."""
    return Run(replace(run.scenario, models=models), traces)
