"""Every combination of a matrix, built as the scenario's own models are, each with its baseline.

A combination is the scenario with some of its settings replaced, and goes through the same checks
as the scenario does. What is wrong with it is said at the value of the axis that is to blame.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path

import numpy as np

from ...learn import Sampler, with_seed
from ..baseline import CheckBaseline, baseline_of
from ..generators import Generator
from ..language import DEFAULT
from ..load import Loader, parse_scenario, read_text
from ..positions import Data, Document, read_yaml
from ..positions import Path as Where
from ..problems import Problem, ScenarioError
from ..scenario import Model
from .matrix import Axis, Matrix, Value, read_matrix, shown

_WITHOUT_CHANCE = ("least_squares", "counting")
"""Methods that give the same parameters whatever the seed, as long as they fit a given series."""


@dataclass(frozen=True, eq=False)
class Combination:
    """One setting of a lane, with all its seeds.

    Attributes
    ----------
    lane : str
    values : mapping of str to value
        What each axis has here.
    inputs : tuple of str
        Which of the axes are settings of the input.
    model : Model
        With its training, without weights.
    seeds : tuple of int
    baseline : CheckBaseline or None
        What needs no memory gets here.
    fingerprint : str
        Stands for everything that decides the result, but the seed.
    """

    lane: str
    values: Mapping[str, Value]
    inputs: tuple[str, ...]
    model: Model
    seeds: tuple[int, ...]
    baseline: CheckBaseline | None
    fingerprint: str

    @property
    def name(self) -> str:
        """The lane and its values, in one line."""
        return ", ".join([self.lane, *(f"{k} {shown(v)}" for k, v in self.values.items())])

    def run_id(self, seed: int) -> str:
        """What a run of this combination is known by in the file of results."""
        return f"{self.fingerprint}-{seed}"


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that a sweep runs.

    Attributes
    ----------
    path : Path
        The scenario's file.
    title : str
    axes : tuple of str
        Names of all axes.
    combinations : tuple of Combination
    """

    path: Path
    title: str
    axes: tuple[str, ...]
    combinations: tuple[Combination, ...]

    @property
    def runs(self) -> tuple[tuple[Combination, int], ...]:
        """Every combination with every seed."""
        return tuple((c, seed) for c in self.combinations for seed in c.seeds)


def load_plan(path: Path | str, language: str = DEFAULT) -> Plan:
    """Read a scenario's matrix and build all its combinations.

    Parameters
    ----------
    path : Path
    language : str
        Of the title; see `load_scenario`.

    Returns
    -------
    Plan

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file, each at its place.
    """
    path = Path(path)
    text = read_text(path)
    scenario = parse_scenario(text, path, need_weights=False, language=language)
    document = read_yaml(text)
    assert isinstance(document.data, dict)
    if "matrix" not in document.data:
        raise ScenarioError(path, [Problem(1, 1, "there is nothing to sweep: the file has no"
                                                 " section matrix")])  # fmt: skip
    matrix = read_matrix(document)
    assert matrix is not None
    builder = _Builder(document, path)
    combinations = []
    for lane, axes in matrix.lanes.items():
        for numbers in product(*(range(len(axis.values)) for axis in axes)):
            values = {a.name: a.values[n] for a, n in zip(axes, numbers, strict=True)}
            if not _excluded(matrix, lane, values):
                built = builder.build(lane, axes, numbers, matrix.seeds[lane])
                combinations += [built] if built else []
    if not combinations and not builder.problems:
        builder.problems.append(
            Problem(*document.place(("matrix", "exclude")), "exclude leaves nothing to run")
        )
    if builder.problems:
        raise ScenarioError(path, builder.problems)
    return Plan(path, scenario.title, matrix.names, tuple(_by_input(combinations)))


def _by_input(combinations: list[Combination]) -> list[Combination]:
    """The same, so that what reads the same input stands together."""
    order: dict[str, list[Combination]] = {}
    for one in combinations:
        order.setdefault(shown([one.values[k] for k in one.inputs]), []).append(one)
    return [one for group in order.values() for one in group]


def _excluded(matrix: Matrix, lane: str, values: Mapping[str, Value]) -> bool:
    known = {**values, "lane": lane}
    return any(
        all(name in known and known[name] in wanted for name, wanted in rule.items())
        for rule in matrix.exclude
    )


