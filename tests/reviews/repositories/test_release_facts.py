"""What is written down about the world's signed release: its facts against the rows they were taken from."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from typing import Any

import pytest

from reviews.engine.certificate.facts import LIMITS
from reviews.models import Release
from tests.cast import ADULT, World

pytestmark = pytest.mark.django_db

ROWS = 2_000


@pytest.fixture
def facts(release: Release) -> Any:
    return release.card["facts"]


def number(written: str | None) -> float | None:
    """Fractions are kept as text, to the last digit, so that the certificate signs what was computed."""
    return None if written is None else float(written)


def test_the_artefact_is_named_by_what_was_asked_for_and_what_was_signed(facts: Any, release: Release) -> None:
    artefact = facts["artefact"]
    assert (artefact["rows"], artefact["sha256"]) == (ROWS, release.artefact_sha256)
    assert artefact["size"] == release.run.artefact_size > 0
    assert artefact["file_name"] == "release-1.parquet"
    assert (facts["version"], facts["release"], facts["dossier"]) == (1, str(release.pk), release.dossier_hash)


def test_its_columns_are_those_of_the_source_for_the_plan_drops_none(facts: Any) -> None:
    with gzip.open(ADULT, "rt") as source:
        header = next(source).strip().split(",")
    assert [column["label"] for column in facts["artefact"]["columns"]] == header
    done = {column["label"]: column["action"] for column in facts["generation"]["minimised"]}
    assert done["age"] == "generalised"
    assert done["native-country"] == "rare categories suppressed"
    assert done["capital-gain"] == "top- and bottom-coded"
    assert not {"sex", "income"} & set(done)  # two values each, held by thousands


def test_the_dataset_is_described_as_its_owner_stated_it(facts: Any, world: World) -> None:
    """Prohibited uses are one a line of the model's own two sentences, cut at the semicolon."""
    assert facts["dataset"] == {
        "name": "incomes",
        "purpose": "training",
        "prohibited_uses": ["Re-identifying people", "decisions about individual people."],
        "kind": "table",
        "description": "To estimate incomes.",
    }


def test_the_generation_can_be_repeated_from_what_is_said(facts: Any, release: Release) -> None:
    made = facts["generation"]
    assert (made["synthesizer"], made["seed"], made["run"]) == ("gaussian_copula", 7, str(release.run_id))
    assert made["training_rows"] == release.run.dataset.training_rows
    # One in five of the source is held out.
    with gzip.open(ADULT, "rt") as source:
        records = sum(1 for _ in source) - 1
    assert made["training_rows"] == records - round(0.2 * records)
    assert datetime.fromisoformat(made["started"]) <= datetime.fromisoformat(made["finished"])
    assert all(column["reason"].endswith(".") for column in made["minimised"])


def test_every_measure_of_the_evaluation_is_told_whatever_it_says(facts: Any, release: Release) -> None:
    kept = release.run.evaluations.get().metrics
    assert [measure["name"] for measure in facts["evidence"]] == [metric["name"] for metric in kept]
    for told, metric in zip(facts["evidence"], kept, strict=True):
        assert told["status"] == metric["status"]
        for figure in ("value", "lower", "upper"):
            assert number(told[figure]) == metric[figure]
        assert number(told["threshold"]) == (metric["threshold"] or {}).get("passes")
    assert facts["judged_by"] == {"version": release.run.evaluations.get().policy_version, "reason": "",
                                  "laxer_than_shipped": []}  # fmt: skip


def test_the_review_counts_what_one_annotator_judged_clean(facts: Any, release: Release) -> None:
    review, counted = release.review, facts["review"]
    random = review.records.filter(lane="random").count()
    assert (counted["policy"], counted["annotators"]) == ("quick", 1)
    assert (counted["reviewed"], counted["leaks"], counted["unrealistic"]) == (random, 0, 0)
    assert counted["hunt_leaks"] == 0
    assert counted["hunt_reviewed"] == review.records.filter(lane="hunt").count()
    assert counted["claim"] == release.claim
    # No defect in n of N: whoever finds none among n excludes, at 95 %, about 3 / n (the rule of three) and more.
    assert 0 < float(counted["bound"]) <= 3.0 / random
    assert (facts["attempts"], facts["looks"]) == (1, 1)


def test_two_people_stand_for_it_the_one_who_asked_and_the_one_who_signed(facts: Any, people: Any) -> None:
    stood = [(person["role"], person["person"], person["display_name"]) for person in facts["people"]]
    assert stood == [("owner", str(people["ana"].pk), "ana"), ("steward", str(people["cleo"].pk), "cleo")]
    assert datetime.fromisoformat(facts["people"][0]["at"]) <= datetime.fromisoformat(facts["people"][1]["at"])
    assert facts["people"][1]["at"] == facts["released"] == facts["reviewed"]
    assert datetime.fromisoformat(facts["evaluated"]) <= datetime.fromisoformat(facts["released"])


def test_its_limits_are_those_of_every_release_and_each_waiver_with_its_reason(facts: Any, release: Release) -> None:
    """The fixture waives by `cora` what usefulness falls short of, each with the same reason."""
    assert facts["limits"][: len(LIMITS)] == list(LIMITS)
    waived = [line for line in facts["limits"] if line.startswith("Waived by cora: ")]
    assert len(waived) == release.run.waivers.count()
    assert all(line.endswith("Reason: Good enough to try the tools.") for line in waived)
    assert "The synthesizer was not audited by refits." in facts["limits"]


def test_no_cell_of_the_source_stands_in_the_facts(facts: Any) -> None:
    """The workload classes and countries of the extract are values, and no label holds one; the groups whose shares are
    compared are the one place where categories have names.
    """
    card = {name: said for name, said in facts["card"].items() if name not in {"shares", "segments"}}
    told = str(facts | {"card": card})
    assert not [value for value in ("Self-emp-inc", "Never-married", "Holand-Netherlands", "Exec-managerial")
                if value in told]  # fmt: skip


def test_a_group_whose_share_is_told_is_one_that_many_records_of_the_source_share(facts: Any) -> None:
    """Counted by hand in the extract: each group that is named holds at least one record in a hundred."""
    with gzip.open(ADULT, "rt", newline="") as source:
        rows = list(csv.DictReader(source, skipinitialspace=True))
    groups = {(one["column"], one["category"]) for one in facts["card"]["shares"]}
    counts = {(name, said): sum(row[name].strip() == said for row in rows) for name, said in groups}
    assert {("sex", "Female"), ("income", ">50K")} <= groups
    assert min(counts.values()) >= len(rows) / 125  # a fifth of the records is held out
