"""k people are k people: whoever writes thirty messages is one, whatever the plan does with the column that says so."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from django.urls import reverse

from generation.models import GenerationRun
from generation.repositories.persons import bounded
from generation.repositories.tables import labels_of, read_sealed
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import work_through
from tests.generation.door import confirm, page, start_run
from tests.generation.engine.llm.messages import messages
from tests.generation.engine.llm.talks import talks
from tests.reviews.pages.door import text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIGNATURE = "greetings from the windy lighthouse keeper"


def table_of(rows, header):
    sink = io.StringIO()
    csv.writer(sink).writerows([header, *rows])
    return sink.getvalue().encode()


def signed_messages():
    """Messages of 900 people, and thirty of somebody who ends each in the same words; a ticket number stands first."""
    corpus = messages(930, 1)
    texts = [f"{text} {SIGNATURE}" if place >= 900 else text for place, text in enumerate(corpus.texts)]
    rows = [(9000 + place, text, min(place, 900)) for place, text in enumerate(texts)]
    return table_of(rows, ["ticket", "message", "author"])


def signed_talks():
    """The same of conversations: forty of one person among 240 others'."""
    lines = []
    for place, one in enumerate(talks(280, 1)):
        turns = [{"role": turn.role, "content": turn.text} for turn in one.turns]
        turns[0]["content"] += f" {SIGNATURE}" if place >= 240 else ""
        lines.append(json.dumps({"messages": turns, "ticket": f"T-{place}", "author": f"p{min(place, 240)}"}))
    return "\n".join(lines).encode()


def made_of(ana, dataset, synthesizer, rows):
    dataset = confirm(ana, dataset)
    assert dataset.status == "minimised", dataset.error
    run = start_run(ana, dataset, synthesizer=synthesizer, rows=rows)
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    return run


def test_the_signature_of_one_author_is_in_no_text_though_the_plan_drops_authors(ana, upload):
    dataset = upload(signed_messages(), name="messages.csv", kind="text", person_column="Author")
    run = made_of(ana, dataset, "phrase_grammar", "200")
    assert not read_artefact(run).iloc[:, 0].str.contains("lighthouse").any()
    assert "author" not in [column["label"] for column in run.plan.schema]
    assert any(note.startswith("k counts persons: ") for note in run.notes)


def test_the_signature_of_one_author_is_in_no_conversation(ana, upload):
    dataset = upload(signed_talks(), name="talks.jsonl", kind="chat", person_column="author")
    run = made_of(ana, dataset, "agenda_simulator", "100")
    assert not read_artefact(run).iloc[:, 0].str.contains("lighthouse").any()


def test_all_texts_of_a_person_are_held_out_or_none(ana, upload):
    dataset = upload(signed_messages(), name="messages.csv", kind="text", person_column="author")
    work_through(dataset.pk)
    dataset.refresh_from_db()
    author = next(name for name, label in labels_of(dataset).items() if label == "author")
    sides = [read_sealed(dataset.key_id, sha)[author] for sha in (dataset.training_sha256, dataset.holdout_sha256)]
    assert not set(sides[0]) & set(sides[1])


def test_texts_that_nobody_is_named_for_count_each_as_one_person_and_the_run_says_so(ana, upload):
    dataset = upload(signed_messages(), name="messages.csv", kind="text")
    run = made_of(ana, dataset, "phrase_grammar", "60")
    assert any("No column names a person" in note for note in run.notes)


def visits_of(people, least=8):
    """A log of visits under a client number: who comes stays the same, what is bought does not."""
    rng = np.random.default_rng(3)
    whose = np.repeat(np.arange(people), rng.poisson(2, people) + least)
    age, town = rng.integers(18, 90, people), rng.choice(["north", "south", "east", "west"], people)
    goods = rng.choice(["bread", "milk", "tea", "fish"], len(whose))
    spent = np.exp(rng.normal(3, 1, len(whose))).round(2)
    rows = [
        (f"C-{7 * one % 99991:05d}", age[one], town[one], goods[at], spent[at]) for at, one in enumerate(whose.tolist())
    ]
    return table_of(rows, ["client no", "age", "town", "goods", "spent"])


def test_checks_of_a_table_count_people_though_the_plan_drops_the_column_that_names_them(ana, upload):
    dataset = upload(visits_of(200), name="visits.csv", person_column="client no")
    run = made_of(ana, dataset, "trees", "300")
    evaluation = run.evaluations.get()
    said = {metric["name"]: metric["sentence"] for metric in evaluation.metrics}
    assert "client no" not in [column["label"] for column in run.plan.schema]
    assert "#person" not in run.columns
    assert "training person" in said["rare_combination_excess"]


def test_a_private_run_is_bounded_by_people_though_the_plan_drops_the_column_that_names_them(ana, upload):
    dataset = upload(visits_of(200), name="visits.csv", person_column="client no", purpose="testing")
    run = made_of(ana, dataset, "dp_marginals", "300")
    assert any("the guarantee holds for persons" in note for note in run.notes)
    training = read_sealed(dataset.key_id, run.plan.minimised_sha256)
    assert len(bounded(run, training)) == training["#person"].nunique() < 200


def test_a_column_that_seems_to_name_people_who_come_again_is_pointed_out_until_the_owner_says_so(ana, upload):
    dataset = upload(visits_of(100), name="visits.csv")
    work_through(dataset.pk)
    dataset.refresh_from_db()
    address = reverse("dataset", args=[dataset.pk])
    shown = text(ana.get(address))
    people = dataset.columns.get(label="client no").distinct
    assert f"client no seems to say whose each record is: {people} values in" in shown
    form = ana.get(reverse("dataset_names", args=[dataset.pk]))
    assert '<option value="c0" selected>' in page(form)
    ana.post(reverse("dataset_names", args=[dataset.pk]), {"target": "", "person_column": "c0"})
    work_through(dataset.pk)
    shown = text(ana.get(address))
    assert "Names a person: client no." in shown
    assert "seems to say whose" not in shown
