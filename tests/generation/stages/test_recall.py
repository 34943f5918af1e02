"""Seeded recall: measured when texts are profiled, told on page and API, and carried to what is made from them."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from generation.models import Dataset
from generation.repositories.plans import latest_plan
from tests.generation.door import confirm, page

pytestmark = pytest.mark.django_db


def recall_of(client, dataset):
    (notes,) = [one for one in client.get(f"/api/v1/datasets/{dataset.pk}/columns/").json() if one["label"] == "notes"]
    return {one["entity"]: one for one in notes["recall"]}


def test_addresses_in_the_notes_are_all_found_again_and_the_page_says_how_many_were_written(shop, ana):
    """Half of the notes have an e-mail address, and its form finds every invented one. Wilson's lower bound at 95 % of
    n of n is n / (n + 1.96^2).
    """
    mail = recall_of(ana, shop)["EMAIL_ADDRESS"]
    assert (mail["share"], mail["upper"]) == (1.0, 1.0)
    assert mail["lower"] == pytest.approx(mail["n"] / (mail["n"] + 1.959964**2))
    shown = page(ana.get(reverse("dataset", args=[shop.pk])))
    assert "What is found in its texts" in shown
    assert "email address" in shown
    assert "Found again" in page(ana.get(reverse("column", args=[shop.pk, "c3"])))


def test_only_columns_of_free_text_are_measured(shop, ana):
    measured = {one["label"]: bool(one["recall"]) for one in ana.get(f"/api/v1/datasets/{shop.pk}/columns/").json()}
    assert [label for label, is_measured in measured.items() if is_measured] == ["notes"]


def test_the_plan_that_redacts_keeps_the_figures_for_certificate_and_card(shop, ana):
    expected = list(recall_of(ana, shop).values())
    confirm(ana, shop)
    schema = {one["name"]: one for one in latest_plan(Dataset.objects.get()).schema}
    assert schema["c3"]["recall"] == expected
    assert "buyer" not in json.dumps(schema)
