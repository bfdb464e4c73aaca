"""The commands. Each is thin: it reads its arguments, calls the library late, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .page import Contents, Page, Proof

app = typer.Typer(
    name="rnnstep",
    cls=Contents,
    help="A time-travel debugger for sequence models in the terminal.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _command(*examples: str, name: str | None = None, page: type[Page] = Page) -> Any:
    """A command, with examples of its use; a line that begins with a space goes on with one."""
    lines = [line if line.startswith(" ") else f"rnnstep {line}" for line in examples]
    return app.command(name, cls=page, epilog="\n".join(lines))


def _value(metavar: str, text: str, *names: str, min: int | None = None) -> Any:
    """An option that takes a value, named by what the value is."""
    return typer.Option(*names, metavar=metavar, help=text, min=min)


_File = Annotated[Path, typer.Argument(metavar="FILE", help="the scenario, a YAML file")]
_Files = Annotated[
    list[Path], typer.Argument(metavar="PATH", help="a scenario, or a folder: all that are in it")
]

_Lang = Annotated[
    str, _value("CODE", "language of texts: en, ko, …; that of the locale unless given")
]

_Patches = Annotated[
    list[str], _value("PATCH", "make a fork by a patch: 'lstm.f[3] set 0 at 10..20'")
]


def _version(value: bool) -> None:
    if value:
        from .. import __version__

        print(f"rnnstep {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """A time-travel debugger for sequence models in the terminal."""


@_command(
    "run scenarios/long_dependency.yaml --at query",
    "run scenarios/long_dependency.yaml --patch 'lstm.f[6] set 0' --diff",
)
def run(
    file: _File,
    at: Annotated[
        str, _value("STEP", "where to start: a step or a mark; 17.3 is inside step 17")
    ] = "",
    lane: Annotated[str, _value("LANE", "the active lane")] = "",
    unit: Annotated[int | None, _value("UNIT", "its selected unit")] = None,
    signal: Annotated[str, _value("SIGNAL", "its selected signal")] = "",
    panel: Annotated[str, _value("PANEL", "a panel, and what it is about: flow:c")] = "",
    patch: _Patches = [],  # noqa: B006
    stops: Annotated[list[str], _value("CONDITION", "a breakpoint", "--break")] = [],  # noqa: B006
    diff: Annotated[
        bool | None, typer.Option("--diff/--no-diff", help="show differences between lanes")
    ] = None,
    against: Annotated[str | None, _value("LANE", "the lane that differences are from")] = None,
    align: Annotated[
        str | None, _value("STEP:STEP", "steps that stand beside each other in differences")
    ] = None,
    theme: Annotated[str, _value("THEME", "dark, light or contrast")] = "",
    glyphs: Annotated[str, _value("GLYPHS", "auto, blocks, unicode or ascii")] = "",
    lang: _Lang = "",
) -> int:
    """Open a scenario in the app and walk through it.

    The key Y copies the command that opens the place where one stands.

    Without a terminal it prints what `rnnstep show` prints.
    """
    from ..session.opening_options import Opening
    from .run import run_file

    opening = Opening(at, lane, unit, panel, tuple(patch), tuple(stops), signal, diff,
                      against, align)  # fmt: skip
    return run_file(file, opening, theme, glyphs, lang)


@_command("learn", "learn 5 --lang ko", "learn travel")
def learn(
    lesson: Annotated[
        str,
        typer.Argument(
            metavar="LESSON", help="a lesson's number or name, a file that is one, or travel"
        ),
    ] = "",
    lang: _Lang = "",
    listed: Annotated[bool, typer.Option("--list", help="print the contents")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="forget what has been done")] = False,
    theme: Annotated[str, _value("THEME", "dark, light or contrast")] = "",
    glyphs: Annotated[str, _value("GLYPHS", "auto, blocks, unicode or ascii")] = "",
) -> int:
    """Climb the ladder of models: seven lessons with questions.

    `rnnstep learn travel` opens the lessons on time travel. Without a terminal it prints the
    contents.
    """
    from .learn import learn

    return learn(lesson, lang, listed, reset, theme, glyphs)


@_command("test scenarios", "test scenarios/long_dependency.yaml --json", page=Proof)
def test(
    paths: _Files,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: _Lang = "",
) -> int:
    """Prove the expectations of scenarios, without the screen."""
    from .check import test_files

    return test_files(paths, as_json, lang)


@_command("check scenarios")
def check(paths: _Files) -> int:
    """Say everything that is wrong with scenario files."""
    from .check import check_files

    return check_files(paths)


@_command("show scenarios/long_dependency.yaml --at query --lane lstm --unit 3")
def show(
    file: _File,
    at: Annotated[str, _value("STEP", "a step or a mark")] = "last",
    lane: Annotated[list[str], _value("LANE", "show all values of this lane")] = [],  # noqa: B006
    unit: Annotated[
        int | None, _value("UNIT", "show the equations of this unit with numbers")
    ] = None,
    patch: _Patches = [],  # noqa: B006
    lang: _Lang = "",
) -> int:
    """Print one step of a scenario."""
    from ..session.opening_options import Opening
    from .run import show_file

    return show_file(file, Opening(at, patches=tuple(patch)), tuple(lane), unit, lang)


@_command(
    "flow scenarios/long_dependency.yaml --at query --lane lstm --state c",
    "flow scenarios/long_dependency.yaml --lane lstm --contributions 6",
)
def flow(
    file: _File,
    at: Annotated[str, _value("STEP", "which step: a number or a mark")] = "last",
    first: Annotated[str, _value("STEP", "the earliest step to look back to", "--from")] = "0",
    lane: Annotated[list[str], _value("LANE", "only this lane")] = [],  # noqa: B006
    state: Annotated[
        str, _value("STATE", "a state, or all; else the one that a gate keeps, or the first")
    ] = "",
    unit: Annotated[
        int | None,
        _value("UNIT", "what each step wrote into this unit", "--contributions"),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="print every step of a long run")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="print CSV")] = False,
    lang: _Lang = "",
) -> int:
    """Print how much of each earlier step reaches a step.

    For each lane it says whether the gradient vanishes or explodes.
    """
    from .flow import Question, flow_file
    from .form import one_form

    question = Question(at, first, tuple(lane), state, unit)
    return flow_file(file, question, one_form(json=as_json, csv=as_csv), whole, lang)


@_command("score scenarios/sunspots.yaml --from 1900")
def score(
    file: _File,
    first: Annotated[str, _value("STEP", "the first step: a number or a mark", "--from")] = "1",
    last: Annotated[str, _value("STEP", "the last step: a number or a mark", "--to")] = "last",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="print CSV")] = False,
    lang: _Lang = "",
) -> int:
    """Print one table of all lanes against the naive forecast."""
    from .score import score_file

    return score_file(file, first, last, as_json, as_csv, lang)


@_command("health scenarios/long_dependency.yaml --lane lstm")
def health(
    file: _File,
    lane: Annotated[list[str], _value("LANE", "look at this lane only")] = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: _Lang = "",
) -> int:
    """Say which units do not work, with steps that show it.

    They can be saturated, dead, never used or not finite.
    """
    from .travel import health_file

    return health_file(file, tuple(lane), as_json, lang)


@_command("compare scenarios/long_dependency.yaml lstm gru --steps")
def compare(
    file: _File,
    one: Annotated[str, typer.Argument(metavar="LANE", help="the one lane")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="the other lane, or a fork")],
    align: Annotated[str, _value("STEP:STEP", "steps or marks to lay beside each other")] = "",
    kind: Annotated[
        str, _value("KIND", "norm, cosine or norms; norms unless the lanes' units are the same")
    ] = "",
    steps: Annotated[bool, typer.Option("--steps", help="print the distance at each step")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: _Lang = "",
) -> int:
    """Compare two lanes in lockstep.

    It says where they part, how far apart they are, whether their answers agree, and how much of
    the past reaches the memory of each.
    """
    from .travel import compare_file

    return compare_file(file, one, other, align, kind, steps, as_json, lang)


@_command(
    "replay scenarios/long_dependency.yaml \\",
    '  --keys ": patch space lstm.f[6] space set space 0 enter G"',
)
def replay(
    file: _File,
    keys: Annotated[str, _value("KEYS", "keys between spaces, as in `l l enter : query enter`")],
    at: Annotated[str, _value("STEP", "where to start: a step or a mark")] = "",
    lesson: Annotated[
        bool, typer.Option("--lesson", help="with the questions of the file's lesson")
    ] = False,
    size: Annotated[str, _value("COLUMNSxROWS", "of the screen")] = "100x30",
    svg: Annotated[Path | None, _value("FILE", "save the screen as a picture")] = None,
    theme: Annotated[str, _value("THEME", "dark, light or contrast")] = "dark",
    glyphs: Annotated[str, _value("GLYPHS", "auto, blocks, unicode or ascii")] = "auto",
    lang: _Lang = "",
) -> int:
    """Drive the app by keys, without a terminal.

    The screen that comes of it is printed, or saved as a picture.

    A key is what it types (l, G, ?) or its name: enter escape tab space backspace delete insert
    up down left right home end pageup pagedown f1 … f12, shift+right, ctrl+s. Behind : or / a word
    that is no key there is typed letter by letter, and the word space types a space.

    With --lesson, 1 … 5 answer its questions; what is answered there is not kept.
    """
    from .replay import Drive, replay_file

    return replay_file(file, Drive(keys, at, lesson, lang), size, svg, theme, glyphs)


@_command(
    "ablate scenarios/long_dependency.yaml --lane lstm --signal f",
    "ablate scenarios/travel/checkpoints.yaml --lane early --signal h \\",
    '  --operation "swap late"',
)
def ablate(
    file: _File,
    lane: Annotated[str, _value("LANE", "the lane whose units are patched; must be given")] = "",
    signal: Annotated[str, _value("SIGNAL", "the signal or input, as f; must be given")] = "",
    units: Annotated[str, _value("UNITS", "all, or numbers as 0,3")] = "all",
    operation: Annotated[
        str, _value("OPERATION", "what is done to a unit, as in a patch: 'scale 0.5', 'swap gru'")
    ] = "set 0",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    lang: _Lang = "",
) -> int:
    """Rank the units of a signal by what patching each one does.

    One unit after the other is patched over the whole run. First come units that break expectations
    about the lane, then those that raise the loss, then those that move the answer.
    """
    from .travel import ablate_file

    return ablate_file(file, lane, signal, units, operation, as_json, lang)


@_command("train scenarios/long_dependency.yaml --lane gru")
def train(
    file: _File,
    lane: Annotated[list[str], _value("LANE", "train only this lane")] = [],  # noqa: B006
) -> int:
    """Train a scenario's models and write their weights beside it.

    Ctrl-C keeps the best weights so far.
    """
    from .train import train_file

    return train_file(file, tuple(lane))


@_command(
    "sweep scenarios/long_dependency.yaml --jobs 2",
    "sweep scenarios/long_dependency.yaml --table --columns lag",
)
def sweep(
    file: _File,
    jobs: Annotated[int, _value("COUNT", "how many processes; 0 is one for each core", min=0)] = 0,
    part: Annotated[str, _value("N/M", "run only every n-th: 1/2 here, 2/2 elsewhere")] = "1/1",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="forget the results of this part, start anew")
    ] = False,
    table: Annotated[bool, typer.Option("--table", help="run nothing, show what there is")] = False,
    columns: Annotated[
        str | None, _value("AXIS", "an axis whose values become the table's columns")
    ] = None,
    lang: _Lang = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="print Markdown")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="print CSV, a line a run")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> int:
    """Train every combination of a scenario's matrix; print one table.

    Each run is kept as soon as it is done, in results/ beside the file; the same command goes on
    where it was stopped.
    """
    from .sweep import sweep_file

    return sweep_file(file, jobs, part, fresh, table, columns, lang, markdown, as_csv, as_json)


@_command(
    "explain lstm --option peepholes=true --latex",
    "explain scenarios/long_dependency.yaml --lane gru",
)
def explain(
    cell: Annotated[
        str, typer.Argument(metavar="CELL|FILE", help="a name of `rnnstep list`, or a scenario")
    ],
    lane: Annotated[list[str], _value("LANE", "of a scenario, only this lane")] = [],  # noqa: B006
    option: Annotated[list[str], _value("NAME=VALUE", "an option of the cell, as name=value")] = [],  # noqa: B006
    latex: Annotated[bool, typer.Option("--latex", help="print LaTeX")] = False,
    code: Annotated[bool, typer.Option("--code", help="print the compiled source")] = False,
    units: Annotated[int | None, _value("COUNT", "size of the state, H: 16", min=1)] = None,
    inputs: Annotated[int | None, _value("COUNT", "size of the input, D: 8", min=1)] = None,
    steps: Annotated[
        int | None, _value("COUNT", "steps of a whole history, T: 100", min=1)
    ] = None,
) -> int:
    """Print a cell's equations, roles, sizes, parameters and source.

    Of a scenario it prints the cells of its lanes, also those with equations of their own.
    """
    from .explain import explain_named
    from .form import one_form

    form = one_form(latex=latex, code=code)
    return explain_named(cell, tuple(lane), option, form, units, inputs, steps)


@_command("list scenarios", name="list")
def list_all(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="where scenarios are; scenarios/ unless given")
    ] = Path("scenarios"),
    lang: _Lang = "",
) -> int:
    """List cells, scenarios, generators, functions and measures."""
    from .explain import list_everything

    return list_everything(folder, lang)
