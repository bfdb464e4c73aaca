"""From a section of ``models`` to a model that can run and be trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..cells import CELLS, READOUTS, Cell, cell_options, custom_cell, get_cell
from ..cells.chain import chain_of
from ..equations.sizes import Shape, Sizes
from ..errors import EquationError, ParamsError, RnnstepError, SizeError, listed, suggest
from ..learn import GOALS, Counting, Guess, LeastSquares, Recipe, initialise
from ..learn.counting import check_table
from ..learn.initialise import keep_gates
from ..simulate import Feedback, check_params
from ..weights import WeightsError, load_params
from . import schema
from .free_running import make_feedback
from .inputs import Source
from .positions import Document
from .positions import Path as Where
from .problems import Problem
from .recipes import check_method, make_recipe, merged_settings
from .scenario import Model, Training

Array = np.ndarray

MAX_PARAMETERS = 10_000_000
"""Numbers of one model; a file cannot ask for more memory than that."""


class ModelBuilder:
    """Builds one model and notes what is wrong with it, each thing at its place."""

    def __init__(
        self, document: Document, name: str, section: schema.Model, source: Source, path: Path
    ) -> None:
        self.document = document
        self.name = name
        self.section = section
        self.source = source
        self.path = path
        self.where: Where = ("models", name)
        self.warnings: list[str] = []

    def problem(self, message: str, *where: str | int, key: bool = False) -> None:
        self.document.problem((*self.where, *where), message, key)

    def build(
        self, train: schema.Train | None, readout: str | None, need_weights: bool
    ) -> Model | None:
        """Make the model, or None if something is wrong with it."""
        before = len(self.document.problems)
        cell = self.cell()
        if cell is None:
            return None
        cell = self.with_readout(cell, readout)
        if cell is None:
            return None
        values = self.values()
        sizes = self.sizes(cell, values)
        if sizes is None:
            return None
        training = self.training(cell, train)
        initial = self.initial(cell, sizes)
        widths = sizes.signals[cell.answer], sizes.signals["x"]
        feedback = make_feedback(
            self.section.free_running, self.source.tape, widths, self.problem
        )
        # A cell that cannot answer can have no weights; that they are missing is no second mistake.
        answers = self.window(cell, feedback)
        params, weights, metadata = self.params(
            cell, sizes, values, train, need_weights and answers
        )
        if len(self.document.problems) > before:
            return None
        section = self.section
        return Model(
            self.name, section.title or cell.title, section.note.strip(), cell, sizes, params,
            initial, np.dtype(section.dtype), weights, metadata, training, feedback,
        )  # fmt: skip

    def cell(self) -> Cell | None:
        section = self.section
        if (section.cell is None) == (section.equations is None):
            both = "both" if section.cell else "neither"
            self.problem(f"a model has either cell or equations; this has {both}", key=True)
            return None
        try:
            if section.cell is not None:
                if section.cell in CELLS:
                    self.options(section.cell)
                return get_cell(section.cell, **section.options)
            assert section.equations is not None
            title = section.title or self.name
            return custom_cell(section.equations, self.name, title, section.output)
        except EquationError as error:
            place = self.document.inside((*self.where, "equations"), error.line, error.column)
            self.document.problems.append(Problem(*place, error.with_caret))
        except ParamsError as error:
            self.problem(str(error), "options")
        except RnnstepError as error:
            self.problem(str(error), "cell")
        return None

    def options(self, cell: str) -> None:
        """Note every unknown option by its own place."""
        possible = cell_options(cell)
        for option in list(self.section.options):
            if option not in possible:
                self.problem(
                    f"{cell} has no option {option!r}{suggest(option, possible)};"
                    f" it has {listed(possible)}",
                    "options", option, key=True,
                )  # fmt: skip
                del self.section.options[option]

    def with_readout(self, cell: Cell, readout: str | None) -> Cell | None:
        tape = self.source.tape
        # What is said for all lanes does not bind one that answers by itself in another way.
        common = readout if readout in ("none", *cell.readouts) else None
        kind = self.section.readout or common
        if kind == "none" or (kind is None and tape.target is None):
            return cell
        if tape.target is None:
            self.problem(f"the readout {kind} needs a target, and the input has none", "readout")
            return None
        what = "classes" if tape.classes else "numbers"
        fitting = cell.readout_for(what)
        if fitting is None:
            self.problem(f"{cell.name} does not answer {what}. {cell.notes}", "cell")
            return None
        kind = kind or fitting
        if kind in cell.readouts and READOUTS[kind].answers != what:
            self.problem(f"targets that are {what} need the readout {fitting}", "readout")
            return None
        try:
            return cell.with_readout(kind)
        except RnnstepError as error:
            self.problem(str(error))
            return None

    def values(self) -> dict[str, Array] | None:
        """Literal parameters; a single number stands for an array full of it."""
        weights = self.section.weights
        if weights is None or weights.values is None:
            return None
        found = {}
        for name, value in weights.values.items():
            try:
                found[name] = np.array(value, dtype=float)
            except (TypeError, ValueError):
                self.problem(
                    f"{name} is no vector or matrix: its rows differ in length",
                    "weights", "values", name,
                )  # fmt: skip
                continue
            if not np.isfinite(found[name]).all():
                self.problem(f"{name} has a value that is not finite", "weights", "values", name)
        return found

    def sizes(self, cell: Cell, values: dict[str, Array] | None) -> Sizes | None:
        tape = self.source.tape
        given: dict[str, int | Shape] = {"x": tape.x.shape[1], **self.section.sizes}
        if cell.readout and tape.target is not None:
            given[cell.answer] = len(tape.labels) if tape.classes else tape.target.shape[1]
        for name, value in (values or {}).items():
            if name in cell.graph.params:
                wanted = 2 if cell.graph.params[name].kind == "matrix" else 1
                if value.ndim == wanted:
                    given[name] = value.shape
        units = self.section.units
        try:
            sizes = cell.sizes(units, given, max(tape.length, int(self.source.longest)))
        except SizeError as error:
            self.problem(str(error), "units" if units else "cell")
            return None
        if sizes.count > MAX_PARAMETERS:
            self.problem(
                f"{cell.name} would have {sizes.count:,} parameters; at most {MAX_PARAMETERS:,}"
                " are read", "units" if units else "cell",
            )  # fmt: skip
            return None
        found = sizes.signals[cell.output]
        if units not in (None, found):
            self.problem(f"units is {units}, but the parameters make it {found}", "units")
            return None
        return sizes

    def training(self, cell: Cell, common: schema.Train | None) -> Training | None:
        own = self.section.train
        if common is None and not own.model_fields_set:
            return None
        settings = merged_settings(common, own)
        weights = self.section.weights
        given = weights is not None and (weights.init or weights.values is not None)
        if own.model_fields_set or not given:
            check_method(cell, settings.method or Recipe.method, own, self.problem)
        try:
            sampler, validation = self.source.samplers(settings)
        except RnnstepError as error:
            self.problem(str(error), "train")
            return None
        recipe = make_recipe(settings, self.source)
        if recipe.seed < 0:
            self.problem(f"train.seed is {recipe.seed}; it must be 0 or more", "train", "seed")
        if isinstance(recipe, LeastSquares | Counting):
            return Training(recipe, 1, sampler, validation)
        if isinstance(recipe, Guess) and not recipe.has_goal:
            self.problem(f"guessing needs a goal: {listed(GOALS)}", "train")
        if isinstance(recipe, Recipe) and recipe.initialisation in (
            "forget_bias", "chrono",
        ) and not keep_gates(cell.graph):  # fmt: skip
            self.problem(
                f"{recipe.initialisation}: {cell.name} has no gate that keeps its state",
                "train", "initialisation",
            )  # fmt: skip
        return Training(recipe, settings.seeds or 1, sampler, validation)

    def params(
        self,
        cell: Cell,
        sizes: Sizes,
        values: dict[str, Array] | None,
        train: schema.Train | None,
        need_weights: bool,
    ) -> tuple[dict[str, Array] | None, Path | None, dict[str, object]]:
        weights = self.section.weights or schema.Weights()
        given = [k for k in ("file", "init", "values") if getattr(weights, k) is not None]
        trained = train is not None or self.section.train.model_fields_set
        if not given and trained:
            weights = schema.Weights(file=default_weights(self.path, self.name))
            given = ["file"]
        if len(given) != 1:
            self.problem(
                f"weights has {listed(given)}; it must have just one of file, init, values"
                " (or the scenario a section train)",
                "weights",
            )
            return None, None, {}
        try:
            if weights.file is not None:
                return self.from_file(cell, sizes, self.path.parent / weights.file, need_weights)
            if weights.init is not None:
                init = weights.init
                longest = init.longest or self.source.longest
                params = initialise(
                    cell, sizes, init.name, max(init.seed, 0), init.forget_bias, longest
                )
                return self.checked(cell, params), None, {}
            assert values is not None
            return self.checked(cell, self.literal(cell, sizes, values)), None, {}
        except RnnstepError as error:
            self.problem(str(error), "weights", given[0])
            return None, None, {}

    def checked(self, cell: Cell, params: dict[str, Array]) -> dict[str, Array]:
        """Refuse a table that is given by hand, or drawn, and holds no probabilities."""
        if chain_of(cell) is not None:
            check_table(cell, params)
        return params

    def literal(self, cell: Cell, sizes: Sizes, values: dict[str, Array]) -> dict[str, Array]:
        full = {
            name: np.full(sizes.params[name], value)
            if value.ndim == 0 and name in sizes.params
            else value
            for name, value in values.items()
        }
        check_params(self.name, cell, full)
        for name, value in full.items():
            _check_shape(name, value, sizes)
        return full

    def from_file(
        self, cell: Cell, sizes: Sizes, file: Path, need_weights: bool
    ) -> tuple[dict[str, Array] | None, Path, dict[str, object]]:
        try:
            params, metadata = load_params(file)
        except WeightsError as error:
            if not need_weights:
                return None, file, {}
            hint = "" if file.is_file() else f"; `rnnstep train {self.path}` makes it"
            raise WeightsError(f"{error}{hint}") from None
        if not need_weights:
            return None, file, metadata
        equations = metadata.get("equations")
        if isinstance(equations, str) and equations != cell.equations_text():
            raise WeightsError(
                f"{file} was trained for other equations than {self.name} has now;"
                f" `rnnstep train {self.path}` makes it anew"
            )
        check_params(f"{file}", cell, params)
        for name, value in params.items():
            _check_shape(f"{file}: {name}", value, sizes, name)
            if not np.isfinite(value).all():
                raise ParamsError(f"{file}: {name} has a value that is not finite")
        return params, file, metadata

    def window(self, cell: Cell, feedback: Feedback | None) -> bool:
        """Note a window that is not full yet where answers are to be read; False if it never is."""
        if cell.warm_up >= self.source.tape.length:
            self.problem(
                f"{cell.name} answers once it has read {cell.warm_up + 1} steps, and the input has"
                f" {self.source.tape.length}",
                "options" if self.section.options else "cell",
            )
            return False
        if feedback and feedback.start <= cell.warm_up:
            self.problem(
                f"{cell.name} has its first answer at step {cell.warm_up + 1}; it cannot run free"
                f" from step {feedback.start} on",
                "free_running", "from",
            )  # fmt: skip
        return True

    def initial(self, cell: Cell, sizes: Sizes) -> dict[str, Array]:
        found = {}
        readable = [*cell.graph.lags]
        for name, value in self.section.initial.items():
            if name not in readable:
                self.problem(
                    f"{name} is no state{suggest(name, readable)}; the states are"
                    f" {listed(readable)}",
                    "initial", name, key=True,
                )  # fmt: skip
                continue
            size, lag = sizes.signals[name], cell.graph.lags[name]
            try:
                array = np.array(value, dtype=float)
            except (TypeError, ValueError):
                array = np.empty((0, 0, 0))
            if array.ndim == 0:
                array = np.full(size, float(array))
            if array.shape not in ((size,), (lag, size)):
                self.problem(
                    f"{name} has size {size}; this has shape {array.shape}", "initial", name
                )
                continue
            found[name] = array if lag > 1 or array.ndim == 1 else array[0]
        return found


def default_weights(path: Path, lane: str) -> str:
    """Where a trained model's weights stand, relative to the scenario's file."""
    return f"weights/{path.stem}.{lane}.safetensors"


def _check_shape(label: str, value: Array, sizes: Sizes, name: str | None = None) -> None:
    wanted = sizes.params[name or label]
    if value.shape != wanted:
        raise ParamsError(f"{label} has shape {value.shape}; the model needs {wanted}")

