"""Putting lines into the text of a YAML file and taking lines out, without touching any other.

Each edit finds its place by the positions of keys in the text. It takes a file in block style for
granted, as people write it; whoever calls compares what came out with what was meant.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..scenario.positions import Path, read_yaml

_SECTION = re.compile(r"^(?=[A-Za-z_]+:)", re.MULTILINE)


def plain(value: Any) -> Any:
    """Values without what a round trip keeps beside them."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def dumped(data: Any, like: str = "") -> str:
    """Data as YAML, with its comments if it has any, indented as a text is."""
    from ruamel.yaml import YAML
    from ruamel.yaml.util import load_yaml_guess_indent

    indent, offset = load_yaml_guess_indent(like)[1:] if like else (None, None)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=indent or 4, offset=2 if offset is None else offset)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def append_items(text: str, key: str, items: Sequence[Any]) -> str:
    """Add items to the end of a list that is a section of the file, or make the section."""
    place = _lines_of(text, (key,))
    if place is None:
        return set_section(text, key, list(items))
    lines = text.split("\n")
    start, stop = place
    bullet = next((m[1] for line in lines[start:stop] if (m := re.match(r"( *)- ", line))), "  ")
    added = [bullet + line.removeprefix("  ") for line in _body(list(items))]
    return "\n".join([*lines[:stop], *added, *lines[stop:]])


def insert_key(text: str, behind: Path, name: str, value: Any) -> str:
    """Add a key with a value to a mapping, behind another key of it."""
    place = _lines_of(text, behind)
    if place is None:
        return text
    lines = text.split("\n")
    start, stop = place
    margin = " " * (len(lines[start]) - len(lines[start].lstrip()))
    added = [f"{margin}{name}:", *(margin + line for line in _body(value))]
    return "\n".join([*lines[:stop], *added, *lines[stop:]])


def remove_key(text: str, path: Path) -> str:
    """Take a key and its value out of the text."""
    place = _lines_of(text, path)
    if place is None:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: place[0]], *lines[place[1] :]])


def set_section(text: str, key: str, value: Any) -> str:
    """Give a section of the file a value; a new section goes to the end."""
    new = [f"{key}: []"] if value in ([], {}) else [f"{key}:", *_body(value)]
    place = _lines_of(text, (key,))
    if place is None:
        return "\n".join([text.rstrip("\n"), "", *new, ""])
    lines = text.split("\n")
    return "\n".join([*lines[: place[0]], *new, *lines[place[1] :]])


def spliced(old: str, new: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The old text, with those sections of the new one whose values differ."""
    fresh = {_key(block): block for block in _SECTION.split(new)}
    kept = []
    for block in _SECTION.split(old):
        key = _key(block)
        if before.get(key) == after.get(key):
            kept.append(block)
        elif key in after:
            kept.append(fresh[key])
    return "".join(kept)


def _key(block: str) -> str:
    return block.partition(":")[0] if _SECTION.match(block) else ""


def _body(value: Any) -> list[str]:
    """A value as lines, indented by two."""
    text = dumped({"x": value})
    return text.rstrip("\n").split("\n")[1:]


def _lines_of(text: str, path: Path) -> tuple[int, int] | None:
    """The lines of a key with its value, from 0; comments before what follows do not belong to it.
    """
    keys = read_yaml(text).keys
    if path not in keys:
        return None
    start = keys[path][0] - 1
    lines = text.split("\n")
    own = len(lines[start]) - len(lines[start].lstrip())
    stop = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        # A list may stand no further to the right than its key.
        inside = len(line) - len(line.lstrip()) > own or line.lstrip().startswith("- ")
        if line.lstrip().startswith("#"):
            continue
        if not inside:
            break
        stop = number + 1
    return start, stop
