"""What is saved is put into the text of a file; whatever form people wrote it in, it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from sessions import opened, press

from rnnstep.scenario.expect import judge

TEXT = """# head
format: 1   # one
title: Nasty
about: |
  A tab:\there, and # no comment.
  models: in a block scalar

  break: also
input:
  values: {series: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], target: next}   # tape
# before models
models:
  # before a
  a:          # the lane a
    cell: rnn
    units: 3
    weights: {init: {name: uniform, seed: 0}}
    # end of a
  # before b
  b:
    cell: lstm
    units: 3
    weights: {init: {name: uniform, seed: 1}}
# between models and script
script:
# first
- {at: 2, note: "x: y # z"}
# between items
- at: 3
  note: >
    folded

    text
  # end of item
break:
  # first
  - a.h[0] > 100   # behind
  # second
  - "b.h[0] > 100"
  # behind both
expect:
  - that: a.h[0] < 100   # why
    because: "it's \\"so\\" \\t tab"
  # tail
# the end
"""
LANE = "    weights: {init: {name: uniform, seed: 1}}"
FORMS = {
    "block style": TEXT,
    "no line end at the end": TEXT.removesuffix("\n"),
    "a directive": "%YAML 1.2\n---\n" + TEXT,
    "the end of the document": "---\n" + TEXT + "...\n# after it\n",
    "the end and nothing more": TEXT + "...",
    "a tag": TEXT.replace("title: Nasty", "title: !!str 12"),
    "a day for a title": TEXT.replace("title: Nasty", "title: 2001-12-14"),
    "aliases": TEXT.replace(LANE, LANE.replace("{init", "&w {init") + "\n  c:\n    cell: lstm\n"
                            "    units: 3\n    weights: *w"),
    "an alias of a lane": TEXT.replace("  b:\n", "  b: &b\n")
                              .replace("# between m", "  c: *b\n# m"),
    "quoted keys": TEXT.replace("\nmodels:", "\n'models':").replace("\nbreak:", '\n"break":'),
    "dashes under their key": TEXT.replace("\n  - a.h[0] >", "\n- a.h[0] >")
                                  .replace("\n  - \"b", "\n- \"b"),
    "dashes far to the right": TEXT.replace("\n  - a.h[0] >", "\n      - a.h[0] >")
                                   .replace("\n  - \"b", "\n      - \"b"),
    "conditions over several lines": TEXT.replace(
        "  - a.h[0] > 100   # behind", "  - >-\n    a.h[0]\n    > 100\n  - |\n    a.h[0] > 200"),
    "a quote over several lines": TEXT.replace(
        "title: Nasty", 'title: "Nasty\n\n  models: x\n  break:\n  \\\n  and on"'),
    "spaces behind keys": TEXT.replace("models:\n  #", "models:  \n  #")
                              .replace("break:\n", "break: \n"),
    "another order": TEXT.replace("format: 1   # one\n", "") + "format: 1\n",
}  # fmt: skip
FOUND = (
    ": patch space a.h[1] space set space 0 space at space 2..3 enter"
    " : patch space a_2.x space add space 1 space at space 1 enter"
    " : patch space b.h space scale space 0.5 enter"
    " b a_2.h[1]==0 enter : 3 enter m ctrl+n my space note: space # space 'x' enter"
    " : expect enter enter"
)


@pytest.mark.parametrize("name", ["it.yaml", "other.yaml"])
@pytest.mark.parametrize("form", FORMS)
def test_every_line_of_a_file_stays_whatever_form_it_has(
    tmp_path: Path, form: str, name: str
) -> None:
    path, text = tmp_path / "it.yaml", FORMS[form]
    path.write_text(text)
    session = press(opened(path), FOUND)
    press(session, f": save space {tmp_path / name} enter" + " y" * (name == path.name))
    saved = tmp_path / name
    lines = iter(saved.read_text().split("\n"))
    assert all(line in lines for line in text.rstrip("\n").split("\n"))
    again = opened(saved)
    assert again.lanes == session.lanes
    assert again.travel.breakpoints == session.travel.breakpoints
    assert again.notes()[3].endswith("my note: # 'x'")
    judged = judge(again.run)
    assert len(judged) == 2 and all(one.passed for one in judged)


def test_a_file_keeps_its_line_ends_and_is_not_taken_for_one_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    session = press(opened(path), FOUND)
    press(session, f": save space {path} enter y")
    after = path.read_bytes()
    assert session.message.startswith("saved") and b"a_2_2" in after
    assert after.count(b"\n") == after.count(b"\r\n")
    press(session, f"ctrl+n more enter : save space {path} enter y")
    assert session.message.startswith("saved") and b"note: more" in path.read_bytes()


def test_a_breakpoint_that_is_taken_away_takes_its_line_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(TEXT)
    press(opened(path), f"B : save space {path} enter y")
    assert "  - a.h[0] > 100   # behind\n  # second\n  # behind both\nexpect" in path.read_text()
    press(opened(path), f"B : save space {path} enter y")
    assert "break: []" in path.read_text() and opened(path).travel.breakpoints == []


def test_comments_in_the_section_of_the_place_stay(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(TEXT + "open:   # here\n  at: 2   # two\n  # inside\n  lane: 'b'  # which\n")
    press(opened(path), f"l m : save space {path} enter y")
    end = "open:   # here\n  at: 3   # two\n  # inside\n  lane: 'b'  # which\n  marks:\n    - 3\n"
    assert path.read_text() == TEXT + end
    press(opened(path), f"l m tab : save space {path} enter y")
    assert "  at: 4   # two\n  # inside\n  lane: a  # which\n" in path.read_text()


def test_a_file_with_sections_in_flow_style_is_saved_with_the_comments_around_them(
    tmp_path: Path,
) -> None:
    head, _ = TEXT.split("models:\n  # b")
    lane = "cell: rnn, units: 3, weights: {init: {name: uniform, seed: 0}}"
    path = tmp_path / "it.yaml"
    path.write_text(
        f"{head}models: {{a: {{{lane}}},\n  b: {{{lane}}}}}\n# c\n"
        "script: [{at: 2, note: hi}] # s\n"
        "break: ['a.h[0] > 100'] # b\nexpect: [{that: 'a.h[0] < 100'}] # e\n"
    )
    session = press(opened(path), FOUND)
    press(session, f": save space {path} enter y")
    after, again = path.read_text(), opened(path)
    assert again.lanes == session.lanes and len(again.travel.breakpoints) == 2
    assert all(comment in after for comment in ("# head", "# one", "# c\n", "# s", "# b", "# e"))
