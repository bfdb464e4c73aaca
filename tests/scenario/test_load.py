"""Everything wrong with a file is said at once, each thing at its place."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.positions import MAX_ALIASED, read_yaml
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.scenario import Scenario
from rnnstep.weights import save_params

GOOD = """\
format: 1
title: Small
input:
  values: {series: [1, 2, 3, 4], target: next}
models:
  own:
    equations: |
      h = tanh(W @ x + u * h[t-1])
    units: 2
    weights:
      values: {W: [[0.5], [1]], u: [0.1, 0.2], V: [[1, -1]], a: 0}
script:
  - {at: 2, note: here}
expect:
  - that: own.h[0] > 0
    at: 3
"""


def load(text: str, folder: Path = Path()) -> Scenario:
    return parse_scenario(text, folder / "small.yaml")


def problems(text: str, folder: Path = Path()) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text, folder)
    return str(caught.value).splitlines()


def test_the_small_scenario_is_good() -> None:
    scenario = load(GOOD)
    assert scenario.tape.length == 4
    assert scenario.models["own"].cell.answer == "y"
    assert scenario.notes[0].step == 2


BROKEN = [
    ("title: Small", "titel: Small", r":2:1: unknown key 'titel' \(did you mean 'title'"),
    ("format: 1", "format: 2", r":1:9: format is 2; it must be 1"),
    ("title: Small", "title: no", None),
    ("title: Small", "title: [a]", r":2:8: title is \['a'\]; it must be a text"),
    ("title: Small", "title: a\ntitle: b", r":3:1: the key 'title' stands here for the second"),
    ("title: Small", "title: !!python/name:os.system x", r":2:8: the tag !!python/name:os.system"),
    ("title: Small", "title: *nothing", r":2:8: this is no YAML"),
    ("title: Small", "title: a\nclaims: [C20]", r"claims.0 is 'C20'; it must be a claim's number"),
    ("  values: {series: [1, 2, 3, 4], target: next}", "  recal: {}", r"did you mean 'recall'"),
    ("  values: {series: [1, 2, 3, 4], target: next}", "  {}", r"just one of recall, .*, csv"),
    ("series: [1, 2, 3, 4]", "series: []", r"series is \[\]; it must be not empty"),
    ("series: [1, 2, 3, 4]", "series: [1, [2, 3]]", r"each needs as many"),
    ("series: [1, 2, 3, 4]", "series: [1, two]", r":4:24: .*'two'; it must be numbers"),
    ("series: [1, 2, 3, 4]", "series: [1, .inf]", r"not finite"),
    ("target: next", "target: [1]", r"target has 1 values; there are 4 steps"),
    ("values: {series: [1, 2, 3, 4], target: next}", "csv: {file: gone.csv, column: a}",
     r":4:8: gone.csv cannot be read"),
    ("values: {series: [1, 2, 3, 4], target: next}", "recall: {lag: -1}", r"lag is -1"),
    ("values: {series: [1, 2, 3, 4], target: next}", "recall: {lag: many}",
     r":4:17: recall.lag is 'many'; it must be a whole number"),
    ("values: {series: [1, 2, 3, 4], target: next}", "text: {text: abc, vocabulary: ab}",
     r"character 3 of the text, 'c'"),
    ("  own:\n", "  Own Lane:\n", r":6:3: 'Own Lane' cannot name a lane"),
    ("  own:\n", "  target:\n", r"'target' cannot name a lane"),
    ("    equations: |\n      h = tanh(W @ x + u * h[t-1])", "    cell: lstn",
     r":7:11: there is no cell 'lstn' \(did you mean 'lstm'"),
    ("    equations: |\n      h = tanh(W @ x + u * h[t-1])",
     "    cell: lstm\n    options: {peep: true}",
     r":8:15: lstm has no option 'peep' \(did you mean 'peepholes'"),
    ("    equations: |\n      h = tanh(W @ x + u * h[t-1])", "    note: x", r"neither"),
    ("u * h[t-1]", "u * g[t-1]", r":8:28: g\[t-1\] is the past of something that has no equation"),
    ("tanh(", "tnah(", r":8:11: there is no function 'tnah' \(did you mean 'tanh'"),
    ("    units: 2", "    units: 3", r":9:12: units is 3, but the parameters make it 2"),
    ("    units: 2", "    units: 0", r":9:12: units is 0; it must be at least 1"),
    ("    units: 2", "    units: two", r"units is 'two'; it must be a whole number"),
    ("u: [0.1, 0.2]", "u: [0.1]", r"u"),
    ("u: [0.1, 0.2]", "u: [0.1, x]", r":11:36: .* entry \[1\] is 'x', no number"),
    ("u: [0.1, 0.2]", "uu: [0.1, 0.2]", r"no parameter 'uu'"),
    ("u: [0.1, 0.2], ", "", r"also needs u"),
    ("    weights:\n", "    dtype: float16\n    weights:\n", r"dtype is 'float16'"),
    ("    weights:\n", "    initial: {g: 1}\n    weights:\n", r"g is no state"),
    ("    weights:\n", "    initial: {h: [1, 2, 3]}\n    weights:\n", r"h has size 2"),
    ("    weights:\n", "    readout: softmax\n    weights:\n", r"need the readout linear"),
    ("      values: {W: [[0.5], [1]], u: [0.1, 0.2], V: [[1, -1]], a: 0}",
     "      file: gone.safetensors", r"there is no weights file gone.safetensors"),
    ("      values: {W: [[0.5], [1]], u: [0.1, 0.2], V: [[1, -1]], a: 0}",
     "      init: {name: chrono}", r"no gate that keeps"),
    ("at: 2,", "at: 9,", r":13:10: there is no step 9; the run has steps 0 to 4"),
    ("at: 2,", "at: qury,", r"there is no mark 'qury'"),
    ("own.h[0] > 0", "own.g[0] > 0", r":15:11: own has no 'g'"),
    ("own.h[0] > 0", "own.h > 0", r":15:11: own.h > 0 has 2 units; say any"),
    ("own.h[0] > 0", "onw.h[0] > 0", r":15:11: there is no lane 'onw' \(did you mean 'own'"),
    ("own.h[0] > 0", "own.h[0] >", r":15:21: something is missing at the end"),
    ("own.h[0] > 0", "accuracy(own, 5) > 0", r"needs a generator"),
    ("own.h[0] > 0", "__import__('os') == 0", r":15:11: there is no function|is not allowed"),
    ("    at: 3", "    at: 3.5", r"it must be a whole number or a text"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_told_what_and_where(old: str, new: str, message: str | None) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    if message is None:
        assert load(text).title == "no"  # YAML 1.2: `no` is a word
        return
    found = problems(text)
    assert any(re.search(message, line) for line in found), found
    assert re.match(r"small.yaml:\d+:\d+: ", found[0])


def test_everything_wrong_is_said_at_once() -> None:
    text = (
        GOOD.replace("title: Small", "titel: Small")
        .replace("units: 2", "units: two")
        .replace("at: 2,", "att: 2,")
        .replace("that: own", "taht: own")
        .replace("format: 1", "format: one")
    )
    found = "\n".join(problems(text))
    for line in (1, 2, 9, 13, 15):
        assert re.search(rf"small.yaml:{line}:\d+: ", found), (line, found)


def test_an_error_in_a_block_of_equations_points_into_the_block() -> None:
    text = GOOD.replace("h = tanh(W @ x + u * h[t-1])", "k = W @ x\n      h = tanh(k + q[t-1])")
    found = problems(text)
    assert found[0].startswith("small.yaml:9:20: q[t-1]")
    assert found[2].index("^") - found[1].index("q") == 0


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "a", "- 1", "42", "{", "a: [", "\t", "a: b: c", "---\na: 1\n---\nb: 2", "\x00",
     "[" * 5000, "a: &a [*a]", "? {a: 1}\n: 2", "models: 3", "format: 1", "'", "&a", "!!binary x",
     "a: &x0 [1,1]\n" + "\n".join(f"a{k}: &x{k + 1} [*x{k},*x{k},*x{k}]" for k in range(20))],
    ids=range(20),
)  # fmt: skip
def test_hostile_files_are_errors_and_never_tracebacks(text: str) -> None:
    assert problems(text)


def test_aliases_of_aliases_are_refused_before_much_is_read() -> None:
    grown = "a: &x0 [1,1]\n" + "\n".join(
        f"a{k}: &x{k + 1} [*x{k},*x{k},*x{k}]" for k in range(20)
    )
    document = read_yaml(grown)
    assert [problem.message for problem in document.problems] == [
        "too many values (aliases of aliases?)"
    ]
    assert len(document.values) < 2 * MAX_ALIASED
    plain = read_yaml("a: &x [1, 2]\nb: [*x, *x]\nc: [" + "1, " * (2 * MAX_ALIASED) + "1]")
    assert isinstance(plain.data, dict)
    assert not plain.problems and plain.data["b"] == [[1, 2], [1, 2]]


def test_missing_and_binary_files_are_errors(tmp_path: Path) -> None:
    from rnnstep.scenario.load import load_scenario

    with pytest.raises(ScenarioError, match="cannot be read: no such file"):
        load_scenario(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"format: 1\ntitle: \xff\xfe")
    with pytest.raises(ScenarioError, match=r"b.yaml:2:1: this is not UTF-8"):
        load_scenario(tmp_path / "b.yaml")
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path)


VALUES = "      values: {W: [[0.5], [1]], u: [0.1, 0.2], V: [[1, -1]], a: 0}"
TRAINED = GOOD.replace(VALUES, "      file: w.safetensors")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W": np.ones((3, 1))}, r"W has shape \(3, 1\); the model needs \(2, 1\)"),
        ({"W": np.ones(2)}, r"W has shape \(2,\); it is a matrix"),
        ({"extra": np.ones(2)}, "no parameter 'extra'"),
        ({"u": np.array([1.0, np.nan])}, "not finite"),
        ({"u": None}, "also needs u"),
    ],
)
def test_weights_that_do_not_fit_are_errors(
    tmp_path: Path, changes: dict[str, np.ndarray | None], message: str
) -> None:
    params = {"W": np.ones((2, 1)), "u": np.ones(2), "V": np.ones((1, 2)), "a": np.ones(1)}
    given = {n: v for n, v in {**params, **changes}.items() if v is not None}
    save_params(tmp_path / "w.safetensors", given, {})
    assert re.search(message, problems(TRAINED, tmp_path)[0])


def test_weights_cut_short_or_of_other_equations_are_errors(tmp_path: Path) -> None:
    params = {"W": np.ones((2, 1)), "u": np.ones(2), "V": np.ones((1, 2)), "a": np.ones(1)}
    path = tmp_path / "w.safetensors"
    save_params(path, params, {"equations": "h = W @ x"})
    assert "other equations" in problems(TRAINED, tmp_path)[0]
    path.write_bytes(path.read_bytes()[:40])
    assert "not a whole safetensors file" in problems(TRAINED, tmp_path)[0]


def test_csv_gaps_and_unknown_columns_are_errors(tmp_path: Path) -> None:
    text = GOOD.replace(
        "values: {series: [1, 2, 3, 4], target: next}", "csv: {file: d.csv, column: b, index: a}"
    )
    (tmp_path / "d.csv").write_text("a,b\n1.0,2\n2.0,\n3.0,4\n")
    assert "d.csv:3: b is empty, the only gap" in problems(text, tmp_path)[0]
    (tmp_path / "d.csv").write_text("a,c\n1.0,2\n2.0,3\n")
    assert "no column 'b'" in problems(text, tmp_path)[0]
    (tmp_path / "d.csv").write_text("a,b\n1700.0,2\n1701.0,3\n1702.0,5\n")
    scenario = load(text.replace("at: 3", "at: 1"), tmp_path)
    assert scenario.tape.index == ("1700", "1701", "1702")


def test_a_window_longer_than_the_input_is_one_error_although_weights_are_missing(
    tmp_path: Path,
) -> None:
    text = (
        "format: 1\ntitle: Short\ninput: {values: {series: [1, 2, 3], target: next}}\n"
        "models:\n  ar: {cell: ar, options: {order: 9}, train: {method: least_squares}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, tmp_path / "short.yaml")
    [problem] = caught.value.problems
    assert "answers once it has read 9 steps, and the input has 3" in problem.message


def test_more_parameters_than_memory_holds_are_refused_at_the_units(tmp_path: Path) -> None:
    text = (
        "format: 1\ntitle: Vast\ninput: {values: {series: [1, 2, 3]}}\n"
        "models:\n  vast:\n    cell: lstm\n    units: 100000\n    weights: {init: {}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, tmp_path / "vast.yaml")
    [problem] = caught.value.problems
    assert problem.line == 7 and "at most 10,000,000" in problem.message
