"""The form of a scenario file, section by section (format 1).

Only the form: which keys there are, and what kind of value each takes. What needs more than one
section (sizes, signals, files) is checked in ``load``.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal, cast, get_args, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, create_model
from pydantic_core import PydanticCustomError

from .generators import GENERATORS, Generator
from .language import DEFAULT, LanguageError, in_language


def _numbers(value: Any, where: tuple[int, ...] = ()) -> Any:
    """Let through a number, or nested lists of numbers."""
    if isinstance(value, list) and len(where) < 3:
        return [_numbers(item, (*where, number)) for number, item in enumerate(value)]
    if isinstance(value, bool) or not isinstance(value, int | float):
        place = "".join(f"[{number}]" for number in where)
        shown = repr(value) if len(repr(value)) <= 40 else f"{repr(value)[:39]}…"
        raise ValueError(f"entry {place} is {shown}, no number" if place else "it must be numbers")
    return value


Numbers = Annotated[Any, BeforeValidator(_numbers)]
"""A number, or nested lists of numbers."""


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


Real = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_no_bool)]
Positive = Annotated[Real, Field(gt=0)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
def _chosen(value: Any, info: ValidationInfo) -> Any:
    """The text in the language of the validation's context."""
    language = (info.context or {}).get("language", DEFAULT)
    try:
        return in_language(value, language)
    except LanguageError as error:
        raise PydanticCustomError(
            "language", "{message}", {"message": str(error), "key": error.key}
        ) from None


Text = Annotated[str, BeforeValidator(_chosen)]
"""A text that people see: a text, or one for each language, ``{en: …, ko: …}``."""

Title = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_chosen)]
Remark = Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(_chosen)]
LONGEST_NAME = 31
"""Letters of a name, of a lane or a mark."""
NAME = rf"^[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}$"
NAME_IN_WORDS = (
    f"a short name of small letters (a to z), digits and _, at most {LONGEST_NAME}, a letter first"
)
LaneName = Annotated[str, Field(pattern=NAME)]
Span = Annotated[list[Whole], Field(min_length=2, max_length=2)]


class Section(BaseModel):
    """Base of all sections: what is not named here is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Head(Section):
    """What a scenario says about itself."""

    format: Literal[1] = Field(description="version of this form")
    title: Title
    about: Text = ""
    claims: list[Annotated[str, Field(pattern=r"^C([1-9]|1[0-9])$")]] = []


class Scale(Section):
    """What a model sees is ``(value - offset) / factor``."""

    offset: Real = 0.0
    factor: Positive = 1.0


Marks = Annotated[
    dict[LaneName, Whole | Word], Field(description="named steps: a number, or a name of the index")
]


class CsvInput(Section):
    """A column of a CSV file."""

    file: Word
    column: Word
    index: Word | None = Field(None, description="the column that names the steps")
    scale: Scale = Scale()
    target: Literal["next"] | None = "next"
    gaps: Literal["error", "hold", "interpolate"] = "error"
    marks: Marks = {}


class ValuesInput(Section):
    """Numbers written in the file, one a step, or a list a step."""

    series: Annotated[list[Numbers], Field(min_length=1)]
    target: Literal["next"] | list[Real | None] | None = None
    scale: Scale = Scale()
    names: list[Word] | None = Field(None, description="names of the input's units")
    marks: Marks = {}


class TextInput(Section):
    """A text, character by character, one-hot."""

    text: Annotated[str, Field(min_length=1)]
    vocabulary: Annotated[str, Field(min_length=1)] | None = None
    target: Literal["next"] | None = "next"
    marks: Marks = {}


class TaskInput(Section):
    """What every generator has beside its own options."""

    seed: Annotated[Whole, Field(ge=0)] = Field(0, description="of the sequence that is shown")
    shown: Section | None = Field(None, description="options that only the shown sequence has")


class Input(Section):
    """Where the sequence comes from: just one of these, or a generator (``INPUT``)."""

    csv: CsvInput | None = None
    values: ValuesInput | None = None
    text: TextInput | None = None


def _task_section(generator: type[Generator]) -> type[TaskInput]:
    """The section of a generator: its options are the generator's fields."""
    kinds = {int: Whole, float: Real}
    hints = get_type_hints(generator)
    options = {f.name: (kinds.get(hints[f.name], hints[f.name]), f.default)
               for f in fields(cast(Any, generator))}  # fmt: skip
    name = generator.__name__
    shown: Any = create_model(
        f"{name}Shown", __base__=Section,
        **cast(Any, {key: (kind | None, None) for key, (kind, _) in options.items()}),
    )  # fmt: skip
    return create_model(
        f"{name}Input", __base__=TaskInput, __doc__=generator.__doc__,
        **cast(Any, {**options, "shown": (shown | None, None)}),
    )  # fmt: skip


INPUT: type[Input] = create_model(
    "InputOrTask", __base__=Input, __doc__=Input.__doc__,
    **cast(Any, {key: (_task_section(task) | None, None) for key, task in GENERATORS.items()}),
)  # fmt: skip
"""The section ``input``: what `Input` has, and a key for every generator."""


class Init(Section):
    """Parameters drawn from a seed."""

    name: Literal["uniform", "orthogonal", "identity", "forget_bias", "chrono"] = "uniform"
    seed: Whole = 0
    forget_bias: Real = 1.0
    longest: Annotated[Real, Field(ge=2)] | None = None


