from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.certificate.canonical import as_json, canonical_json, digest

LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
)
KEYS = st.text(st.characters(max_codepoint=0xD7FF))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


def test_keys_sort_by_utf_16_as_in_rfc_8785() -> None:
    # The sample of RFC 8785, section 3.2.3.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = list(json.loads(canonical_json(dict.fromkeys(names, 0))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_in_rfc_8785() -> None:
    # RFC 8785, section 3.2.2.
    assert (
        canonical_json("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/") == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    )


@given(VALUES)
def test_the_standard_library_writes_the_same_bytes(value: object) -> None:
    theirs = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical_json(value) == theirs
    assert json.loads(theirs) == value


def test_fractions_become_plain_decimal_strings() -> None:
    assert as_json({"a": (0.05, 1e-7, 3.0, -0.25)}) == {"a": ["0.05", "0.0000001", "3", "-0.25"]}


@pytest.mark.parametrize("value", [0.5, float("nan"), 2**53, {1: 2}, object(), b"bytes", "\ud800"])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (a lone surrogate raises UnicodeEncodeError, a ValueError)
        canonical_json(value)


def test_the_digest_of_an_empty_object_is_that_of_two_braces() -> None:
    assert digest({}) == hashlib.sha256(b"{}").hexdigest()
