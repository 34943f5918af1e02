"""Steering a plan: which columns a page shows, many of them at once, one version back, and what each version did."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from django.urls import reverse

from generation.models import Dataset
from generation.repositories.plans import latest_plan
from synthportal.jobs.here import work_through
from tests.cast import made_once
from tests.generation.door import page
from tests.generation.stages.test_minimise import FAX, PERSON, SCORE, SEX, TOWN, by_hand, treatment

pytestmark = pytest.mark.django_db

ROWS, WIDTH = 60, 130


def wide() -> bytes:
    """Many columns of numbers, one note in which everybody is called, and codes."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["note", *(f"figure {at}" for at in range(WIDTH))])
    for row in range(ROWS):
        note = f"please call Anna Schmidt about the case of {['north', 'south', 'east', 'west'][row % 4]} today"
        writer.writerow([note + " and thank her" * (row // 4), *((row * (at + 3)) % 7 for at in range(WIDTH))])
    return sink.getvalue().encode()


@pytest.fixture
def broad(upload):
    """A profiled dataset of 131 columns, its plan previewed."""

    def build():
        found = upload(wide(), "wide.csv")
        work_through(found.pk)
        work_through(latest_plan(found).pk)

    made_once("broad", build)
    return Dataset.objects.get()


def post(client, dataset, verb="plan_bulk", **fields):
    return client.post(reverse(verb, args=[dataset.pk]), fields, follow=True)


def kinds(dataset):
    return {one["column"]: one["kind"] for one in latest_plan(dataset).treatments}


# ---- Which columns ------------------------------------------------------------------------------------------------


def test_a_page_holds_fifty_columns_and_says_which(broad, ana):
    first = page(ana.get(reverse("dataset", args=[broad.pk])))
    assert "1 to 50 of 131 columns" in first
    assert first.count('name="kind-c') == 50
    last = page(ana.get(reverse("dataset", args=[broad.pk]), {"page": 3}))
    assert "101 to 131 of 131 columns" in last
    assert last.count('name="kind-c') == 31


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"q": "FIGURE 12"}, "1 to 11 of 11 columns"),
        ({"show": "text"}, "1 to 1 of 1 columns"),
        ({"show": "found", "q": "figure"}, "0 to 0 of 0 columns"),
        ({"show": "nonsense", "page": "99", "against": "x"}, "101 to 131 of 131 columns"),
    ],
)
def test_what_the_url_asks_for_is_shown(broad, ana, asked, line):
    assert line in page(ana.get(reverse("dataset", args=[broad.pk]), asked))


@pytest.mark.slow
def test_the_database_is_asked_as_often_for_many_columns_as_for_one(broad, ana, django_assert_max_num_queries):
    place = reverse("dataset", args=[broad.pk])
    ana.get(place)
    with django_assert_max_num_queries(40) as many:
        ana.get(place)
    with django_assert_max_num_queries(40) as one:
        ana.get(place, {"q": "figure 77"})
    assert len(many) == len(one)


def test_saving_a_page_leaves_the_columns_of_other_pages_as_they_were(broad, ana):
    before = kinds(broad)
    saved = ana.post(reverse("plan", args=[broad.pk]) + "?page=2", {"kind-c60": "drop"})
    assert saved.url.endswith("?page=2#plan")
    assert kinds(broad) == before | {"c60": "drop"}


def test_texts_are_shown_as_masked_examples_without_any_name(broad, ana):
    shown = page(ana.get(reverse("dataset", args=[broad.pk]), {"show": "text"}))
    assert "3 masked examples" in shown
    assert "please call" in shown
    assert "&lt;PERSON&gt;" in shown
    assert "Schmidt" not in shown


def test_what_becomes_of_each_kind_of_finding_is_folded_under_how_many_of_each(broad, ana):
    shown = page(ana.get(reverse("dataset", args=[broad.pk]), {"show": "text"}))
    folded = re.search(
        r'settings--redact">\s*<details[^>]*>\s*<summary>([^<]*)</summary>(.*?)</details>', shown, re.DOTALL
    )
    chosen = Counter(re.findall(r'value="(\w+)" selected', folded[2]))
    assert folded[1] == ", ".join(f"{times} {value}" for value, times in chosen.most_common())
    assert sum(chosen.values()) > 4, "fewer would simply be shown"


# ---- Many at once -------------------------------------------------------------------------------------------------


def test_ticked_columns_take_one_treatment_and_the_rest_stay(visited, ana):
    before = kinds(visited)
    seen = page(post(ana, visited, pick=[SCORE, TOWN], what="drop"))
    assert "2 columns changed." in seen
    assert kinds(visited) == before | {SCORE: "drop", TOWN: "drop"}


