"""From a YAML file to a checked scenario; everything wrong with it is said at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from ..errors import EquationError, listed, step_hint, suggest
from ..simulate.breakpoint import Breakpoint
from . import schema
from .forks import MAX_LANES, build_fork, with_patches
from .inputs import Source, build_source
from .lane_names import why_no_name
from .language import DEFAULT, check_language
from .lesson import Lesson, LessonBuilder
from .models import ModelBuilder
from .positions import Data, Document, read_yaml
from .problems import Problem, ScenarioError
from .scenario import Expectation, Model, Scenario, ScriptNote
from .space import RunSpace, check_expectation
from .sweep.matrix import read_matrix
from .validate import validate
from .view import View, build_view

_SECTIONS = (
    "input", "models", "readout", "train", "script", "break", "expect", "lesson", "matrix",
    "open",
)  # fmt: skip


def load_scenario(
    path: Path | str, need_weights: bool = True, language: str = DEFAULT
) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
    need_weights : bool
        Whether a missing weights file is an error; without it such a model has no params.
    language : str
        In which texts that are given in several languages are read, as ``en`` or ``ko``. One that
        is missing falls back to English, and then to the first that is given.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file, each at its place.
    """
    path = Path(path)
    return parse_scenario(read_text(path), path, need_weights, language)


