"""The help of a command: its arguments and options by what they are, examples, exit codes."""

from __future__ import annotations

import sys
from typing import Any

from typer.core import TyperCommand, TyperGroup

FAILED = (("1", "an expectation failed"),)
"""The exit code that only `rnnstep test` has."""

CODES = (
    ("0", "done"),
    *FAILED,
    ("2", "an argument or a file is wrong, or what it says cannot be"),
    ("70", "a bug in rnnstep"),
    ("130", "Ctrl-C"),
    ("141", "whoever read the output has gone"),
)
"""Every exit code, and what it means."""


class Page(TyperCommand):
    """A command whose epilog is examples, one a line."""

    codes = tuple(code for code in CODES if code not in FAILED)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command's name."""
        return ["[OPTIONS]", *(_usage(param) for param in _arguments(self))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options."""
        rows = [(param.metavar, param.help) for param in _arguments(self)]
        if rows:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples as they are typed, then exit codes."""
        with formatter.section("Examples"):
            for line in (self.epilog or "").splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        with formatter.section("Exit codes"):
            formatter.write_dl(self.codes)


class Proof(Page):
    """A command that can find that an expectation failed."""

    codes = CODES


class Contents(TyperGroup):
    """All commands."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Commands, then options."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Exit codes."""
        with formatter.section("Exit codes"):
            formatter.write_dl(CODES)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; Ctrl-C is said here, since some versions of typer end without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            print("rnnstep: interrupted", file=sys.stderr)
            return 130


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def _usage(param: Any) -> str:
    name = param.metavar if param.required else f"[{param.metavar}]"
    return f"{name}..." if param.nargs != 1 else name


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Options with one style of text, those of typer included."""
    rows = []
    for param in command.get_params(ctx):
        if param.param_type_name == "option" and (record := param.get_help_record(ctx)):
            names, text = record
            rows.append((names, f"{text[:1].lower()}{text[1:].removesuffix('.')}"))
    with formatter.section("Options"):
        formatter.write_dl(rows)
