"""`rnnstep explain` and `rnnstep list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..cells import CELLS, cell_options, get_cell
from ..cells.cell import Option
from ..equations.functions import FUNCTIONS
from ..errors import RnnstepError
from .language import chosen_language


def explain_named(
    name: str,
    options: list[str],
    as_latex: bool,
    as_code: bool,
    units: int,
    inputs: int,
    steps: int,
) -> int:
    """Print a cell."""
    from ..export.explain import explain_cell, explain_code, explain_latex

    cell = get_cell(name, **dict(_option(text) for text in options))
    if as_latex:
        print(explain_latex(cell))
    elif as_code:
        print(explain_code(cell, units, inputs, steps))
    else:
        print(explain_cell(cell, units, inputs, steps))
    return 0


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
