"""The section ``matrix``: which settings take which values, as data.

Every key is an axis: a setting of the scenario and the list of values that it takes in turn. A
setting is one of the input's generator (``lag``), of the training (``learning_rate``, ``seed``), of
a model (``cell``, ``units``) or an option of its cell (``peepholes``). Three keys are no axes:
``lanes`` says which lanes are swept and gives axes of their own, ``exclude`` leaves out what agrees
with one of its items, ``seeds`` says how many seeds are run from ``train.seed`` on.

Only the form is read here, which costs little; ``plan`` builds the models of every combination.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from ...cells import CELLS, cell_options
from ...errors import listed, suggest
from .. import schema
from ..positions import Data, Document, Path
from ..validate import fields

MAX_RUNS = 10_000
"""More runs than this are a mistake sooner than a plan."""

Value = None | bool | int | float | str | list[Data]
_OWN_KEYS = ("lanes", "exclude", "seeds")
_MODEL_KEYS = ("cell", "units")
_OF_THE_TAPE = ("seed", "shown")
"""Keys of the input that decide what is shown, which no training reads."""
_TRAIN_KEYS = tuple(name for name in schema.Train.model_fields if name != "seeds")


@dataclass(frozen=True)
class Axis:
    """A setting and the values that it takes in turn.

    Attributes
    ----------
    name : str
        As the file has it.
    section : {"input", "model", "options", "train"}
        Where the setting belongs.
    key : str
        Its key there.
    values : tuple
    path : tuple of str and int
        Where the axis stands in the file.
    """

    name: str
    section: str
    key: str
    values: tuple[Value, ...]
    path: Path

    @property
    def places(self) -> tuple[Path, ...]:
        """Where each value stands in the file."""
        return tuple((*self.path, number) for number in range(len(self.values)))


@dataclass(frozen=True)
class Matrix:
    """A section ``matrix``.

    Attributes
    ----------
    lanes : mapping of str to tuple of Axis
        The axes of each lane that is swept, without ``seed``: those of the input, those that only
        this lane has, the others.
    seeds : mapping of str to tuple of int
        The seeds of each lane's training.
    exclude : tuple of mapping
        By name of an axis, or ``lane``, the values that agree.
    """

    lanes: Mapping[str, tuple[Axis, ...]]
    seeds: Mapping[str, tuple[int, ...]]
    exclude: tuple[Mapping[str, tuple[Value, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all axes, in the order that each lane has them in."""
        every = sorted((axis for axes in self.lanes.values() for axis in axes), key=_order)
        return tuple(dict.fromkeys(axis.name for axis in every))

    @property
    def count(self) -> int:
        """How many runs there are, before anything is excluded."""
        return sum(
            prod(len(axis.values) for axis in axes) * len(self.seeds[lane])
            for lane, axes in self.lanes.items()
        )