def read_text(path: Path) -> str:
    """The text of a scenario's file.

    Raises
    ------
    ScenarioError
        If it cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ScenarioError(path, [Problem(1, 1, f"cannot be read: {reason}")]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ScenarioError(path, [Problem(line, 1, "this is not UTF-8 text")]) from None


def parse_scenario(
    text: str, path: Path, need_weights: bool = True, language: str = DEFAULT
) -> Scenario:
    """Read a scenario from its text; ``path`` says where its files lie. See `load_scenario`."""
    document = read_yaml(text)
    document.language = check_language(language)
    scenario = None
    if document.data is not None:
        yaml_problems = {(p.line, p.column) for p in document.problems}
        scenario = Loader(document, path, need_weights).load()
        # What YAML refused left a hole; complaining about the hole as well helps nobody.
        document.problems = [
            p for k, p in enumerate(document.problems)
            if (p.line, p.column) not in yaml_problems or k < len(yaml_problems)
        ]  # fmt: skip
    if document.problems or scenario is None:
        raise ScenarioError(path, document.problems or [Problem(1, 1, "the file is empty")])
    return scenario


class Loader:
    """Builds what a document describes and notes what is wrong with it, each thing at its place."""

    def __init__(self, document: Document, path: Path, need_weights: bool) -> None:
        self.document = document
        self.path = path
        self.need_weights = need_weights
        self.warnings: list[str] = []

    def load(self) -> Scenario | None:
        data = self.document.data
        if not isinstance(data, dict):
            self.document.problem((), "a scenario file has keys: format, title, input, models, …")
            return None
        known = (*schema.Head.model_fields, *_SECTIONS)
        for key in data:
            if key not in known:
                self.document.problem(
                    (key,), f"unknown key {key!r}{suggest(key, known)}; possible here:"
                    f" {listed(known)}", key=True,
                )  # fmt: skip
        head = validate(
            self.document, schema.Head,
            {k: v for k, v in data.items() if k in schema.Head.model_fields}, (),
        )  # fmt: skip
        source = self.source()
        models = self.models(source)
        if "matrix" in data:
            read_matrix(self.document)
        if head is None or source is None or models is None:
            self.script(None)
            self.expectations(None)
            self.lesson(None)
            self.breakpoints(None)
            self.view(None)
            return None
        bare = Scenario(
            self.path, head.title, head.about.strip(), tuple(head.claims), source.tape,
            source.fresh, models, remarks=source.remarks,
        )  # fmt: skip
        notes = self.script(bare)
        expectations, lesson = self.expectations(bare), self.lesson(bare)
        return replace(
            bare, notes=notes, expectations=(*expectations, *(lesson.claims if lesson else ())),
            lesson=lesson, breakpoints=self.breakpoints(bare), warnings=tuple(self.warnings),
            has_matrix="matrix" in data, view=self.view(bare), text=self.document.text,
        )  # fmt: skip

    def source(self) -> Source | None:
        data = self.document.data
        assert isinstance(data, dict)
        if "input" not in data:
            self.document.problem((), "input is missing")
            return None
        section = validate(self.document, schema.INPUT, data["input"], ("input",))
        return build_source(self.document, section, self.path.parent) if section else None

    def models(self, source: Source | None) -> dict[str, Model] | None:
        data = self.document.data
        assert isinstance(data, dict)
        given = data.get("models")
        if not isinstance(given, dict) or not given:
            what = "models is missing" if "models" not in data else (
                "models has a key for each lane, with its model"
            )  # fmt: skip
            self.document.problem(("models",), what)
            return None
        if len(given) > MAX_LANES:
            self.document.problem(
                ("models",), f"there are {len(given)} lanes; a scenario has 1 to {MAX_LANES}"
            )
        train = None
        if "train" in data:
            train = validate(self.document, schema.Train, data["train"], ("train",))
        readout = data.get("readout")
        if readout is not None and readout not in ("softmax", "linear", "none"):
            self.document.problem(
                ("readout",), f"readout is {readout!r}; it must be softmax, linear or none"
            )
            readout = None
        found: dict[str, Model] = {}
        sections: dict[str, schema.Model] = {}
        whole = True
        marks = source.tape.marks if source else ()
        for name, value in given.items():
            where = ("models", name)
            why = why_no_name(name, marks)
            if why:
                self.document.problem(where, why, key=True)
                whole = False
            section = validate(self.document, schema.Model, value, where)
            model = None
            if section is not None and section.fork is not None:
                model = build_fork(self.document, name, section, found) if source else None
            elif section is not None and source is not None:
                builder = ModelBuilder(self.document, name, section, source, self.path)
                model = builder.build(train, readout, self.need_weights)
            if model is None or section is None:
                whole = False
            else:
                found[name], sections[name] = model, section
                self.look_for_stale_weights(model)
        if source is not None:
            before = len(self.document.problems)
            found = with_patches(self.document, found, sections, source.tape)
            whole = whole and len(self.document.problems) == before
        return found if whole else None

    def look_for_stale_weights(self, model: Model) -> None:
        recipe = model.metadata.get("recipe")
        if model.training is None or not isinstance(recipe, dict):
            return
        now = model.training.recipe.as_dict()
        differing = [k for k in now if k != "seed" and recipe.get(k) != now[k]]
        if differing:
            self.warnings.append(
                f"{self.path}: {model.name}: the file's recipe and that of its weights differ in"
                f" {listed(differing)}; `rnnstep train {self.path}` makes them anew"
            )

    def script(self, scenario: Scenario | None) -> tuple[ScriptNote, ...]:
        found = []
        for where, item in self.items("script"):
            section = validate(self.document, schema.Note, item, where)
            if section and scenario:
                step = self.step(scenario, section.at, (*where, "at"))
                if step is not None:
                    found.append(ScriptNote(step, section.note.strip()))
        return tuple(sorted(found, key=lambda note: note.step))

    def expectations(self, scenario: Scenario | None) -> tuple[Expectation, ...]:
        found = []
        for where, item in self.items("expect"):
            section = validate(self.document, schema.Expect, item, where)
            if section is None or scenario is None:
                continue
            step = self.step(scenario, section.at, (*where, "at"))
            if step is None:
                continue
            line, column = self.document.place((*where, "that"))
            text = " ".join(section.that.split())
            expectation = Expectation(text, section.because.strip(), step, line, column)
            if self.condition(scenario, section.that, step, (*where, "that")):
                found.append(expectation)
        return tuple(found)

    def lesson(self, scenario: Scenario | None) -> Lesson | None:
        data = self.document.data
        assert isinstance(data, dict)
        if "lesson" not in data:
            return None
        section = validate(self.document, schema.Lesson, data["lesson"], ("lesson",))
        if section is None or scenario is None:
            return None
        builder = LessonBuilder(
            self.document, scenario, partial(self.step, scenario), partial(self.condition, scenario)
        )
        return builder.build(section)

    def view(self, scenario: Scenario | None) -> View | None:
        data = self.document.data
        assert isinstance(data, dict)
        if "open" not in data:
            return None
        section = validate(self.document, schema.Opening, data["open"], ("open",))
        if section is None or scenario is None:
            return None
        return build_view(
            self.document, section, scenario, partial(self.step, scenario),
            partial(self.condition, scenario),
        )  # fmt: skip

    def breakpoints(self, scenario: Scenario | None) -> tuple[Breakpoint, ...]:
        found = []
        for where, item in self.items("break"):
            if not isinstance(item, str) or not item.strip():
                self.document.problem(where, "a breakpoint is a condition, as a text")
            elif scenario is not None and self.condition(scenario, item, 1, where):
                found.append(Breakpoint(" ".join(item.split()), *self.document.place(where)))
        return tuple(found)

    def condition(
        self, scenario: Scenario, text: str, step: int, where: tuple[str | int, ...]
    ) -> bool:
        """Whether a condition can be asked; otherwise note what is wrong with it."""
        try:
            check_expectation(RunSpace(scenario), text, step)
        except EquationError as error:
            place = self.document.inside(where, error.line, error.column)
            self.document.problems.append(Problem(*place, error.with_caret))
            return False
        return True

    def items(self, key: str) -> list[tuple[tuple[str | int, ...], Data]]:
        data = self.document.data
        assert isinstance(data, dict)
        given = data.get(key, [])
        if not isinstance(given, list):
            self.document.problem((key,), f"{key} is a list, each item after a dash")
            return []
        return [((key, number), item) for number, item in enumerate(given)]

    def step(self, scenario: Scenario, at: int | str, where: tuple[str | int, ...]) -> int | None:
        """A step by number or by mark."""
        marks, hint = scenario.marks, step_hint(at, scenario.tape.index)
        if isinstance(at, str):
            if at not in marks:
                self.document.problem(
                    where, f"there is no mark {at!r}{suggest(at, marks)}; there are {listed(marks)}"
                    f"{hint}"
                )  # fmt: skip
                return None
            return marks[at]
        if not 0 <= at <= scenario.tape.length:
            self.document.problem(
                where, f"there is no step {at}; the run has steps 0 to {scenario.tape.length}{hint}"
            )
            return None
        return at

