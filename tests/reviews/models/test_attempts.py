"""Attempts stay counted: the database refuses to open a closed review again, to draw twice or to change a source."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from generation.models import Dataset
from reviews.models import Review
from tests.reviews.models.test_triggers import DOSSIER, judged, refused, run_sql

__all__ = ["judged"]
pytestmark = pytest.mark.both


@pytest.mark.parametrize(
    ("closed", "again"),
    [
        ("rejected", "open"),
        ("rejected", "accepted"),
        ("rejected", "released"),
        ("accepted", "open"),
        ("accepted", "rejected"),
        ("released", "open"),
        ("released", "accepted"),
    ],
)
def test_a_review_that_is_closed_is_never_opened_again(world, closed, again):
    run_sql("UPDATE reviews_review SET dossier_hash = %s", DOSSIER)
    for status in ("accepted", "released") if closed == "released" else (closed,):
        run_sql("UPDATE reviews_review SET status = %s", status)
    refused("never opened again", "UPDATE reviews_review SET status = %s", again)


def test_the_source_of_a_dataset_is_learnt_once_and_never_changes(world):
    refused("source", "UPDATE generation_dataset SET source = %s", uuid4())
    refused("source", "UPDATE generation_dataset SET source = NULL")
    assert Dataset.objects.get().source is not None


def test_nothing_is_added_to_a_sample_once_somebody_has_judged(judged):
    """Or a lot could be sampled again until it passes."""
    columns = "review_id, lane, state, reasons, sealed, token, needed"
    copy = f"INSERT INTO reviews_reviewrecord (id, {columns}, position, row) SELECT %s, {columns}, 9999, 9999 "
    refused("before the first verdict", copy + "FROM reviews_reviewrecord WHERE position = 1", uuid4())
    refused("never deleted", "DELETE FROM reviews_tally")


def test_a_review_of_the_same_bytes_is_not_opened_twice(world):
    assert Review.objects.count() == 1
    with pytest.raises(DatabaseError, match=r"(?i)unique"), transaction.atomic():
        Review.objects.bulk_create([Review(**{**Review.objects.values().get(), "id": uuid4()})])
