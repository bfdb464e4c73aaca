"""What cannot be read is said in this language's words, at its place."""

from __future__ import annotations

import pytest

from rnnstep.equations.parse import parse_condition, parse_equations
from rnnstep.errors import EquationError


@pytest.mark.parametrize(("text", "message", "column"), [
    ("a.f[3] < 3x", "'3x' is no number, and no name begins with a digit", 10),
    ("a < 1.2.3", "'1.2.3' is no number", 5), ("3a > 1", "'3a' is no number", 1),
    ("a < 007", "'007' is no number", 5), ("a > 0x1G", "'0x1G' is no number", 5),
    ("a = 3", "compared with ==", 3), ("a == 3 and b = 2", "compared with ==", 14),
    ("a.h[0] && b > 1", "this is written: and", 8), ("a > 1 || b > 1", "written: or", 7),
    ("any(a => 2)", "this is written: >=", 7), ("a ≤ 2", "this is written: <=", 3),
    ("a <> 2", "this is written: !=", 3), ("s == '&&' 3", "this cannot be read here", 11),
    ("a.h[0 < 2", "this [ is never closed", 4), ("a.h] < 2", "nothing was opened that this ]", 4),
    ("(a[0) < 2", "a [ was opened, and this ) does not close it", 5),
    ("a == 'x", "the quote is not closed", 6), ("a <", "something is missing at the end", 4),
    ("a b", "this cannot be read here", 3), ("a if b", "this cannot be read here", 1),
])  # fmt: skip
def test_a_condition_that_cannot_be_read_says_what_would_be_right(
    text: str, message: str, column: int
) -> None:
    with pytest.raises(EquationError) as caught:
        parse_condition(text)
    assert message in caught.value.message and caught.value.column == column


@pytest.mark.parametrize(("text", "message"), [
    ("h = 3x", "'3x' is no number"), ("h = = a", "this cannot be read here"),
    ("h = tanh(", "this ( is never closed"), ("3h = a", "'3h' is no number"),
])  # fmt: skip
def test_an_equation_is_not_told_to_compare(text: str, message: str) -> None:
    with pytest.raises(EquationError, match="(?s)" + message.replace("(", r"\(")):
        parse_equations(text)


@pytest.mark.parametrize("text", [
    "a ! b", "a ? b", "for", "a < 2 if", "a[", "{a: 1", "x = = 2", "a.class", "\\", "a\tb", "£",
    "f(x for x", "f(**", "a.3", "1__0 > a", "0b12 > a", "1e > a", "1.e5.3", "lambda: (", "print a",
])  # fmt: skip
def test_no_message_is_pythons_own(text: str) -> None:
    words = ("literal", "syntax", "decimal", "invalid", "perhaps", "python", "unterminated",
             "U+", "did you", "expected", "parenthes")  # fmt: skip
    with pytest.raises(EquationError) as caught:
        parse_condition(text)
    assert not any(word in caught.value.message for word in words)
