"""How the code hangs together: the direction of imports, late imports, no machine in the text."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import make_keys
import make_sweeps
import pytest
from conftest import ROOT

LAYERS = ["equations", "cells", "simulate", "learn", "gradient", "weights", "scenario", "export",
          "session", "tui", "cli"]  # fmt: skip
BASE = {"errors", "files", "crash", "__version__"}
CORE = LAYERS[:-2]


def modules() -> list[Path]:
    return sorted((ROOT / "rnnstep").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Absolute names of what a module imports from rnnstep, and top names of what else."""
    package = path.relative_to(ROOT).parent.parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name} if node.module else {f"{name}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_up_the_list_of_layers_only(path: Path) -> None:
    parts = path.relative_to(ROOT / "rnnstep").parts
    layer = parts[0] if len(parts) > 1 else ""
    if layer not in LAYERS:
        return
    for name in imported(path):
        if not name.startswith("rnnstep"):
            continue
        other = name.split(".")[1]
        assert other in BASE or LAYERS.index(other) <= LAYERS.index(layer), (path.name, name)


@pytest.mark.parametrize("layer", CORE)
def test_the_core_imports_neither_textual_nor_rich_nor_typer(layer: str) -> None:
    for path in (ROOT / "rnnstep" / layer).rglob("*.py"):
        tops = {name.split(".")[0] for name in imported(path)}
        assert not tops & {"textual", "rich", "typer", "torch"}, path


def test_only_one_file_touches_textuals_private_names() -> None:
    private = re.compile(r"\b(?:app|self\.app|driver)\._[a-z]")
    for path in (ROOT / "rnnstep" / "tui").rglob("*.py"):
        if path.name != "terminal.py":
            assert not private.search(path.read_text()), path


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check", "scenarios"], ["test", "scenarios/sunspots.yaml"], ["list"],
     ["explain", "lstm"], ["show", "scenarios/sunspots.yaml"]],
    ids=lambda a: a[0],
)  # fmt: skip
def test_commands_import_neither_textual_nor_torch(arguments: list[str]) -> None:
    code = (
        "import sys; from rnnstep.cli import main; code = main(sys.argv[1:]);"
        "print(sorted({'textual', 'torch', 'pydantic', 'numpy'} & set(sys.modules)),"
        " file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stderr.splitlines()[-1]
    assert "textual" not in loaded and "torch" not in loaded
    if arguments == ["--help"]:
        assert loaded == "[]"


def test_no_text_names_a_machines_paths() -> None:
    # Written apart, so that this file does not find itself.
    roots = "|".join(["tmp", "home", "root", "opt", "mnt", "srv", "work"])
    machine = re.compile(rf"(?<![A-Za-z0-9_.~/])/(?:{roots})/")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in (".npz", ".safetensors") or not path.is_file():
            continue
        assert not machine.search(path.read_text(errors="ignore")), name


def test_the_page_of_keys_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "keys.md").read_text() == make_keys.text()


def test_the_tables_of_sweeps_are_those_of_their_results() -> None:
    assert ROOT / "docs" / "long_dependency.md" in make_sweeps.pages()
    for page in make_sweeps.pages():
        assert make_sweeps.written(page.read_text()) == page.read_text(), page


def test_the_readme_names_every_command_and_every_dependency() -> None:
    import tomllib

    readme = (ROOT / "README.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for dependency in project["dependencies"]:
        assert f"| {re.split('[>=]', dependency)[0]} |" in readme
    from rnnstep.cli.commands import app

    commands = [row.name or row.callback.__name__ for row in app.registered_commands]
    assert "learn" in commands
    for command in commands:
        assert f"rnnstep {command}" in readme


def test_the_readmes_scenario_holds(tmp_path: Path) -> None:
    from rnnstep import judge, run_scenario
    from rnnstep.scenario.load import parse_scenario

    text = (ROOT / "README.md").read_text().split("```yaml\n")[1].split("```")[0]
    outcomes = judge(run_scenario(parse_scenario(text, tmp_path / "leaky.yaml")))
    assert outcomes and all(outcome.passed for outcome in outcomes)


def test_the_cell_of_contributing_conforms(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnnstep.cells.conformance import check_cell

    text = (ROOT / "CONTRIBUTING.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    code = "\n".join(line[3:] for line in code.splitlines())
    space: dict[str, object] = {"__name__": "rnnstep.cells.mgu", "__package__": "rnnstep.cells"}
    exec(compile(code, "CONTRIBUTING.md", "exec"), space)
    check_cell(space["make"]())  # type: ignore[operator]
