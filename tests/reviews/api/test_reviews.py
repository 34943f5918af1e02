"""A review over the API: the claim says what it waits for, and a review that nobody can go on with says why."""

from __future__ import annotations

from reviews.engine.reading.judgement import Judgement
from reviews.stages.adjudicate import look_again, settle_flag
from reviews.stages.review import judge_record, skip_record
from reviews.stages.undo import take_back_skip
from tests.reviews.calibrated import judge_as_an_expert, judge_until


def review_seen_by(client, run):
    return client.get(f"/api/v1/runs/{run.pk}/review/").json()


def test_a_claim_that_a_skip_holds_up_says_so_and_where(world, client_of, people):
    record = judge_until(world.review, people["ben"], "random")
    skip_record(record, "cannot_tell", token=record.token, by=people["ben"])
    judge_as_an_expert(world.review, people["ben"])
    waits = f"; it waits for a record that was skipped, at place 1 of the sample (record {record.position})"
    found = review_seen_by(client_of("cleo"), world.run)
    assert found["random"]["judged"] == found["n"] - 1
    assert found["claim"].startswith(f"after 0 of {found['n']} records")
    assert found["claim"].endswith(waits)
    assert review_seen_by(client_of("ben"), world.run)["claim"] is None
    back = take_back_skip(record, by=people["ben"])
    judge_record(back, Judgement("clean"), token=back.token, by=people["ben"])
    assert "waits" not in review_seen_by(client_of("cleo"), world.run)["claim"]


def test_a_claim_that_an_open_flag_holds_up_says_so_until_it_is_settled(world, client_of, people):
    record = judge_until(world.review, people["ben"], "random")
    flag = judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    judge_as_an_expert(world.review, people["ben"], 3)
    claim = review_seen_by(client_of("cleo"), world.run)["claim"]
    assert claim.endswith(f"it waits for an open leak flag at place 1 of the sample (record {record.position})")
    look_again(flag, Judgement("clean"), by=people["bea"])
    settle_flag(flag, is_leak=False, by=people["bea"])
    assert "waits" not in review_seen_by(client_of("cleo"), world.run)["claim"]


def test_a_verdict_answers_with_the_next_record_where_it_is_asked_for(world, client_of, people):
    client = client_of("ben")
    record = client.post(f"/api/v1/reviews/{world.review.pk}/claim/").json()
    said = {"verdict": "clean", "token": record["token"], "next": True}
    answer = client.post(f"/api/v1/records/{record['id']}/verdict/", said, content_type="application/json").json()
    assert answer["record"] == record["id"]
    assert world.review.records.get(pk=answer["next"]["id"]).claimed_by == people["ben"]
    assert [field["label"] for field in answer["next"]["fields"]] == [field["label"] for field in record["fields"]]
