"""A real record is seen by a source reader alone, while they settle a flag, with a reason, and the trail knows."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.engine.reading.nearest import nearest_row
from reviews.models import Verdict
from reviews.stages.adjudicate import look_again
from reviews.stages.review import claim_record, judge_record
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.vault import open_sealed
from tests.cast import World
from tests.markup import markup

People = dict[str, Person]


def test_the_nearest_row_by_hand() -> None:
    table = pa.table(
        {
            "age": pa.array([20, 40, 60], pa.int64()),
            "job": ["clerk", "nurse", None],
            "since": pa.array([datetime(year, 1, 1) for year in (2020, 2021, 2022)], pa.timestamp("us")),  # noqa: DTZ001
        }
    )
    found = nearest_row(table, [45, "nurse", "2021-01-01T00:00:00"])
    # age: 5 of a range of 40; the job and the date are the same.
    assert (found.row, found.values[0], found.distance) == (1, 40, pytest.approx(5 / 40 / 3))
    assert nearest_row(table, [60, None, "2022-01-01T00:00:00"]).distance == 0
    assert nearest_row(table, [20, None, "2022-01-01T00:00:00"]).row == 2


@pytest.fixture
def flag(world: World, people: People) -> Verdict:
    """ben's flag, which cleo has looked at."""
    record = claim_record(world.review, by=people["ben"])
    assert record is not None
    verdict = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    look_again(verdict, Judgement("clean"), by=people["cleo"])
    return verdict


def ask(client: Client, verdict: Verdict, reason: str) -> Any:
    return client.post(reverse("source", args=[verdict.pk]), {"reason": reason})


def test_nobody_sees_a_real_record_by_default(flag: Verdict, client_of: Any) -> None:
    for name, status in (("cleo", 403), ("bea", 403), ("ben", 403), ("ana", 404), ("eve", 404), ("root", 404)):
        assert ask(client_of(name), flag, "to compare").status_code == status, name
    assert (
        "nearest real record"
        not in client_of("cleo").get(reverse("flags", args=[flag.record.review_id])).content.decode()
    )
    assert not AuditEvent.objects.filter(action="source read").exists()


def test_a_source_reader_sees_the_nearest_training_record_with_a_reason_in_the_trail(
    flag: Verdict, world: World, client_of: Any, people: People
) -> None:
    grant(people["cleo"], Role.SOURCE_READER)
    client = client_of("cleo")
    refused = ask(client, flag, " ")
    assert refused.status_code == 409
    assert "Say why you need to see a real record" in refused.content.decode()
    answer = ask(client, flag, "Is the address the same?")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    with open_sealed(world.dataset.key_id, world.dataset.minimised_sha256) as source:
        ages = {row["c0"] for row in pq.read_table(io.BytesIO(source.read())).to_pylist()}
    shown = markup(answer).split("Beside the nearest training record")[1]
    assert any(f"<td>{age}" in shown for age in ages)
    event = AuditEvent.objects.get(action="source read")
    assert event.facts == {"record": str(flag.record_id), "reason": "Is the address the same?"}
    again = client.get(reverse("flags", args=[world.review.pk])).content.decode()
    assert "Beside the nearest" not in again


def test_a_source_reader_looks_without_it_first_and_settles_the_flag_themselves(
    flag: Verdict, client_of: Any, people: People
) -> None:
    grant(people["bea"], Role.SOURCE_READER)
    grant(people["ben"], Role.SOURCE_READER)
    assert "yourself first" in ask(client_of("bea"), flag, "to compare").content.decode()
    assert "by a second person" in ask(client_of("ben"), flag, "to compare").content.decode()
    assert not AuditEvent.objects.filter(action="source read").exists()
