"""Text to expressions, through Python's own ``ast`` and a whitelist: text can never run code.

What is not on the list is refused with its line, its column and a caret. Length and nesting are
bounded before ``ast`` sees the text, so hostile input costs no more than reading it.
"""

from __future__ import annotations

import ast
import math
import re
import warnings

from ..errors import EquationError, listed, suggest
from . import syntax as s
from .bounds import MAX_DEPTH, bound
from .functions import FUNCTIONS
from .unreadable import unreadable

MAX_CHAIN = 400
MAX_CONDITION = 150
"""Depth of a condition's tree; its evaluation takes a few calls a level."""
MAX_PARTS = 3_000
"""Names, numbers and operations of a condition: as many are read and asked in some hundredths of a
second."""
MAX_NAME = 200

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_ENDLESS = re.compile(r"[0-9_]{400,}")
_REFUSED = {
    ast.Lambda: "a lambda",
    ast.IfExp: "an if expression",
    ast.NamedExpr: "an assignment inside an expression",
    ast.JoinedStr: "an f-string",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.Starred: "a star",
    ast.List: "a list",
    ast.Tuple: "a tuple",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Attribute: "an attribute",
    ast.Compare: "a comparison",
    ast.BoolOp: "a logical operator",
}


def parse_equations(text: str, first_line: int = 1) -> tuple[s.Equation, ...]:
    """Parse the equations of a cell.

    Parameters
    ----------
    text : str
        One equation a line, ``name = expression  # role``; an expression in parentheses may go on
        over several lines; blank lines and lines that are only comments are skipped.
    first_line : int
        The number of the text's first line, for the positions in errors.

    Returns
    -------
    tuple of Equation
        In the order of the text.

    Raises
    ------
    EquationError
        With position, if anything but the language stands in the text.
    """
    bound(text, first_line)
    equations: list[s.Equation] = []
    for line, chunk, role in _statements(text, first_line):
        reader = _Reader(chunk, line, conditions=False)
        equations.append(reader.equation(role))
    if not equations:
        raise EquationError("there is no equation", first_line, 1, "")
    return tuple(equations)


def parse_expression(text: str, line: int = 1) -> s.Expression:
    """Parse one expression of the language of cells, without the language of conditions."""
    return _parse_single(text, line, conditions=False)


def parse_condition(text: str, line: int = 1) -> s.Expression:
    """Parse a condition: the language of cells, and lanes, indices, comparisons and logic.

    Function names are left to whoever evaluates the condition.

    Raises
    ------
    EquationError
        With position, if anything but the language stands in the text.
    """
    return _parse_single(text, line, conditions=True)


def _parse_single(text: str, line: int, conditions: bool) -> s.Expression:
    bound(text, line)
    if not text.strip():
        raise EquationError("the expression is empty", line, 1, text)
    return _Reader(text, line, conditions).single()


def _statements(text: str, first_line: int) -> list[tuple[int, str, str]]:
    """Cut the text into logical lines: (line, text with comments blanked, role)."""
    found: list[tuple[int, str, str]] = []
    rows: list[str] = []
    roles: list[str] = []
    start = first_line
    depth = 0
    for number, row in enumerate(text.split("\n"), first_line):
        code, _, comment = row.partition("#")
        if not rows:
            if not code.strip():
                continue
            start = number
        rows.append(code.rstrip())
        if comment.strip():
            roles.append(comment.strip())
        depth += sum(code.count(c) for c in "([{") - sum(code.count(c) for c in ")]}")
        if depth <= 0:
            found.append((start, "\n".join(rows), " ".join(roles)))
            rows, roles, depth = [], [], 0
    if rows:
        found.append((start, "\n".join(rows), " ".join(roles)))
    return found


