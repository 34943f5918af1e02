"""A newer version of a dataset: what was stated is filled in, what changed is told, the plan is taken over."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from generation.engine.minimisation.treatments import TreatmentKind
from generation.models import Dataset
from generation.repositories.plans import latest_plan, treatments_of
from generation.stages.changes.share import share_dataset
from generation.tasks import submit_plan
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.generation.door import confirm, page, table

NOTE = {"note": lambda row: f"called {row}, will call back"}
MAILS = {"note": lambda row: f"called, write to anna.berg{row}@example.org"}


def planned(dataset: Dataset) -> list[dict[str, object]]:
    return treatments_of(latest_plan(dataset)).as_json()["treatments"]


@pytest.fixture
def first(ana, upload) -> Dataset:
    """A dataset whose plan drops the city, and is applied."""
    dataset = upload(table(400, **NOTE), legal_basis="CC BY 4.0", target="income")
    work_through(dataset.pk)
    city = next(column.name for column in dataset.columns.all() if column.label == "city")
    wanted = [one | {"kind": "drop", "parameters": {}} if one["column"] == city else one for one in planned(dataset)]
    submit_plan(dataset, treatments=wanted, by=dataset.owner)
    assert treatments_of(latest_plan(dataset)).treatment_of(city).kind is TreatmentKind.DROP
    return confirm(ana, dataset)


@pytest.fixture
def newer(upload, first):
    def send(data: bytes, **stated: str) -> Dataset:
        dataset = upload(data, name="claims-2.csv", version_of=str(first.pk), **stated)
        work_through(dataset.pk)
        dataset.refresh_from_db()
        return dataset

    return send


def changed(ana, dataset: Dataset) -> str:
    answer = ana.get(reverse("dataset_changes", args=[dataset.pk]))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page(answer)).split())


def test_what_was_stated_of_the_version_before_is_filled_in_and_its_name_counted_on(ana, first):
    about = page(ana.get(reverse("dataset", args=[first.pk])))
    assert f"?version_of={first.pk}" in about
    form = page(ana.get(reverse("dataset_new"), {"version_of": str(first.pk)}))
    assert 'value="claims (version 2)"' in form
    assert "CC BY 4.0" in form
    assert f'value="{first.pk}"' in form
    Dataset.objects.filter(pk=first.pk).update(name="claims (version 9)")
    assert 'value="claims (version 10)"' in page(ana.get(reverse("dataset_new"), {"version_of": str(first.pk)}))


def test_columns_that_are_new_gone_or_hold_more_are_told_and_the_others_folded(ana, newer):
    older = {"age": lambda row: 45 + row * 7 % 50, "wage": lambda row: row % 37}
    rows = table(500, **MAILS, **older).replace(b"city", b"town", 1)
    told = changed(ana, newer(rows))
    assert "500 records, 100 more." in told
    assert "5 columns: 2 new, 1 gone, 2 changed, 1 as before." in told
    assert re.search(r"note Holds [a-z, ]*email address[a-z, ]* now, which was not found before", told)
    assert re.search(r"age At least [45]\d % of the values lie elsewhere\.", told)
    assert "wage New. " in told
    assert "5 columns are not as before" in told
    assert "city Gone." in told
    assert "Which records are in both cannot be told" in told


def test_records_that_both_have_are_counted_and_equal_files_changed_in_nothing(ana, newer):
    same = changed(ana, newer(table(400, **NOTE)))
    assert "Every column is as before" in same
    assert "about 400 are here too (100 %)" in same
    grown = changed(ana, newer(table(440, **NOTE)))
    assert re.search(r"Of 400 different records before, about (3[6-9]\d|400) are here too", grown)


def test_the_plan_is_taken_over_but_for_what_is_new_or_holds_more(ana, first, newer):
    dataset = newer(table(400, **MAILS, wage=lambda row: row % 37))
    assert "Take over its plan" in changed(ana, dataset)
    proposed = treatments_of(latest_plan(dataset))
    answer = ana.post(reverse("plan_carried", args=[dataset.pk]), follow=True)
    assert "What was proposed stays for note and wage." in page(answer)
    by_label = {column.label: column.name for column in dataset.columns.all()}
    taken = treatments_of(latest_plan(dataset))
    assert taken.treatment_of(by_label["city"]).kind is TreatmentKind.DROP
    for label in ("note", "wage"):
        assert taken.treatment_of(by_label[label]) == proposed.treatment_of(by_label[label])
    assert latest_plan(dataset).confirmed_at is None
    assert AuditEvent.objects.filter(action="planned").latest("seq").facts["dataset"] == str(dataset.pk)


def test_both_pages_lead_to_each_other_and_the_trail_names_the_version_before(ana, first, newer):
    dataset = newer(table(400, **NOTE))
    assert reverse("dataset_changes", args=[dataset.pk]) in page(ana.get(reverse("dataset", args=[dataset.pk])))
    assert "is a newer version of this dataset" in page(ana.get(reverse("dataset", args=[first.pk])))
    assert AuditEvent.objects.filter(action="uploaded").latest("pk").facts["version_of"] == str(first.pk)
    said = ana.get(f"/api/v1/datasets/{dataset.pk}/changes/").json()
    assert said["version_of"] == str(first.pk)
    assert {column["change"] for column in said["columns"]} == {"same"}
    assert said["records_in_both"] == 400


def test_a_version_of_what_is_not_ones_own_or_of_another_kind_is_refused_and_nothing_is_kept(client_of, ana, first):
    def posted(client, **more):
        stated = {"purpose": "training", "prohibited_uses": "None.", "name": "mine", "version_of": str(first.pk)}
        return client.post(reverse("dataset_new"), stated | {"file": SimpleUploadedFile("a.csv", table(50))} | more)

    count = Dataset.objects.count()
    refused = posted(client_of("ben"))
    assert refused.status_code in (403, 422)
    of_texts = posted(ana, kind="text")
    assert of_texts.status_code == 422
    assert "no version of it" in page(of_texts)
    assert f'value="{first.pk}"' in page(of_texts)
    assert Dataset.objects.count() == count


def test_a_steward_reads_what_changed_and_takes_no_plan_over(client_of, first, newer):
    dataset = newer(table(400, **NOTE))
    assert client_of("cleo").get(reverse("dataset_changes", args=[dataset.pk])).status_code == 200
    assert client_of("ben").get(reverse("dataset_changes", args=[dataset.pk])).status_code == 404
    assert client_of("cleo").post(reverse("plan_carried", args=[dataset.pk])).status_code == 403


def test_a_co_owner_who_does_not_see_the_version_before_learns_nothing_of_it_nor_of_its_plan(people, first, newer):
    dataset, olaf = newer(table(400, **NOTE)), Person.objects.create(username="olaf")
    grant(olaf, Role.OWNER)
    share_dataset(dataset, olaf, by=people["ana"])
    client = Client()
    client.force_login(olaf, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("dataset", args=[dataset.pk]))
    assert shown.status_code == 200
    assert reverse("dataset_changes", args=[dataset.pk]) not in page(shown)
    assert client.get(reverse("dataset_changes", args=[dataset.pk])).status_code == 404
    assert client.get(f"/api/v1/datasets/{dataset.pk}/changes/").status_code == 404
    before = latest_plan(dataset).version
    assert client.post(reverse("plan_carried", args=[dataset.pk])).status_code == 409
    assert latest_plan(dataset).version == before


def test_where_the_version_before_is_erased_nothing_is_compared_and_the_page_says_so(ana, first, newer):
    dataset = newer(table(400, **NOTE))
    ana.post(reverse("dataset_erase", args=[first.pk]))
    first.refresh_from_db()
    assert first.status == "erased"
    told = changed(ana, dataset)
    assert "Nothing can be compared yet" in told
