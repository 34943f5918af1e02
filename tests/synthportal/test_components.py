"""The shared pieces of every page: what they must say whatever the data."""

import pytest
from django.template.loader import render_to_string

from reviews.desk_card import found_in, shown_record
from reviews.rarity import NOTHING_KNOWN
from synthportal.templatetags.components import status_badge, tone

HOSTILE = "<img src=x onerror=alert(1)>"
STAGES = ["ingest", "profile", "minimise", "generate", "evaluate", "sample", "review", "gate", "release", "export"]


def component(name, **context):
    return render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize("status", ["", None, "not assessable", "no such word", HOSTILE])
def test_an_outcome_nobody_knows_is_not_computed_and_never_a_pass(status):
    assert tone(status) == "not_computed"
    assert "not computed" in status_badge(status)


@pytest.mark.parametrize(
    ("status", "shade"),
    [(True, "met"), ("pass", "met"), ("review", "attention"), ("block", "blocked"), (False, "blocked")],
)
def test_an_outcome_has_one_of_four_tones(status, shade):
    assert tone(status) == shade


def test_a_badge_says_its_status_in_a_word_beside_the_colour():
    assert status_badge("block").endswith("blocked</span>")
    assert "&lt;img" in status_badge("pass", HOSTILE)


def test_a_disabled_action_says_why():
    page = component(
        "page_header", title="Release?", action={"label": "Release", "why_not": ["Needs a second person."]}
    )
    assert 'disabled aria-describedby="why-not"' in page
    assert "Needs a second person." in page
    assert "<form" not in page


def test_the_timeline_names_the_state_of_each_of_ten_stages():
    states = ["done"] * 3 + ["running"] + ["waiting"] * 6
    stages = [{"name": name, "state": state} for name, state in zip(STAGES, states, strict=True)]
    page = component("timeline", stages=stages, job={"line": "fitting", "done": 9, "total": 15, "cancel_url": "/x/"})
    assert page.count("<li ") == 10
    assert page.count('aria-current="step"') == 1
    assert '<progress value="9" max="15"' in page


def test_progress_without_a_total_is_indeterminate():
    page = component("timeline", stages=[], job={"line": "starting"})
    assert "value=" not in page[page.index("<progress") : page.index("</progress>")]


def test_a_condition_says_in_words_whether_it_is_met():
    conditions = [{"sentence": "one", "status": True}, {"sentence": "two", "status": False}, {"sentence": "three"}]
    page = component("checklist", conditions=conditions)
    assert [word in page for word in (": met<", ": not met<", ": not computed<")] == [True, True, True]


def test_a_missing_value_reads_not_computed_and_zero_reads_zero():
    page = component("facts", facts=[("Leaks", 0), ("Epsilon", None)])
    assert "<dd>0</dd>" in page
    assert "not computed" in page


@pytest.mark.parametrize(
    "content",
    [
        [(HOSTILE, HOSTILE), ("b", HOSTILE)],
        [("messages", [{"role": HOSTILE, "content": HOSTILE}]), (HOSTILE, HOSTILE)],
        [("question", HOSTILE), ("answer", HOSTILE), ("contexts", [{"doc_id": HOSTILE, "text": f"so {HOSTILE} so"}])],
        [("note", f"{HOSTILE} a@b.example " * 20)],
    ],
    ids=["table", "chat", "question", "text"],
)
def test_a_value_of_a_record_is_never_markup(content):
    shown = shown_record(content, NOTHING_KNOWN, with_found=True)
    page = component("desk_record", card={"shown": shown, "position": 1}, why=[HOSTILE], found=found_in(content))
    assert page.count("&lt;img") > 2
    assert "<img" not in page
    assert "hx-disable" in page


def test_the_clean_form_and_the_flag_form_cannot_contradict_each_other():
    """Without JavaScript, pressing Clean after choosing Leakage must send one verdict: they are two forms."""
    review = {"pk": "00000000-0000-0000-0000-000000000000"}
    page = component("desk_decision", card={"urls": {"verdict": "/v/"}, "token": "1"}, review=review)
    clean = page[page.index("<form") : page.index("</form>")]
    assert 'value="clean"' in clean
    assert "leakage" not in clean


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "500"])
def test_an_error_page_needs_no_context_and_leads_on(code):
    """Django renders 500.html without a request."""
    page = render_to_string(f"{code}.html")
    assert "data-reasons" in page
    assert '<a class="button" href="/">' in page
