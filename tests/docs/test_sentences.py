"""What people read was read before: all sentences stand in one file, and some words in none."""

from __future__ import annotations

import re

from tests.docs.sentences import KEPT, collected

# Never promised of data; "1e-09" is no number for people; "Only 0" and "1 of 1 secrets" are no sentences.
PROMISED = re.compile(
    r"\b(anonymi[sz]ed data|fully anonymous|is compliant|100 % safe|guaranteed safe)\b", re.IGNORECASE
)
MACHINE = re.compile(r"\b\d+e[-+]?\d+\b|\bNone\b(?! of)|_id\b")


def test_every_sentence_was_reviewed():
    """A new sentence is read aloud once, then kept: python -m tests.docs.sentences > tests/data/sentences.txt"""
    kept = set(KEPT.read_text().splitlines())
    new = [sentence for sentence in collected() if sentence not in kept]
    assert not new, "\n".join(["Read these as a newcomer would, then print the file anew:", *new[:40]])


def test_the_file_holds_no_sentence_that_is_gone():
    assert sorted(set(KEPT.read_text().splitlines()) - set(collected())) == []


def test_no_sentence_promises_more_than_the_portal_can():
    assert [sentence for sentence in collected() if PROMISED.search(sentence)] == []


def test_no_sentence_speaks_as_a_machine():
    assert [sentence for sentence in collected() if MACHINE.search(sentence)] == []
