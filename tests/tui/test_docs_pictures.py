"""The pictures of the docs can be read as what their keys lead to today, and need no network."""

from __future__ import annotations

import re
from pathlib import Path

import make_pictures as pictures
import pytest
from conftest import ROOT


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_says_what_its_keys_lead_to(name: str, tmp_path: Path) -> None:
    pictures.draw(name, tmp_path / "now.svg")
    now = (tmp_path / "now.svg").read_text(encoding="utf-8")
    kept = (pictures.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert pictures.words(kept) == pictures.words(now), f"run: python docs/make_pictures.py {name}"
    assert len(pictures.words(now)) > 40
    assert "@font-face" not in kept and not re.search(r"(?:href|src|url)\W+http", kept)


def test_every_picture_is_shown_on_some_page_and_every_one_shown_is_drawn() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    shown = set(re.findall(r"pictures/(\w+)\.svg", text))
    assert shown == set(pictures.PICTURES)
    assert {path.stem for path in pictures.FOLDER.iterdir()} == shown
