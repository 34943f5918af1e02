"""reread: what an owner says of a finding, by page and API, and what follows in profile, plan and records."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from generation.models import Dataset, Overruling
from generation.repositories.plans import latest_plan
from generation.repositories.sensitive.overrulings import overruled_words
from generation.repositories.tables import read_sealed
from reviews.repositories.samples import overruled_in
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from tests.generation.door import confirm, page, start_run

pytestmark = pytest.mark.django_db


def columns(client, dataset):
    return {one["label"]: one for one in client.get(f"/api/v1/datasets/{dataset.pk}/columns/").json()}


def finding(client, dataset, label, entity):
    return next(one for one in columns(client, dataset)[label]["findings"] if one["entity"] == entity)


def address(dataset, column, entity):
    return f"/api/v1/datasets/{dataset.pk}/columns/{column}/findings/{entity}/"


def overrule(client, dataset, column, entity, **said):
    body = {"reason": "names of shelves"} | said
    return client.put(address(dataset, column, entity), body, content_type="application/json")


def treatment(dataset, column):
    return next(one for one in latest_plan(dataset).treatments if one["column"] == column)["kind"]


# ---- What follows ---------------------------------------------------------------------------------------------------


def test_a_column_of_products_named_like_people_is_a_class_once_its_owner_says_so(shop, ana):
    assert columns(ana, shop)["item"]["role"] == "direct"
    assert overrule(ana, shop, "c0", "PERSON").status_code == 202
    work_through(shop.pk)
    item = columns(ana, shop)["item"]
    assert (item["sdtype"], item["role"]) == ("categorical", "other")
    person = finding(ana, shop, "item", "PERSON")
    assert (person["overruled"], person["overruled_because"]) == (True, "names of shelves")
    assert item["why"].endswith("as its owner says.")
    assert treatment(shop, "c0") == "suppress_rare"


def test_a_finding_in_a_dataset_of_texts_is_overruled_as_in_a_table(ana, upload):
    lines = "text,kind\n" + "".join(f"I spoke to Anna Miller about card {place},card\n" for place in range(60))
    dataset = upload(lines.encode(), name="messages.csv", kind="text")
    work_through(dataset.pk)
    assert overrule(ana, dataset, "c0", "PERSON").status_code == 202
    work_through(dataset.pk)
    person = finding(ana, dataset, "text", "PERSON")
    assert (person["overruled"], person["overruled_because"]) == (True, "names of shelves")


@pytest.mark.slow
def test_what_was_overruled_and_taken_back_is_as_it_was(shop, ana):
    before, plan = columns(ana, shop), latest_plan(shop).treatments
    overrule(ana, shop, "c0", "PERSON")
    work_through(shop.pk)
    assert ana.delete(address(shop, "c0", "PERSON")).status_code == 202
    work_through(shop.pk)
    assert (columns(ana, shop), latest_plan(shop).treatments) == (before, plan)


def test_the_trail_says_who_overruled_what_and_no_reason(shop, ana):
    overrule(ana, shop, "c0", "PERSON")
    work_through(shop.pk)
    event = AuditEvent.objects.get(action="overruled")
    assert event.facts == {
        "dataset": str(shop.pk),
        "column": "c0",
        "entity": "PERSON",
        "although_validated": False,
    }
    assert AuditEvent.objects.filter(action="profiled again", subject_id=str(shop.pk)).count() == 1


def test_choices_of_the_owner_stay_in_the_plan_that_follows(shop, ana):
    chosen = [dict(one) for one in latest_plan(shop).treatments]
    chosen[1] |= {"kind": "generalise", "parameters": {"width": 20.0, "k": 5}, "why": "Chosen by the owner."}
    body = {"treatments": chosen}
    assert ana.put(f"/api/v1/datasets/{shop.pk}/plan/", body, content_type="application/json").status_code == 200
    overrule(ana, shop, "c0", "PERSON")
    work_through(shop.pk)
    assert (treatment(shop, "c1"), treatment(shop, "c0")) == ("generalise", "suppress_rare")


@pytest.mark.slow
def test_redaction_leaves_what_was_overruled_and_takes_the_rest(shop, ana):
    """Every second note has an address of its own; the names in the notes are those of shelves.

    As long as the column of items holds people, their names are known values and found in the notes whatever is said.
    """
    for column in ("c3", "c0"):
        assert overrule(ana, shop, column, "PERSON").status_code == 202
        work_through(shop.pk)
    confirm(ana, shop)
    notes = read_sealed(shop.key_id, Dataset.objects.get().minimised_sha256)["c3"]
    assert not notes.str.contains("<PERSON>").any()
    assert notes.str.contains("shelf Wolfgang").any()
    assert not notes.str.contains("@mail.example").any()
    schema = {one["name"]: one for one in latest_plan(shop).schema}
    assert schema["c3"]["overruled"] == ["PERSON"]
    run = start_run(ana, Dataset.objects.get())
    run.columns = ["c0", "c3"]
    assert sorted(overruled_words(run)) == [
        f"Found in “{label}” and overruled by its owner ana: person. Reason: names of shelves"
        for label in ("item", "notes")
    ]
    assert overruled_in(run) == {0: frozenset({"PERSON"}), 1: frozenset({"PERSON"})}


# ---- What an owner's word does not do -------------------------------------------------------------------------------


def test_what_a_check_says_is_overruled_only_by_who_says_that_they_know(shop, ana):
    refused = overrule(ana, shop, "c2", "CREDIT_CARD", reason="tokens of a test system")
    assert refused.status_code == 409
    assert "although it does" in refused.content.decode()
    kept = overrule(ana, shop, "c2", "CREDIT_CARD", reason="tokens of a test system", although_validated=True)
    assert kept.status_code == 202
    assert AuditEvent.objects.get(action="overruled").facts["although_validated"] is True


def test_in_a_text_what_a_check_validates_stays_found(shop, ana):
    refused = overrule(ana, shop, "c3", "EMAIL_ADDRESS", although_validated=True)
    assert refused.status_code == 409
    assert "stays found" in refused.content.decode()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_needed(shop, ana, reason):
    assert overrule(ana, shop, "c0", "PERSON", reason=reason).status_code in {400, 409}
    assert not Overruling.objects.exists()


def test_what_was_not_found_cannot_be_overruled_nor_what_stands_be_taken_back(shop, ana):
    assert overrule(ana, shop, "c1", "PERSON").status_code == 409
    assert ana.delete(address(shop, "c0", "PERSON")).status_code == 409


def test_nobody_but_the_owner_overrules(shop, client_of):
    assert overrule(client_of("cleo"), shop, "c0", "PERSON").status_code == 403
    assert overrule(client_of("dan"), shop, "c0", "PERSON").status_code == 404


@pytest.mark.parametrize("change", [lambda rows: rows.update(reason="x"), lambda rows: rows.delete()])
def test_the_database_keeps_what_was_said(shop, ana, change):
    overrule(ana, shop, "c0", "PERSON")
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        change(Overruling.objects.all())


# ---- On the page ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_column_says_what_was_found_by_whom_and_takes_the_owners_word(shop, ana):
    column = reverse("column", args=[shop.pk, "c0"])
    shown = page(ana.get(column))
    assert "person 100 %" in shown
    assert "found by lists of names" in shown
    posted = {"entity": "PERSON", "reason": "names of shelves"}
    answer = ana.post(reverse("column_finding", args=[shop.pk, "c0"]), posted)
    assert answer["Location"] == reverse("dataset", args=[shop.pk])
    work_through(shop.pk)
    shown = page(ana.get(column))
    assert "names of shelves" in shown
    assert ana.post(reverse("column_finding", args=[shop.pk, "c0"]), posted | {"restore": ""}).status_code == 302
    assert Overruling.objects.count() == 2


def test_a_refused_word_stays_as_it_was_typed(shop, ana):
    posted = {"entity": "CREDIT_CARD", "reason": "tokens of a test system"}
    answer = ana.post(reverse("column_finding", args=[shop.pk, "c2"]), posted)
    assert answer.status_code == 422
    assert "tokens of a test system" in page(answer)
    assert "although it does" in page(answer)
