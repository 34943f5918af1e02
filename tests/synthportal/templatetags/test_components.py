"""The shared pieces of every page: what they must say whatever the data."""

import re

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from reviews.pages.desk.card import Reading, found_in, shown_record
from reviews.templatetags.reading import record_value
from synthportal.templatetags.components import status_badge, tone

HOSTILE = "<img src=x onerror=alert(1)>"
STAGES = ["ingest", "profile", "minimise", "generate", "evaluate", "sample", "review", "gate", "release", "export"]


def component(name, **context):
    """A template with no white space between its tags and their text."""
    return re.sub(r"\s*\n\s*", "", render_to_string(f"{name}.html", context))


def written(markup):
    """What a page that loads the components shows for its own markup."""
    return re.sub(r"\s*\n\s*", "", Template("{% load components %}" + markup).render(Context({"name": HOSTILE})))


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
        "components/page/page_header",
        title="Release?",
        action={"label": "Release", "why_not": ["Needs a second person."]},
    )
    assert 'disabled aria-describedby="why-not"' in page
    assert "Needs a second person." in page
    assert "<form" not in page


def test_the_timeline_names_the_state_of_each_of_ten_stages():
    states = ["done"] * 3 + ["running"] + ["waiting"] * 6
    stages = [{"name": name, "state": state} for name, state in zip(STAGES, states, strict=True)]
    page = component(
        "components/timeline", stages=stages, job={"line": "fitting", "done": 9, "total": 15, "cancel_url": "/x/"}
    )
    assert page.count("<li ") == 10
    assert page.count('aria-current="step"') == 1
    assert '<progress value="9" max="15"' in page


def test_progress_without_a_total_is_indeterminate():
    page = component("components/timeline", stages=[], job={"line": "starting"})
    assert "value=" not in page[page.index("<progress") : page.index("</progress>")]


@pytest.mark.parametrize(
    ("tag", "css", "symbol"),
    [
        ('note tone="blocked"', "note is-blocked", "blocked"),
        ('note tone="error"', "note is-blocked", "blocked"),
        ('note tone="attention" css="section"', "note is-attention section", "attention"),
        ('note tone="info"', "note", "info"),
        ("note", "note", "info"),
        ('note symbol="lock"', "note", "lock"),
    ],
)
def test_a_note_has_the_colour_and_the_symbol_of_its_tone(tag, css, symbol):
    page = written("{% " + tag + " %}<p>{{ name }}</p>{% endnote %}")
    assert page.startswith(f'<div class="{css}"><svg')
    assert f"sprite.svg#{symbol}" in page
    assert page.endswith("<div><p>&lt;img src=x onerror=alert(1)&gt;</p></div></div>")


def test_a_note_is_an_alert_only_when_it_is_told_so():
    assert ' role="alert"' in written('{% note tone="blocked" role="alert" %}<p>No.</p>{% endnote %}')
    assert "role=" not in written('{% note tone="blocked" %}<p>No.</p>{% endnote %}')


def test_an_empty_list_has_a_title_what_to_do_and_a_way_there():
    page = written("{% nothing name %}<p>Start one.</p>{% endnothing %}")
    assert page.endswith("<h3>&lt;img src=x onerror=alert(1)&gt;</h3><p>Start one.</p></div>")
    page = component("components/list/empty", title="x", symbol="table", action={"label": "Go", "url": "/go/"})
    assert page.endswith('<p><a class="button" href="/go/">Go</a></p></div>')


def test_a_condition_says_in_words_whether_it_is_met():
    conditions = [{"sentence": "one", "status": True}, {"sentence": "two", "status": False}, {"sentence": "three"}]
    page = component("reviews/gate/_conditions", conditions=conditions)
    assert [word in page for word in (": met<", ": not met<", ": not computed<")] == [True, True, True]


def test_a_missing_value_reads_not_computed_and_zero_reads_zero():
    page = component("components/facts", facts=[("Leaks", 0), ("Epsilon", None)])
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
    shown = shown_record(content, Reading(), with_found=True)
    page = component(
        "reviews/desk/_record", card={"shown": shown, "position": 1}, why=[HOSTILE], found=found_in(content, Reading())
    )
    assert page.count("&lt;img") > 2
    assert "<img" not in page
    assert "hx-disable" in page


def test_a_value_of_a_record_keeps_its_white_space():
    """It is shown as it stands (white-space: pre-wrap), so the template may add none."""
    text = "  Call me\n\n  at noon, a@b.example  "
    for with_found in (False, True):
        [part] = shown_record([("note", text)], Reading(), with_found=with_found)["rows"]
        plain = re.sub(r'<span class="visually-hidden">.*?</span>', "", record_value(part))
        assert re.sub(r"<[^>]*>", "", plain) == text


def test_the_clean_form_and_the_flag_form_cannot_contradict_each_other():
    """Without JavaScript, pressing Clean after choosing Leakage must send one verdict: they are two forms."""
    review = {"pk": "00000000-0000-0000-0000-000000000000"}
    page = component("reviews/desk/_decision", card={"urls": {"verdict": "/v/"}, "token": "1"}, review=review)
    clean = page[page.index("<form") : page.index("</form>")]
    assert 'value="clean"' in clean
    assert "leakage" not in clean


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "500"])
def test_an_error_page_needs_no_context_and_leads_on(code):
    """Django renders 500.html without a request."""
    page = render_to_string(f"{code}.html")
    assert "data-reasons" in page
    assert '<a class="button" href="/">' in page
