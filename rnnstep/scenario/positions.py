"""YAML 1.2 to plain data that remembers where everything stands in the file.

Only plain data comes out: tags other than YAML's own plain ones, keys that stand twice, keys that
are no text, and aliases that would blow a small file up into a large one are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .problems import Problem

Path = tuple[str | int, ...]
Data = None | bool | int | float | str | list["Data"] | dict[str, "Data"]

MAX_BYTES = 20_000_000
MAX_NODES = 400_000
MAX_ALIASED = 10_000
"""Values that may come of aliases: what is written once and read many times."""
MAX_DEPTH = 50
_TAG = "tag:yaml.org,2002:"


@dataclass
class Document:
    """Plain data, and the place of each of its parts.

    Attributes
    ----------
    data : plain data
    text : str
        The whole file.
    values, keys : mapping of path to (line, column)
        Where a value begins, and where its key does; paths are keys and list indices.
    styles : mapping of path to str
        How a text was written: ``""`` plain, ``"'"``, ``'"'``, ``"|"`` or ``">"``.
    problems : list of Problem
    language : str
        In which texts that are given in several languages are read.
    """

    text: str
    data: Data = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    styles: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    language: str = "en"

    def place(self, path: Path, key: bool = False) -> tuple[int, int]:
        """Where the part stands, or the nearest part around it that does."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def problem(self, path: Path, message: str, key: bool = False) -> None:
        """Note a problem at a part of the file."""
        line, column = self.place(path, key)
        self.problems.append(Problem(line, column, message))

    def inside(self, path: Path, line: int, column: int) -> tuple[int, int]:
        """The place in the file of a place within a text value (both from 1)."""
        top, left = self.place(path)
        style = self.styles.get(path, "")
        if style == "|":
            rows = self.text.split("\n")
            body = next((r for r in rows[top:] if r.strip()), "")
            return top + line, len(body) - len(body.lstrip()) + column
        if line > 1 or style == ">":
            return top, left
        return top, left + column - 1 + (style in ("'", '"'))


def read_yaml(text: str) -> Document:
    """Read a YAML text; what is wrong with it is in the document's problems."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import Node

    document = Document(text)
    if len(text) > MAX_BYTES:
        document.problem((), f"the file has {len(text)} characters; at most {MAX_BYTES} are read")
        return document
    if any(_nesting(text)):
        document.problem((), f"nested more than {MAX_DEPTH} deep")
        return document
    yaml = YAML(typ="safe", pure=True)
    try:
        nodes: list[Node] = list(yaml.compose_all(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = error.problem or error.context or "this cannot be read"
        document.problems.append(Problem(line, column, f"this is no YAML: {what}"))
        return document
    except (YAMLError, RecursionError, ValueError) as error:
        first = str(error).split("\n")[0]
        document.problem((), f"this is no YAML: {first or 'nested too deep'}")
        return document
    if len(nodes) != 1 or nodes[0] is None:
        document.problem(
            (), "the file is empty" if not any(nodes) else "the file holds more than one document"
        )
        return document
    try:
        document.data = _convert(document, nodes[0], (), _Budget(), 0)
    except _TooMuchError as error:
        document.problems.append(Problem(*error.place, "too many values (aliases of aliases?)"))
    return document


class _TooMuchError(Exception):
    def __init__(self, place: tuple[int, int]) -> None:
        self.place = place


class _Budget:
    """How many values a file may still hold, and how many that an alias repeats."""

    def __init__(self) -> None:
        self.left = MAX_NODES
        self.aliased = MAX_ALIASED
        self._seen: set[int] = set()

    def take(self, node: object, place: tuple[int, int]) -> None:
        """Count a value; raise _TooMuchError where it is one too many."""
        self.left -= 1
        self.aliased -= id(node) in self._seen
        self._seen.add(id(node))
        if self.left < 0 or self.aliased < 0:
            raise _TooMuchError(place)


def _nesting(text: str) -> Iterator[bool]:
    """Yield where flow brackets nest too deep; quotes are not understood, so the limit is wide."""
    depth = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            if depth > 20 * MAX_DEPTH:
                yield True
        elif letter in "]}":
            depth -= 1


def _convert(
    document: Document, node: object, path: Path, budget: _Budget, depth: int
) -> Data:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    assert isinstance(node, MappingNode | ScalarNode | SequenceNode)
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    document.values.setdefault(path, place)
    budget.take(node, place)
    if depth > MAX_DEPTH:
        document.problems.append(Problem(*place, f"nested more than {MAX_DEPTH} deep"))
        return None
    tag = str(node.tag)
    kind = tag.removeprefix(_TAG)
    known = {"null", "bool", "int", "float", "str", "seq", "map", "timestamp"}
    if not tag.startswith(_TAG) or kind not in known:
        shown = f"!!{kind}" if tag.startswith(_TAG) else tag
        document.problems.append(
            Problem(*place, f"the tag {shown} is not allowed; a scenario is plain data")
        )
        return None
    if isinstance(node, ScalarNode):
        document.styles[path] = node.style or ""
        return _scalar(document, kind, node.value, place)
    if isinstance(node, SequenceNode):
        return [
            _convert(document, item, (*path, i), budget, depth + 1)
            for i, item in enumerate(node.value)
        ]
    found: dict[str, Data] = {}
    for key, value in node.value:
        at = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            document.problems.append(Problem(*at, "a key must be a word"))
            continue
        name = str(key.value)
        if name in found:
            first = document.keys[(*path, name)]
            document.problems.append(
                Problem(*at, f"the key {name!r} stands here for the second time; the first is in"
                        f" line {first[0]}")
            )  # fmt: skip
            continue
        document.keys[(*path, name)] = at
        found[name] = _convert(document, value, (*path, name), budget, depth + 1)
    return found


def _scalar(document: Document, kind: str, value: str, place: tuple[int, int]) -> Data:
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() == "true"
    try:
        if kind == "int":
            plain = value.replace("_", "").lstrip("+")
            return int(plain, 0 if plain.lstrip("-")[:2].lower() in ("0x", "0o", "0b") else 10)
        if kind == "float":
            plain = value.replace("_", "").lower()
            return float(plain.replace(".inf", "inf").replace(".nan", "nan"))
    except (ValueError, OverflowError):
        document.problems.append(Problem(*place, f"{value[:40]!r} is not a number"))
        return None
    return value
