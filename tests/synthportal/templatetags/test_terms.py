"""The glossary and its words on pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from synthportal.web.glossary import MEANINGS, WORDS

ROOT = Path(__file__).resolve().parents[3]
USED = re.compile(r"""\{%\s*term\s+["']([^"']+)["']""")
# A title of a sentence and more is read by nobody, and screens cut it off.
LONGEST = 110


def render(source: str) -> str:
    return Template("{% load terms %}" + source).render(Context())


def test_a_word_carries_its_meaning_as_hover_text():
    assert render('{% term "holdout" %}') == (
        '<abbr class="term" title="Real records set aside first; no synthesizer ever sees them.">holdout</abbr>'
    )


def test_a_page_need_not_load_the_tag():
    assert "<abbr" in Template('{% term "holdout" %}').render(Context())


def test_a_word_can_be_written_as_its_place_needs_it():
    assert render('{% term "holdout" "Holdouts" %}').endswith(">Holdouts</abbr>")


def test_what_is_shown_is_escaped():
    page = Template('{% load terms %}{% term "holdout" name %}').render(Context({"name": "<b>"}))
    assert ">&lt;b&gt;</abbr>" in page


def test_a_word_that_the_glossary_does_not_have_is_refused():
    with pytest.raises(KeyError):
        render('{% term "anonymisation" %}')


def test_every_word_on_a_page_is_in_the_glossary():
    used = {word for page in (ROOT / "templates").rglob("*.html") for word in USED.findall(page.read_text())}
    assert used - set(MEANINGS) == set()


def test_words_stand_once_in_the_order_of_a_dictionary():
    terms = [word.term for word in WORDS]
    assert terms == sorted(set(terms), key=lambda term: term.lower().replace("-", " "))


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.term)
def test_a_meaning_is_one_short_sentence_and_leads_to_a_page_that_is_there(word):
    assert re.fullmatch(r"[A-Z][^.]+\.", word.meaning)
    assert len(word.meaning) <= LONGEST
    assert (ROOT / "docs" / word.page).is_file()


def test_a_dozen_places_of_the_pages_explain_their_word():
    explained = [page for page in (ROOT / "templates").rglob("*.html") if USED.search(page.read_text())]
    assert len(explained) >= 12
