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
_COMMENT = re.compile(r"""\s*\w+:\s+(?:'[^']*'|"[^"]*"|[^'"\s](?:(?!\s+#).)*)?(\s+#.*)""")


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


def set_items(text: str, key: str, items: Sequence[Any]) -> str:
    """Give a list that is a section of the file other items; those that stay are not touched."""
    old = read_yaml(text).data
    there = old.get(key) if isinstance(old, dict) else None
    if not isinstance(there, list) or not there or not items:
        return set_section(text, key, list(items))
    stay = [number for number, item in enumerate(there) if item in items]
    if [there[number] for number in stay] != list(items[: len(stay)]):
        return set_section(text, key, list(items))
    more = items[len(stay) :]
    new = append_items(text, key, more) if more else text
    for number in reversed(range(len(there))):
        new = new if number in stay else remove_key(new, (key, number))
    return new if _holds(new, key, list(items)) else set_section(text, key, list(items))


def set_keys(text: str, key: str, value: Mapping[str, Any]) -> str:
    """Give a mapping that is a section of the file other values; comments in it stay."""
    old = read_yaml(text).data
    there = old.get(key) if isinstance(old, dict) else None
    if not isinstance(there, dict) or not there:
        return set_section(text, key, dict(value))
    new, last = text, next(reversed(there))
    for name, item in value.items():
        if name not in there:
            new, last = insert_key(new, (key, last), name, item), name
        elif there[name] != item:
            new = _set_key(new, (key, name), item)
    for name in there:
        new = new if name in value else remove_key(new, (key, name))
    return new if _holds(new, key, value) else set_section(text, key, dict(value))


def _holds(text: str, key: str, value: Any) -> bool:
    found = read_yaml(text).data
    return isinstance(found, dict) and found.get(key) == value


def _set_key(text: str, path: Path, value: Any) -> str:
    """Give a key within a section another value, and leave the comment behind it."""
    place = _lines_of(text, path)
    if place is None:
        return text
    lines, (start, stop) = text.split("\n"), place
    margin = " " * (len(lines[start]) - len(lines[start].lstrip()))
    new = [margin + line for line in _entry(str(path[-1]), value)]
    comment = _COMMENT.fullmatch(lines[start])
    if comment and stop == start + 1:
        new[0] += comment[1]
    return "\n".join([*lines[:start], *new, *lines[stop:]])


def insert_key(text: str, behind: Path, name: str, value: Any) -> str:
    """Add a key with a value to a mapping, behind another key of it."""
    place = _lines_of(text, behind)
    if place is None:
        return text
    lines = text.split("\n")
    start, stop = place
    margin = " " * (len(lines[start]) - len(lines[start].lstrip()))
    added = [margin + line for line in _entry(name, value)]
    return "\n".join([*lines[:stop], *added, *lines[stop:]])


def remove_key(text: str, path: Path) -> str:
    """Take a key and its value, or an item of a list, out of the text."""
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


def _entry(name: str, value: Any) -> list[str]:
    """A key with its value as lines."""
    return dumped({name: value}).rstrip("\n").split("\n")


def _body(value: Any) -> list[str]:
    """A value as lines, indented by two."""
    return _entry("x", value)[1:]


def _lines_of(text: str, path: Path) -> tuple[int, int] | None:
    """The lines of a key with its value, or of an item with its dash, from 0.

    Comments before what follows do not belong to it, unless they stand further to the right.
    """
    document = read_yaml(text)
    item = isinstance(path[-1], int)
    places = document.values if item else document.keys
    if path not in places:
        return None
    start = places[path][0] - 1
    lines = text.split("\n")
    own = len(lines[start]) - len(lines[start].lstrip())
    stop = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        inside = len(line) - len(line.lstrip()) > own
        # A list may stand no further to the right than its key.
        listed = not item and line.lstrip().startswith("- ")
        if inside or listed:
            stop = number + 1 if line.strip() else stop
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return start, stop
