"""What is sensitive here: in all datasets a person sees, by page and API, in as many queries for many as for one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Dataset
from synthportal.storage.keys import create_key
from tests.cast import give_to
from tests.generation.door import page

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/sensitive/"


def asked(client, **query):
    return client.get(ADDRESS, query).json()["results"]


def labels(client, **query):
    return [one["label"] for one in asked(client, **query)]


def copy_of(dataset, **changes):
    """Another dataset that was profiled alike."""
    plan = dataset.plans.get()
    dataset.pk, dataset._state.adding = None, True
    dataset.key = create_key()
    for name, value in changes.items():
        setattr(dataset, name, value)
    dataset.save(force_insert=True)
    plan.pk, plan.dataset, plan._state.adding = None, dataset, True
    plan.save(force_insert=True)
    return dataset


def test_columns_and_texts_are_told_with_what_they_hold_and_how_they_are_treated(shop, ana):
    """The purchases: items named like people, cards, and notes; the amount and the target hold nothing."""
    found = {one["label"]: one for one in asked(ana)}
    assert set(found) == {"item", "token", "notes"}
    assert {one["entity"] for one in found["notes"]["findings"]} >= {"EMAIL_ADDRESS", "PERSON"}
    assert (found["notes"]["treatment"], found["item"]["treatment"]) == ("redact", "drop")
    assert found["notes"]["recall"]
    assert [one["is_untreated"] for one in found.values()] == [False, False, False]
    assert not any(one["is_confirmed"] for one in found.values())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"entity": "EMAIL_ADDRESS"}, ["notes"]),
        ({"treatment": "drop"}, ["item", "token"]),
        ({"role": "sensitive"}, ["notes"]),
        ({"q": "ITE"}, ["item"]),
        ({"q": "claims"}, ["item", "token", "notes"]),
        ({"entity": "NO_SUCH"}, []),
        ({"dataset": "' OR 1=1"}, []),
    ],
)
def test_filters_keep_what_was_asked_for(shop, ana, query, expected):
    assert labels(ana, **query) == expected
    shown = page(ana.get(reverse("sensitive"), query))
    assert ("Nothing matches" in shown) is (not expected)


def test_everybody_sees_the_datasets_they_may_see(shop, client_of):
    assert labels(client_of("eve")) == labels(client_of("cleo")) == labels(client_of("ana"))
    assert labels(client_of("dan")) == labels(client_of("ben")) == []
    give_to(shop, shop.owner_id + 1)
    assert labels(client_of("ana")) == []
    assert "Nothing to show yet" in page(client_of("ana").get(reverse("sensitive")))


def test_the_page_counts_kinds_over_datasets_and_leads_to_their_columns(shop, ana):
    copy_of(Dataset.objects.get(), name="another")
    shown = page(ana.get(reverse("sensitive")))
    assert "another" in shown
    assert 'href="?entity=CREDIT_CARD"' in shown
    assert "credit card 100 %" in shown
    assert "its check holds" in shown


def test_a_dataset_that_is_erased_holds_nothing_any_more(shop, ana):
    copy_of(Dataset.objects.get(), name="another", status="erased")
    assert labels(ana) == ["item", "token", "notes"]


@pytest.mark.parametrize("where", [ADDRESS, "page"])
def test_many_datasets_take_as_many_queries_as_one(shop, ana, where):
    address = reverse("sensitive") if where == "page" else where

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            assert ana.get(address).status_code == 200
        return len(asked_for)

    one = queries()
    for number in range(5):
        copy_of(Dataset.objects.order_by("created_at").first(), name=f"copy {number}")
    assert queries() == one


def test_what_was_released_says_where(world, client_of):
    """The world's run has an artefact and no release: its columns went nowhere."""
    shown = page(client_of("eve").get(reverse("sensitive")))
    assert "nowhere" in shown
    assert all(one["releases"] == [] for one in asked(client_of("eve")))