def read_matrix(document: Document) -> Matrix | None:
    """Read the section, or note what is wrong with it.

    Parameters
    ----------
    document : Document
        With a section ``matrix``.

    Returns
    -------
    Matrix or None
    """
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        data = document.data
        assert isinstance(data, dict)
        self.data = data
        self.section = data["matrix"]

    def problem(self, message: str, *path: str | int, key: bool = False) -> None:
        self.document.problem(("matrix", *path), message, key)

    def read(self) -> Matrix | None:
        before = len(self.document.problems)
        section = self.section
        if not isinstance(section, dict) or not section:
            self.problem("matrix has an axis a line: a setting and a list of its values, such as"
                         " learning_rate: [0.01, 0.001]", key=True)  # fmt: skip
            return None
        own = self.lanes()
        shared = self.axes(section, (), list(own), _OWN_KEYS)
        lanes, seeds = {}, {}
        for lane, given in own.items():
            rest = [axis for axis in shared if axis.name not in given]
            ordered = sorted([*rest, *self.own_axes(lane, given)], key=_order)
            seeds[lane] = self.seeds(lane, [a for a in ordered if _is_seed(a)])
            lanes[lane] = tuple(a for a in ordered if not _is_seed(a))
        if len(self.document.problems) > before:
            return None
        found = Matrix(lanes, seeds, self.exclude(lanes))
        if found.count > MAX_RUNS:
            self.problem(f"the matrix has {found.count:,} runs; at most {MAX_RUNS:,} are possible",
                         key=True)  # fmt: skip
        return None if len(self.document.problems) > before else found

    def lanes(self) -> dict[str, dict[str, Data]]:
        """The lanes that are swept, with what ``lanes`` says of each."""
        models = self.data.get("models")
        models = models if isinstance(models, dict) else {}
        trained = [name for name, model in models.items() if self.is_trained(model)]
        assert isinstance(self.section, dict)
        given = self.section.get("lanes")
        if given is None:
            if not trained:
                self.problem("there is nothing to sweep: no lane is trained", key=True)
            return {name: {} for name in trained}
        if not isinstance(given, dict) or not given:
            self.problem("lanes has a key for each lane, with the axes that only it has", "lanes")
            return {}
        found: dict[str, dict[str, Data]] = {}
        for name, axes in given.items():
            if name not in trained:
                self.problem(
                    f"{name!r} is no lane that is trained{suggest(name, trained)}; there are"
                    f" {listed(trained)}", "lanes", name, key=True,
                )  # fmt: skip
            elif axes is not None and not isinstance(axes, dict):
                self.problem("a lane has axes: a setting and a list of its values", "lanes", name)
            else:
                found[name] = axes or {}
        return found

    def is_trained(self, model: Data) -> bool:
        """Whether `rnnstep train` would train a model."""
        if not isinstance(model, dict):
            return False
        weights = model.get("weights")
        fixed = isinstance(weights, dict) and "file" not in weights
        return not fixed and bool("train" in self.data or model.get("train"))

    def own_axes(self, lane: str, given: dict[str, Data]) -> list[Axis]:
        axes = self.axes(given, ("lanes", lane), [lane], ())
        for axis in axes:
            if axis.section == "input":
                self.problem(
                    f"{axis.name} is a setting of the input, which all lanes share; it belongs"
                    " into matrix itself", "lanes", lane, axis.name, key=True,
                )  # fmt: skip
        return axes

    def axes(
        self, given: dict[str, Data], path: Path, lanes: list[str], skip: tuple[str, ...]
    ) -> list[Axis]:
        found = []
        for name, values in given.items():
            if name in skip:
                continue
            where = self.setting(name, path, lanes)
            if where is None:
                continue
            items = values if isinstance(values, list) else [values]
            if not items:
                self.problem(f"{name} has no values; an axis is a list of one or more",
                             *path, name)  # fmt: skip
                continue
            words = [shown(value) for value in items]
            twice = next((word for k, word in enumerate(words) if word in words[:k]), None)
            if twice is not None:
                self.problem(f"{name} has the value {twice} twice", *path, name)
                continue
            flat = [v for v in items if not isinstance(v, dict)]
            if len(flat) < len(items):
                self.problem(f"a value of {name} is a number, a word or a list, no keys",
                             *path, name)  # fmt: skip
                continue
            found.append(Axis(name, *where, tuple(flat), ("matrix", *path, name)))
        return found

    def setting(self, name: str, path: Path, lanes: list[str]) -> tuple[str, str] | None:
        """The section and key that a name means."""
        possible = self.possible(lanes)
        section, dot, key = name.partition(".")
        if dot:
            choices = [f"{part}.{k}" for part, keys in possible.items() for k in keys]
            if key in possible.get(section, ()):
                return section, key
        else:
            choices = [k for keys in possible.values() for k in keys]
            holders = [part for part, keys in possible.items() if name in keys]
            if len(holders) == 1:
                return holders[0], name
            if holders:
                full = " or ".join(f"{part}.{name}" for part in holders)
                self.problem(f"{name} can mean a setting of {' or of '.join(holders)}; write"
                             f" {full}", *path, name, key=True)  # fmt: skip
                return None
        choices = list(dict.fromkeys(choices))
        own = () if path else _OWN_KEYS
        self.problem(
            f"unknown axis {name!r}{suggest(name, [*choices, *own])}; possible here:"
            f" {listed([*choices, *own])}", *path, name, key=True,
        )  # fmt: skip
        return None

    def possible(self, lanes: list[str]) -> dict[str, tuple[str, ...]]:
        """The settings that there are, by section."""
        source = self.data.get("input")
        kinds = list(source) if isinstance(source, dict) else []
        settings = fields(schema.INPUT, (kinds[0],)) if len(kinds) == 1 else ()
        options: dict[str, None] = {}
        for lane in lanes:
            for cell in self.cells(lane):
                options |= dict.fromkeys(cell_options(cell))
        return {
            "input": tuple(name for name in settings if name not in _OF_THE_TAPE),
            "model": _MODEL_KEYS,
            "options": tuple(options),
            "train": _TRAIN_KEYS,
        }

    def cells(self, lane: str) -> list[str]:
        """The built-in cells that a lane has or takes."""
        models = self.data.get("models")
        model = models.get(lane) if isinstance(models, dict) else None
        assert isinstance(self.section, dict)
        own = self.section.get("lanes")
        given = own.get(lane) if isinstance(own, dict) else None
        found: list[Data] = [model.get("cell") if isinstance(model, dict) else None]
        for section in (self.section, given):
            axis = section.get("cell") if isinstance(section, dict) else None
            found += axis if isinstance(axis, list) else [axis]
        return [cell for cell in found if isinstance(cell, str) and cell in CELLS]

    def seeds(self, lane: str, axes: list[Axis]) -> tuple[int, ...]:
        """The seeds of an axis ``seed``, or so many from the training's first on."""
        assert isinstance(self.section, dict)
        if axes:
            if "seeds" in self.section:
                self.problem("seeds and the axis seed both say which seeds are run; one is enough",
                             "seeds", key=True)  # fmt: skip
            found = [v for v in axes[0].values if isinstance(v, int) and not isinstance(v, bool)]
            wrong = len(found) < len(axes[0].values) or any(seed < 0 for seed in found)
            if wrong:
                self.document.problem(axes[0].path, "a seed is a whole number, 0 or more")
            return tuple(found)
        models = self.data["models"]
        model = models.get(lane) if isinstance(models, dict) else None
        own = model.get("train") if isinstance(model, dict) else None
        settings = {**_mapping(self.data.get("train")), **_mapping(own)}
        first, count = settings.get("seed", 0), self.section.get("seeds", settings.get("seeds", 1))
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 1000:
            self.problem(f"seeds is {shown(count)}; it must be a whole number, 1 to 1000", "seeds")
            return ()
        first = first if isinstance(first, int) else 0
        return tuple(range(first, first + count))

    def exclude(
        self, lanes: dict[str, tuple[Axis, ...]]
    ) -> tuple[Mapping[str, tuple[Value, ...]], ...]:
        assert isinstance(self.section, dict)
        given = self.section.get("exclude", [])
        if not isinstance(given, list):
            self.problem("exclude is a list, each item with values of axes", "exclude")
            return ()
        values: dict[str, list[Value]] = {"lane": list(lanes)}
        for axes in lanes.values():
            for axis in axes:
                values.setdefault(axis.name, []).extend(axis.values)
        found = []
        for number, item in enumerate(given):
            if not isinstance(item, dict) or not item:
                self.problem("an item of exclude has values of axes, such as {lane: rnn, lag: 200}",
                             "exclude", number)  # fmt: skip
                continue
            rule: dict[str, tuple[Value, ...]] = {}
            for name, value in item.items():
                wanted = value if isinstance(value, list) else [value]
                if name not in values:
                    self.problem(
                        f"there is no axis {name!r}{suggest(name, values)}; there are"
                        f" {listed(values)}", "exclude", number, name, key=True,
                    )  # fmt: skip
                    continue
                for one in wanted:
                    if one not in values[name]:
                        self.problem(
                            f"{shown(one)} is no value of {name}; there are"
                            f" {listed(dict.fromkeys(map(shown, values[name])))}",
                            "exclude", number, name,
                        )  # fmt: skip
                rule[name] = tuple(v for v in wanted if not isinstance(v, dict))
            found.append(rule)
        return tuple(found)


def shown(value: object) -> str:
    """A value as the file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    return "null" if value is None else str(value)


def _order(axis: Axis) -> int:
    """Axes of the input first, then those that only some lanes have."""
    return 0 if axis.section == "input" else 1 if axis.path[1] == "lanes" else 2


def _is_seed(axis: Axis) -> bool:
    return (axis.section, axis.key) == ("train", "seed")


def _mapping(data: Data) -> dict[str, Data]:
    return data if isinstance(data, dict) else {}
