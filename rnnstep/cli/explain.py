"""`rnnstep explain` and `rnnstep list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..cells import CELLS, cell_options, get_cell
from ..cells.cell import Cell, Option
from ..equations.functions import FUNCTIONS
from ..equations.sizes import Sizes
from ..errors import RnnstepError, listed, suggest
from .language import chosen_language

UNITS, INPUTS, STEPS = 16, 8, 100
"""Sizes for which a cell is explained unless told otherwise."""


def explain_named(
    name: str,
    lanes: tuple[str, ...],
    options: list[str],
    form: str,
    units: int | None,
    inputs: int | None,
    steps: int | None,
) -> int:
    """Print a cell by its name, or the cells of a scenario's lanes.

    ``form`` is latex, code, or text for everything about it.
    """
    if name in CELLS or Path(name).suffix not in (".yaml", ".yml"):
        if lanes:
            raise RnnstepError(f"--lane is for a scenario's file, and {name} is none")
        cell = get_cell(name, **dict(_option(text) for text in options))
        length = steps or STEPS
        sizes = cell.sizes(units or UNITS, {"x": inputs or INPUTS}, length)
        print(_explained(cell, sizes, length, form))
        return 0
    given = {"--option": options, "--units": units, "--inputs": inputs, "--steps": steps}
    if told := [option for option, value in given.items() if value]:
        raise RnnstepError(f"{listed(told)}: what the lanes of {name} are, its file says")
    print(_explained_lanes(Path(name), lanes, form))
    return 0


def _explained(cell: Cell, sizes: Sizes, steps: int, form: str) -> str:
    from ..export.explain import explain_cell, explain_code, explain_latex

    if form == "latex":
        return explain_latex(cell)
    return explain_code(cell, sizes) if form == "code" else explain_cell(cell, sizes, steps)


def _explained_lanes(file: Path, lanes: tuple[str, ...], form: str) -> str:
    """The cells of lanes, each once, under the names of its lanes where there are several."""
    from ..scenario.load import load_scenario

    scenario = load_scenario(file, need_weights=False)
    models = scenario.models
    for lane in lanes:
        if lane not in models:
            raise RnnstepError(
                f"{file}: there is no lane {lane!r}{suggest(lane, models)};"
                f" there are {listed(models)}"
            )
    texts: dict[str, list[str]] = {}
    for lane in lanes or models:
        model = models[lane]
        text = _explained(model.cell, model.sizes, scenario.tape.length, form)
        texts.setdefault(text, []).append(lane)
    sign = {"latex": "% ", "code": "# "}.get(form, "")
    if len(texts) == 1:
        return next(iter(texts))
    return "\n\n".join(
        f"{sign}{'lane' if len(names) == 1 else 'lanes'} {listed(names)}\n{text}"
        for text, names in texts.items()
    )


def _option(text: str) -> tuple[str, Option]:
    key, sign, value = text.partition("=")
    if not sign or not key or not value:
        raise RnnstepError(f"--option is {text!r}; it has the form name=value")
    if value in ("true", "false"):
        return key, value == "true"
    return key, value


def list_everything(folder: Path, lang: str = "") -> int:
    """Print what there is."""
    from ..learn import INITIALISATIONS
    from ..scenario.generators import GENERATORS
    from ..scenario.language import LanguageError, in_language
    from ..scenario.measures import MEASURES
    from ..scenario.positions import read_yaml
    from ..simulate.table import TABLE

    language = chosen_language(lang)
    print("Cells (rnnstep explain CELL)")
    for name in CELLS:
        options = ", ".join(f"{k}: {str(v).lower()}" for k, v in cell_options(name).items())
        more = f"; options {options}" if options else ""
        print(f"  {name:<13} {get_cell(name).title}{more}")
    print(f"\nScenarios in {folder}")
    files = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
    for file in files:
        data: Any = read_yaml(file.read_text(encoding="utf-8")).data
        try:
            title = in_language(data["title"], language)
        except (TypeError, KeyError, LanguageError):
            title = "cannot be read"
        print(f"  {file!s:<36} {title}")
    if not files:
        print("  none")
    print("\nGenerators (keys of input)")
    for name, generator in GENERATORS.items():
        print(f"  {name:<16} {(generator.__doc__ or '').splitlines()[0]}")
    print("\nInitialisations " + ", ".join(INITIALISATIONS))
    print("\nFunctions of cells")
    for name, function in FUNCTIONS.items():
        print(f"  {name:<14} {function.about}")
    print("\nFunctions of conditions, beside the elementwise ones")
    for name, about in TABLE.items():
        if name not in FUNCTIONS:
            print(f"  {name:<14} {about}")
    print("\nMeasures, for the conditions of scenarios (docs/scenarios.md)")
    for measure in MEASURES.values():
        form, _, about = (measure.__doc__ or "").splitlines()[0].replace("``", "").partition(": ")
        print(f"  {form}\n      {about}")
    return 0