def test_what_does_not_fit_or_would_leave_identifiers_stays_and_is_named(visited, ana):
    seen = page(post(ana, visited, pick=[PERSON, SEX], what="keep"))
    assert "leave identifiers: person" in seen
    assert kinds(visited)[PERSON] != "keep"
    seen = page(post(ana, visited, pick=[SCORE], what="redact"))
    assert "0 columns changed." in seen


def test_what_the_portal_proposed_comes_back(visited, ana):
    proposed = kinds(visited)
    post(ana, visited, pick=[SCORE, TOWN], what="drop")
    post(ana, visited, pick=[SCORE, TOWN], what="proposed")
    assert kinds(visited) == proposed


@pytest.mark.parametrize("fields", [{}, {"what": "drop"}, {"pick": [SCORE], "what": "burn"}, {"only": "c2"}])
def test_a_bulk_change_that_says_too_little_changes_nothing(visited, ana, fields):
    assert post(ana, visited, **fields).status_code == 409
    assert latest_plan(visited).version == 1


def test_nobody_else_steers_it(visited, client_of):
    assert post(client_of("cleo"), visited, pick=[SCORE], what="drop").status_code == 403
    assert post(client_of("cleo"), visited, "plan_undo").status_code == 403


def test_a_save_that_comes_late_changes_only_what_was_changed_in_it(visited, ana):
    """A live save is still on its way when many columns are changed; or another window shows an older version."""
    shown = {f"kind-{name}": kind for name, kind in kinds(visited).items()} | {"version": "1"}
    post(ana, visited, pick=[SCORE, TOWN], what="drop")
    many = kinds(visited)
    ana.post(reverse("plan", args=[visited.pk]), shown)
    assert (kinds(visited), latest_plan(visited).version) == (many, 2)
    saved = ana.post(
        reverse("plan", args=[visited.pk]), shown | {f"kind-{SEX}": "drop"}, headers={"hx-request": "true"}
    )
    assert kinds(visited) == many | {SEX: "drop"}
    assert 'id="plan-version" value="3" hx-swap-oob="true"' in " ".join(page(saved).split())


# ---- Back, and compared -------------------------------------------------------------------------------------------


def test_undo_goes_back_one_version_after_the_other_and_no_further(visited, ana):
    first = kinds(visited)
    post(ana, visited, pick=[SCORE], what="drop")
    second = kinds(visited)
    post(ana, visited, pick=[TOWN], what="drop")
    assert "Version 2 is back, as version 4." in page(post(ana, visited, "plan_undo"))
    assert kinds(visited) == second
    post(ana, visited, "plan_undo")
    assert kinds(visited) == first
    assert post(ana, visited, "plan_undo").status_code == 409
    assert [plan.restores for plan in visited.plans.order_by("version")] == [None, None, None, 2, 1]


def test_undo_brings_roles_back_as_well(visited, ana):
    ana.post(reverse("plan", args=[visited.pk]), {f"role-{SCORE}": "sensitive"})
    assert latest_plan(visited).roles == {SCORE: "sensitive"}
    post(ana, visited, "plan_undo")
    assert latest_plan(visited).roles == {}


def test_a_version_is_compared_with_another_and_only_what_differs_is_shown_on_demand(visited, ana):
    post(ana, visited, pick=[SCORE], what="drop")
    shown = page(ana.get(reverse("dataset", args=[visited.pk]), {"against": 1, "show": "changed"}))
    assert "1 to 1 of 1 columns" in shown
    assert "was: Generalise" in shown or "was: Keep" in shown or "was: Top- and bottom-code" in shown


# ---- What the effect suggests -------------------------------------------------------------------------------------


def test_what_is_suggested_comes_with_its_evidence_and_is_recorded_as_the_reason(visited, ana):
    """Who is a man or a woman here has nothing to do with who buys: it is suggested to drop it, with both figures."""
    post(ana, visited, pick=[FAX], what="drop")
    ana.put(
        f"/api/v1/datasets/{visited.pk}/plan/",
        {"treatments": by_hand(treatment(TOWN, "keep"))},
        content_type="application/json",
    )
    work_through(latest_plan(visited).pk)
    shown = page(ana.get(reverse("dataset", args=[visited.pk]), {"show": "suggested"}))
    assert "no more about “bought” than chance would" in shown
    post(ana, visited, only=f"{TOWN}:suggested")
    taken = next(one for one in latest_plan(visited).treatments if one["column"] == TOWN)
    assert taken["kind"] == "drop"
    assert "where chance reaches" in taken["why"]