class _Builder:
    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path
        self.problems: list[Problem] = []

    def build(
        self, lane: str, axes: tuple[Axis, ...], numbers: tuple[int, ...], seeds: tuple[int, ...]
    ) -> Combination | None:
        derived, model, found = self.derive(lane, axes, numbers)
        if model is None:
            self.blame(lane, axes, numbers, derived)
            return None
        values = {a.name: a.values[n] for a, n in zip(axes, numbers, strict=True)}
        inputs = tuple(axis.name for axis in axes if axis.section == "input")
        training = model.training
        assert training is not None
        given = not isinstance(training.sampler, Generator)
        if given and training.recipe.method in _WITHOUT_CHANCE:
            seeds = seeds[:1]
        return Combination(lane, values, inputs, model, seeds, found, fingerprint(model))

    def derive(
        self, lane: str, axes: tuple[Axis, ...], numbers: tuple[int, ...]
    ) -> tuple[Document, Model | None, CheckBaseline | None]:
        """The scenario with one lane and other values, built."""
        document = self.document
        assert isinstance(document.data, dict) and isinstance(document.data["models"], dict)
        data: dict[str, Data] = {
            k: v for k, v in document.data.items() if k in ("input", "readout", "train")
        }
        own = document.data["models"][lane]
        assert isinstance(own, dict)
        # Training draws its own parameters; what a weights file holds does not matter here.
        data["models"] = {lane: {**own, "weights": {"init": {}}}}
        derived = Document(document.text, data, dict(document.values), dict(document.keys),
                           document.styles)  # fmt: skip
        for axis, number in zip(axes, numbers, strict=True):
            target = self.target(axis, lane)
            _put(data, target, axis.values[number])
            derived.values[target] = derived.keys[target] = document.place(axis.places[number])
        loader = Loader(derived, self.path, need_weights=False)
        source = loader.source()
        models = loader.models(source) if source else None
        if not models or source is None:
            return derived, None, None
        model = models[lane]
        assert model.training is not None
        return derived, model, baseline_of(source, model.training)

    def target(self, axis: Axis, lane: str) -> Where:
        """Where in the file's data an axis sets its value."""
        if axis.section == "input":
            data = self.document.data
            assert isinstance(data, dict) and isinstance(data["input"], dict)
            return ("input", next(iter(data["input"])), axis.key)
        inside = () if axis.section == "model" else (axis.section,)
        return ("models", lane, *inside, axis.key)

    def blame(
        self, lane: str, axes: tuple[Axis, ...], numbers: tuple[int, ...], derived: Document
    ) -> None:
        """Note what is wrong with a combination where its cause stands."""
        places = {
            self.document.place(axis.places[n]) for axis, n in zip(axes, numbers, strict=True)
        }
        alone = [
            (axis, n) for axis, n in zip(axes, numbers, strict=True)
            if self.derive(lane, (axis,), (n,))[0].problems
        ]  # fmt: skip
        values = ", ".join(
            f"{axis.name} {shown(axis.values[n])}" for axis, n in zip(axes, numbers, strict=True)
        )
        for problem in derived.problems:
            if (problem.line, problem.column) in places:
                self.note(problem)
            elif alone:
                axis, number = alone[0]
                place = self.document.place(axis.places[number])
                self.note(Problem(*place, problem.message))
            else:
                place = self.document.place(("matrix",), key=True)
                self.note(Problem(*place, f"{lane} with {values}: {problem.message}"))

    def note(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _put(data: Data, path: Where, value: Value) -> None:
    """Set a value in nested data without touching what others share."""
    assert isinstance(data, dict)
    key, *rest = path
    if not rest:
        data[str(key)] = value
        return
    inner = data.get(str(key))
    data[str(key)] = dict(inner) if isinstance(inner, dict) else {}
    _put(data[str(key)], tuple(rest), value)


def fingerprint(model: Model) -> str:
    """Stands for all that decides what training gives: equations, sizes, recipe, sequences.

    The sequences count by a sample, so a generator that draws otherwise gives another fingerprint.
    The seed and the lane's name do not count.
    """
    training = model.training
    assert training is not None
    settings = {
        field.name: getattr(training, field.name) for field in fields(training)
        if field.name not in ("recipe", "seeds", "sampler", "validation")
    }  # fmt: skip
    settings |= with_seed(training.recipe, 0).as_dict()
    # What is not set does not count, so a new setting of recipes leaves results as they are.
    known = {name: value for name, value in settings.items() if value is not None}
    sizes = {name: list(shape) for name, shape in model.sizes.params.items()}
    text = json.dumps([model.cell.equations_text(), sizes, known], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode())
    for sampler in (training.sampler, training.validation):
        for part in _sample(sampler):
            digest.update(part)
    return digest.hexdigest()[:16]


def _sample(sampler: Sampler | None) -> Iterator[bytes]:
    if sampler is None:
        return
    batch = sampler.sample(np.random.default_rng(0), 8)
    for array in (batch.x, batch.target):
        yield str(array.shape).encode()
        # Rounded: another machine's sine may differ in its last digit.
        yield np.ascontiguousarray(np.round(array.astype(float), 6) + 0.0).tobytes()
