"""Checking a section of a file against its form, with errors in our own words and places."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ..errors import listed, suggest
from .positions import Data, Document, Path
from .schema import NAME, NAME_IN_WORDS

M = TypeVar("M", bound=BaseModel)


def validate(document: Document, model: type[M], data: Data, path: Path) -> M | None:
    """Turn plain data into a section, or note everything wrong with it.

    Parameters
    ----------
    document : Document
        Takes the problems, and says in which language texts are read.
    model : type of Section
    data : plain data
        The part of the document at ``path``.
    path : tuple of str and int

    Returns
    -------
    Section or None
    """
    try:
        return model.model_validate(data, context={"language": document.language})
    except ValidationError as error:
        found: dict[tuple[Path, bool], list[str]] = {}
        for item in error.errors(include_url=False):
            where, key, message = _translate(model, data, item)
            messages = found.setdefault((where, key), [])
            if message not in messages:
                messages.append(message)
        for (where, key), messages in found.items():
            document.problem((*path, *where), _joined(data, where, messages), key)
        return None


def _joined(data: Data, where: Path, messages: list[str]) -> str:
    if len(messages) == 1:
        return messages[0]
    # Each branch of "a number or a word" complains for itself.
    wishes = [m.partition("must be ")[2] for m in messages]
    if all(wishes):
        return f"{messages[0].partition('must be ')[0]}must be {' or '.join(dict.fromkeys(wishes))}"
    return "; ".join(messages)


def _real_path(data: Any, location: tuple[str | int, ...]) -> Path:
    """Drop from a location what pydantic adds for the branches of a union."""
    found: list[str | int] = []
    for part in location:
        inside = isinstance(data, dict) and part in data
        listed_item = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if not (inside or listed_item):
            continue
        data = data[part]
        found.append(part)
    return tuple(found)


def fields(model: Any, location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Keys that are possible at a location."""
    here = model
    for part in location:
        if isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = here.model_fields[str(part)].annotation
        for choice in (here, *get_args(here)):
            if isinstance(choice, type) and issubclass(choice, BaseModel):
                here = choice
    is_model = isinstance(here, type) and issubclass(here, BaseModel)
    return tuple(f.alias or name for name, f in here.model_fields.items()) if is_model else ()


_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "list_type": "a list",
    "finite_number": "a finite number",
    "none_required": "nothing",
}


def _translate(model: type[BaseModel], data: Data, item: Any) -> tuple[Path, bool, str]:
    location = item["loc"]
    where = _real_path(data, location)
    kind, context = item["type"], item.get("ctx", {})
    name = ".".join(str(part) for part in where) or "this section"
    if kind == "missing":
        return where, False, f"{'.'.join(map(str, location))} is missing"
    if kind == "extra_forbidden":
        choices = fields(model, location[:-1])
        key = str(location[-1])
        return where, True, (
            f"unknown key {key!r}{suggest(key, choices)}; possible here: {listed(choices)}"
        )
    if kind == "language":
        if context["key"] is None:
            return where, False, f"{name}: {context['message']}"
        return (*where, context["key"]), True, f"{name}: {context['message']}"
    shown = repr(item["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    if kind in _KINDS:
        wish = _KINDS[kind]
    elif kind == "literal_error":
        wish = str(context["expected"]).replace("'", "")
        hint = suggest(str(item["input"]), wish.replace(" or ", ", ").split(", "))
        return where, False, f"{name} is {shown}; it must be {wish}{hint}"
    elif kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        sign = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
        key, value = next(iter(context.items()))
        wish = f"{sign[key]} {value:g}"
    elif kind == "string_pattern_mismatch":
        wish = {
            NAME: NAME_IN_WORDS,
            r"^C([1-9]|1[0-9])$": "a claim's number, C1 to C19",
        }.get(context["pattern"], f"of the form {context['pattern']}")
    elif kind in ("string_too_short", "too_short"):
        wish = f"not empty or of at least {context['min_length']} items"
    elif kind in ("string_too_long", "too_long"):
        wish = f"of at most {context['max_length']} {'letters' if 'string' in kind else 'items'}"
    else:
        wish = item["msg"].removeprefix("Value error, ")
        return where, False, f"{name} is {shown}; {wish}"
    return where, False, f"{name} is {shown}; it must be {wish}"