class Weights(Section):
    """Where a model's parameters come from: just one of these."""

    file: Word | None = None
    init: Init | None = None
    values: dict[str, Numbers] | None = None


class Train(Section):
    """How models are trained; see ``rnnstep.learn.Recipe`` and ``rnnstep.learn.recipes``."""

    method: Literal["gradient", "least_squares", "counting", "guess"] | None = None
    spread: Positive | None = None
    smoothing: Annotated[Real, Field(ge=0)] | None = None
    minimum_norm: bool | None = None
    samples: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    initialisation: (
        Literal["uniform", "orthogonal", "identity", "forget_bias", "chrono"] | None
    ) = None
    forget_bias: Real | None = None
    longest: Annotated[Real, Field(ge=2)] | None = None
    optimiser: Literal["adam", "sgd"] | None = None
    learning_rate: Positive | None = None
    momentum: Annotated[Real, Field(ge=0, lt=1)] | None = None
    batch: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    updates: Annotated[Whole, Field(ge=0, le=100_000_000)] | None = None
    clip: Annotated[Real, Field(ge=0)] | None = None
    seed: Whole | None = None
    seeds: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    check_every: Annotated[Whole, Field(ge=1)] | None = None
    check_count: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    stop_accuracy: Annotated[Real, Field(gt=0, le=1)] | None = None
    stop_whole: Annotated[Real, Field(gt=0, le=1)] | None = None
    stop_loss: Annotated[Real, Field(ge=0)] | None = None
    passes: Annotated[Whole, Field(ge=1)] | None = None
    window: Annotated[Whole, Field(ge=2)] | None = None
    warm_up: Annotated[Whole, Field(ge=0)] | None = None
    steps: Span | None = None
    validate_on: Span | None = None


class FreeRunning(Section):
    """From a step on, a lane's answers are its inputs; see ``rnnstep.simulate.feedback``."""

    start: Whole | Word = Field(alias="from", description="the last step that reads the tape")
    sample: Annotated[Whole, Field(ge=0)] | None = Field(
        None, description="seed for drawing classes; the likeliest is taken without it"
    )


Patches = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
"""Lines such as ``f[3] set 0 at 10..20``; see ``rnnstep.simulate.patch_text``."""


class Fork(Section):
    """Another lane, with patches: it shares that one's past up to the first of them."""

    of: Word
    patch: Patches


class Model(Section):
    """One lane: a built-in cell with its options, equations of its own, or a fork of another."""

    title: Title | None = None
    note: Text = ""
    cell: Word | None = None
    options: dict[str, str | bool | int | float] = {}
    equations: Annotated[str, Field(min_length=1)] | None = None
    output: Word = "h"
    units: Annotated[Whole, Field(ge=1, le=100_000)] | None = None
    sizes: dict[str, Annotated[Whole, Field(ge=1)]] = {}
    weights: Weights | None = None
    initial: dict[str, Numbers] = {}
    readout: Literal["softmax", "linear", "none"] | None = None
    dtype: Literal["float64", "float32"] = "float64"
    free_running: FreeRunning | None = None
    patch: Patches | None = None
    fork: Fork | None = None
    train: Train = Train()


class Note(Section):
    """A remark that the screen shows at a step."""

    at: Whole | Word
    note: Remark


class Choice(Section):
    """One answer to a question, with the condition that makes it right."""

    text: Title
    that: Annotated[str, Field(min_length=1)]


Panel = Literal[
    "", "flow", "flow-map", "contributions", "scores", "compare", "health", "forks", "unit"
]


Shown = Literal["future", "zoom", "diff", "inspect"]


class Opening(Section):
    """Where a scenario opens, and what is shown then."""

    at: Whole | Word = 0
    equation: Annotated[Whole, Field(ge=1)] | None = None
    lane: LaneName | None = None
    units: dict[LaneName, Annotated[Whole, Field(ge=0)]] = {}
    signals: dict[LaneName, Word] = {}
    panel: Annotated[str, Field(pattern=rf"^({'|'.join(get_args(Panel))})(:[a-z0-9_]+)?$")] = ""
    hidden: list[LaneName] = []
    show: list[Shown] = []
    marks: list[Whole | Word] = []
    find: str = ""
    against: LaneName | None = None
    align: Word | None = None


class Focus(Section):
    """What a question is about."""

    lane: Word | None = None
    unit: Annotated[Whole, Field(ge=0)] | None = None
    panel: Panel = ""


class Question(Section):
    """Something to predict before a step is shown."""

    at: Whole | Word
    ask: Remark
    choices: Annotated[list[Choice], Field(min_length=2, max_length=5)]
    answer: Annotated[Whole, Field(ge=1)]
    reveal: Remark
    focus: Focus = Focus()


class Lesson(Section):
    """What makes a scenario a lesson."""

    number: Annotated[Whole, Field(ge=1, le=99)]
    teaches: Title
    look_for: Annotated[list[Remark], Field(min_length=1, max_length=5)]
    questions: Annotated[list[Question], Field(min_length=1, max_length=20)]


class Expect(Section):
    """A claim about the run that can fail."""

    that: Annotated[str, Field(min_length=1)]
    because: Text = ""
    at: Whole | Word = "last"