class _Reader:
    """Turns one logical line into expressions and knows where everything stands."""

    def __init__(self, text: str, line: int, conditions: bool) -> None:
        self.rows = text.split("\n")
        self.line = line
        self.conditions = conditions
        self.parts = 0
        self.indent = len(self.rows[0]) - len(self.rows[0].lstrip())
        self.text = text.lstrip(" \t") if "\n" not in text[: self.indent] else text.lstrip()

    def error(self, message: str, line: int, column: int) -> EquationError:
        row = self.rows[min(line, len(self.rows)) - 1]
        return EquationError(message, self.line + line - 1, min(column, len(row) + 1), row)

    def at(self, node: ast.AST, message: str) -> EquationError:
        line, column = self.place(node)
        return self.error(message, line, column)

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Line and column (from 1, in characters) of an ast node within this logical line."""
        return self.spot(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))

    def spot(self, line: int, offset: int) -> tuple[int, int]:
        """Line and column of an offset of ast, which counts UTF-8 bytes."""
        row = self.rows[line - 1]
        shift = self.indent if line == 1 else 0
        return line, shift + len(row[shift:].encode()[:offset].decode(errors="ignore")) + 1

    def position(self, node: ast.AST) -> dict[str, int]:
        line, column = self.place(node)
        return {"line": self.line + line - 1, "column": column}

    def tree(self, mode: str) -> ast.AST:
        self._refuse_endless_numbers()
        # In expression mode the lines of a YAML block are one expression, whatever its breaks.
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                return ast.parse(self.text, mode=mode)
        except SyntaxError as error:
            if not error.offset:
                # Python names no place where the text ends too early.
                row = self.rows[-1].rstrip()
                raise self.error(
                    "something is missing at the end", len(self.rows), len(row) + 1
                ) from None
            line = error.lineno or 1
            shift = self.indent if line == 1 else 0
            row = self.rows[min(line, len(self.rows)) - 1]
            column, said = error.offset + shift, error.msg or ""
            message, column = unreadable(row, column, said, self.conditions)
            raise self.error(message, line, column) from None
        except (RecursionError, MemoryError, ValueError):
            raise self.error("nested too deep", 1, 1) from None

    def _refuse_endless_numbers(self) -> None:
        # No float needs as many, and Python's own parser says nothing of use about them.
        for line, row in enumerate(self.rows, 1):
            found = _ENDLESS.search(row)
            if found:
                digits = len(found[0])
                raise self.error(f"a number of {digits} digits", line, found.start() + 1)

    def equation(self, role: str) -> s.Equation:
        tree = self.tree("exec")
        assert isinstance(tree, ast.Module)
        statement = tree.body[0]
        if len(tree.body) > 1:
            raise self.at(tree.body[1], "one equation a line")
        if not isinstance(statement, ast.Assign):
            raise self.at(statement, "an equation has the form: name = expression")
        if len(statement.targets) > 1 or not isinstance(statement.targets[0], ast.Name):
            raise self.at(statement.targets[0], "the left side of an equation is one name")
        target = statement.targets[0]
        self.check_name(target, target.id)
        text = re.sub(r"\s+", " ", " ".join(row.strip() for row in self.rows)).strip()
        expression = self.read(statement.value, 0)
        return s.Equation(target.id, expression, role, text, self.line)

    def single(self) -> s.Expression:
        tree = self.tree("eval")
        assert isinstance(tree, ast.Expression)
        return self.read(tree.body, 0)

    def check_name(self, node: ast.AST, name: str) -> None:
        if len(name) > MAX_NAME:
            raise self.at(node, f"a name of {len(name)} letters; at most {MAX_NAME} are read")
        line, column = self.place(node)
        if isinstance(node, ast.Attribute):
            line, stop = self.spot(node.end_lineno or line, node.end_col_offset or 0)
            column = stop - len(name)
        # Python folds letters such as those of mathematics into plain ones.
        if name.isascii() and not self.rows[line - 1].startswith(name, max(column - 1, 0)):
            raise self.at(node, f"a letter of this name only looks like one of {name!r}")
        if name == "t" and not self.conditions:
            raise self.at(node, "t is the step; it stands only in brackets, as in h[t-1]")
        if name.startswith("__"):
            raise self.at(node, f"the name {name!r} is not allowed")
        if name in FUNCTIONS and not self.conditions:
            raise self.at(node, f"{name} is a function, as in {name}(…)")

    def read(self, node: ast.AST, depth: int) -> s.Expression:
        """Translate one ast node; everything that is not listed here is refused."""
        if depth > (MAX_CONDITION if self.conditions else MAX_DEPTH + MAX_CHAIN):
            raise self.at(node, "nested too deep")
        self.parts += 1
        if self.conditions and self.parts > MAX_PARTS:
            raise self.at(node, f"the condition has more than {MAX_PARTS} parts")
        place = self.position(node)
        deeper = depth + 1
        if isinstance(node, ast.Constant):
            return self.constant(node, place)
        if isinstance(node, ast.Name):
            self.check_name(node, node.id)
            return s.Name(node.id, **place)
        if isinstance(node, ast.BinOp):
            op = _BINARY.get(type(node.op))
            if op is None:
                symbol = ast.unparse(ast.BinOp(ast.Name("a"), node.op, ast.Name("b")))[2:-2]
                raise self.at(node, f"the operator {symbol} is not known; there are + - * / ** @")
            left, right = self.read(node.left, deeper), self.read(node.right, deeper)
            if op == "**" and not isinstance(right, s.Number):
                raise self.at(node.right, "the exponent of ** must be a number")
            return s.Binary(op, left, right, **place)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            operand = self.read(node.operand, deeper)
            if isinstance(operand, s.Number):
                return s.Number(-operand.value, **place)
            return s.Unary("-", operand, **place)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return self.read(node.operand, deeper)
        if isinstance(node, ast.Call):
            return self.call(node, place, deeper)
        if isinstance(node, ast.Subscript):
            return self.subscript(node, place, deeper)
        if self.conditions:
            if isinstance(node, ast.Attribute):
                self.check_name(node, node.attr)
                return s.Attribute(self.read(node.value, deeper), node.attr, **place)
            if isinstance(node, ast.Compare):
                return self.compare(node, place, deeper)
            if isinstance(node, ast.BoolOp):
                op = "and" if isinstance(node.op, ast.And) else "or"
                return s.Logic(op, tuple(self.read(v, deeper) for v in node.values), **place)
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                return s.Not(self.read(node.operand, deeper), **place)
        what = _REFUSED.get(type(node), "this")
        raise self.at(node, f"{what} is not part of the language")

    def constant(self, node: ast.Constant, place: dict[str, int]) -> s.Expression:
        value = node.value
        if isinstance(value, str) and self.conditions:
            if len(value) > MAX_NAME:
                raise self.at(node, f"a text of {len(value)} letters; at most {MAX_NAME} are read")
            return s.Text(value, **place)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.at(node, f"{ast.unparse(node)[:40]} is not a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.at(node, "the number is too large")
        return s.Number(number, **place)

    def call(self, node: ast.Call, place: dict[str, int], depth: int) -> s.Expression:
        if not isinstance(node.func, ast.Name):
            raise self.at(node, "only a function of the table can be called, by its name")
        name = node.func.id
        if not self.conditions:
            if name not in FUNCTIONS:
                raise self.at(
                    node,
                    f"there is no function {name!r}{suggest(name, FUNCTIONS)};"
                    f" there are {listed(FUNCTIONS)}",
                )
            if node.keywords:
                raise self.at(node.keywords[0].value, f"{name} takes no named arguments")
            FUNCTIONS[name].check_arguments(len(node.args), lambda text: self.at(node, text))
        else:
            self.check_name(node.func, name)
        arguments = tuple(self.read(argument, depth) for argument in node.args)
        keywords: list[tuple[str, s.Expression]] = []
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.at(keyword.value, "** is not part of the language")
            self.check_name(keyword, keyword.arg)
            if keyword.arg in dict(keywords):
                raise self.at(keyword, f"{keyword.arg} stands here for the second time")
            keywords.append((keyword.arg, self.read(keyword.value, depth)))
        return s.Call(name, arguments, tuple(keywords), **place)

    def compare(self, node: ast.Compare, place: dict[str, int], depth: int) -> s.Expression:
        ops = []
        for op, other in zip(node.ops, node.comparators, strict=True):
            symbol = _COMPARE.get(type(op))
            if symbol is None:
                raise self.at(other, "comparisons are < <= > >= == !=")
            ops.append(symbol)
        others = tuple(self.read(other, depth) for other in node.comparators)
        return s.Compare(self.read(node.left, depth), tuple(ops), others, **place)

    def subscript(self, node: ast.Subscript, place: dict[str, int], depth: int) -> s.Expression:
        lag = _lag(node.slice)
        if lag is not None:
            if lag < 1 or lag > 10_000:
                raise self.at(node.slice, "a step ago is [t-1], k steps ago [t-k], with k from 1")
            if isinstance(node.value, ast.Name):
                self.check_name(node.value, node.value.id)
                return s.Lagged(node.value.id, lag, **place)
            if self.conditions:
                return s.Past(self.read(node.value, depth), lag, **place)
            raise self.at(node, "only a name can be followed by [t-1]")
        if not self.conditions:
            raise self.at(node.slice, "the only brackets in an equation are [t-1], [t-2], …")
        if isinstance(node.slice, ast.Slice):
            if node.slice.step is not None:
                raise self.at(node.slice.step, "a slice has a start and a stop, and no step")
            start, stop = (
                None if part is None else self.read(part, depth)
                for part in (node.slice.lower, node.slice.upper)
            )
            index: s.Expression = s.Slice(start, stop, **place)
        else:
            index = self.read(node.slice, depth)
        return s.Index(self.read(node.value, depth), index, **place)


def _lag(node: ast.AST) -> int | None:
    """Return k for ``t-k`` (0 for ``t`` alone, negative for ``t+k``), None for anything else."""
    if isinstance(node, ast.Name) and node.id == "t":
        return 0
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.left, ast.Name)
        and node.left.id == "t"
        and isinstance(node.right, ast.Constant)
        and type(node.right.value) is int
        and isinstance(node.op, ast.Add | ast.Sub)
    ):
        return node.right.value if isinstance(node.op, ast.Sub) else -node.right.value
    return None
