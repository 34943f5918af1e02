"""The owner says what a column is, before and after profiling, and makes a new version of the plan at any time."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from generation.models import Dataset
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent
from tests.whole.tables.door import round_trip, send

pytestmark = pytest.mark.django_db
ROWS = "".join(f"{10_000 + 7 * at},{at % 90 + 10},{'unknown' if at % 10 == 0 else at % 7}\n" for at in range(300))
TABLE = f"meter,reading,grade\n{ROWS}".encode()


def columns(ana, dataset):
    return {each["label"]: each for each in ana.get(f"/api/v1/datasets/{dataset.pk}/columns/").json()}


def test_what_is_said_at_the_upload_decides_the_first_reading(ana):
    said = json.dumps({"meter": {"kind": "number"}, "grade": {"kind": "category", "missing": []}})
    dataset = send(ana, TABLE, "t.csv", columns=said)
    found = columns(ana, dataset)
    assert found["meter"]["sdtype"] == "numerical"
    assert (found["grade"]["sdtype"], found["grade"]["missing"], found["grade"]["distinct"]) == ("categorical", 0, 8)


def test_after_profiling_a_column_is_decided_anew_and_the_plan_gets_a_version(ana):
    dataset = send(ana, TABLE, "t.csv")
    assert columns(ana, dataset)["grade"]["sdtype"] == "numerical"
    said = {"grade": {"kind": "category", "missing": [], "description": "From A to G.", "unit": ""}}
    answer = ana.put(f"/api/v1/datasets/{dataset.pk}/columns/", said, content_type="application/json")
    assert answer.status_code == 202, answer.content
    work_through(dataset.pk)
    assert columns(ana, dataset)["grade"]["sdtype"] == "categorical"
    assert ana.get(f"/api/v1/datasets/{dataset.pk}/plan/").json()["version"] == 2


def test_what_is_said_at_the_upload_of_a_column_that_is_not_there_is_refused_in_a_sentence(ana):
    with pytest.raises(JobFailed, match="lacks 1 of the columns"):
        send(ana, TABLE, "t.csv", columns=json.dumps({"colour": {"kind": "category"}}))


def test_a_column_that_is_not_there_and_a_kind_that_is_none_are_refused_in_a_sentence(ana):
    dataset = send(ana, TABLE, "t.csv")
    for said, words in (({"colour": {}}, "not in the file"), ({"grade": {"kind": "float"}}, "A column is one of")):
        answer = ana.put(f"/api/v1/datasets/{dataset.pk}/columns/", said, content_type="application/json")
        assert answer.status_code == 409
        assert words in answer.content.decode()


def test_a_new_version_of_the_plan_leaves_runs_of_the_one_before_as_they_are(ana):
    trip = round_trip(ana, TABLE, "t.csv", treat={"meter": {"kind": "drop", "parameters": {}}})
    before = trip.dataset.minimised_sha256
    plan = ana.get(f"/api/v1/datasets/{trip.dataset.pk}/plan/").json()
    treatments = [
        one | ({"kind": "drop", "parameters": {}} if one["column"] == "c1" else {}) for one in plan["treatments"]
    ]
    changed = {"treatments": treatments}
    answer = ana.put(f"/api/v1/datasets/{trip.dataset.pk}/plan/", changed, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["version"] == plan["version"] + 1
    assert ana.post(f"/api/v1/datasets/{trip.dataset.pk}/minimise/").status_code == 202
    work_through(trip.dataset.pk)
    dataset = Dataset.objects.get(pk=trip.dataset.pk)
    assert dataset.status == "minimised"
    assert dataset.minimised_sha256 != before
    run = dataset.runs.get()
    assert run.plan.minimised_sha256 == before
    assert [column["label"] for column in dataset.schema] == ["grade"]


def test_the_owner_tries_a_choice_on_some_cells_and_the_trail_says_so(ana, client_of):
    dataset = send(ana, TABLE, "t.csv")
    url = f"/api/v1/datasets/{dataset.pk}/columns/c2/preview/"
    tried = ana.post(url, {"kind": "number", "missing": []}, content_type="application/json").json()
    assert (tried["written"], tried["lost"], tried["tried"]) == ("number", 1, 8)
    assert tried["cells"][0] == {"text": "unknown", "value": "", "is_lost": True}
    assert AuditEvent.objects.filter(action="previewed", facts__column="c2").count() == 1
    assert client_of("cleo").post(url, {}, content_type="application/json").status_code == 403
    assert client_of("dan").post(url, {}, content_type="application/json").status_code == 404


def test_the_trail_names_each_cell_that_was_looked_at_once_however_often_a_choice_is_tried(ana):
    cells = [f"{at}.5" for at in range(1, 41)] + ["see file"]
    dataset = send(ana, "\n".join(["cost,n", *(f"{cells[at % 41]},{at % 3}" for at in range(300))]).encode(), "t.csv")
    url = f"/api/v1/datasets/{dataset.pk}/columns/c0/preview/"

    def looked_at(**said):
        shown = ana.post(url, said, content_type="application/json").json()["cells"]
        events = AuditEvent.objects.filter(action="previewed").order_by("seq")
        return {cell["text"] for cell in shown}, [event.facts["cells"] for event in events]

    first, recorded = looked_at(kind="text")
    assert (len(first), recorded) == (20, [20])
    for _ in range(3):
        assert looked_at(kind="text", unit="k") == (first, [20])
    others, recorded = looked_at(kind="number", missing=[])
    assert recorded == [20, len(others - first)]
    assert looked_at(kind="number", missing=[])[1] == recorded
    ana.put(f"/api/v1/datasets/{dataset.pk}/columns/", {"c0": {"kind": "text"}}, content_type="application/json")
    work_through(dataset.pk)
    assert looked_at(kind="text")[1] == [*recorded, 20]
    assert not [event for event in AuditEvent.objects.filter(action="previewed") if "see file" in str(event.facts)]


def test_the_api_says_how_a_column_is_written_and_what_its_owner_said(ana):
    dataset = send(ana, TABLE, "t.csv", columns=json.dumps({"reading": {"unit": "kWh", "description": "At noon."}}))
    found = columns(ana, dataset)
    assert found["reading"]["choice"] == {"unit": "kWh", "description": "At noon."}
    assert found["grade"]["written"]["words"] == 30
    assert found["grade"]["written"]["spelling"]["missing"] == "unknown"
    ana.put(f"/api/v1/datasets/{dataset.pk}/columns/", {"c1": {"unit": "MWh"}}, content_type="application/json")
    assert columns(ana, dataset)["reading"]["choice"] == {"unit": "MWh"}


def test_a_file_that_was_refused_has_no_columns_to_decide(ana):
    with pytest.raises(JobFailed):
        send(ana, b"a,b\n1,2\n1,2,3\n", "t.csv")
    refused = Dataset.objects.get()
    assert ana.get(reverse("column", args=[refused.pk, "c0"])).status_code == 404
    said = {"a": {"kind": "number"}}
    assert ana.put(f"/api/v1/datasets/{refused.pk}/columns/", said, content_type="application/json").status_code == 409


def test_what_was_chosen_over_the_api_outlives_another_reading_and_nothing_is_confirmed_meanwhile(ana):
    dataset = send(ana, TABLE, "t.csv")
    url = f"/api/v1/datasets/{dataset.pk}"
    plan = ana.get(f"{url}/plan/").json()["treatments"]
    for one in plan:
        if one["column"] == "c1":
            one.update(kind="generalise", parameters={"width": 20.0, "k": 5}, why="Twenty is enough for us.")
    assert ana.put(f"{url}/plan/", {"treatments": plan}, content_type="application/json").status_code == 200
    work_through(*dataset.plans.values_list("pk", flat=True))
    ana.put(f"{url}/columns/", {"grade": {"kind": "category"}}, content_type="application/json")
    assert "being looked at again" in ana.post(f"{url}/minimise/").content.decode()
    work_through(dataset.pk)
    after = {one["column"]: one for one in ana.get(f"{url}/plan/").json()["treatments"]}
    assert (after["c1"]["kind"], after["c1"]["parameters"]["width"]) == ("generalise", 20.0)


def test_a_preview_reads_doubtful_dates_as_the_rest_of_the_file_had_them(ana):
    rows = "".join(
        f"{at % 12 + 1:02d}/{at % 11 + 1:02d}/2020,{at % 12 + 1:02d}/{at % 9 + 20}/2019\n" for at in range(200)
    )
    dataset = send(ana, f"on,sent\n{rows}".encode(), "t.csv")
    tried = ana.post(f"/api/v1/datasets/{dataset.pk}/columns/c0/preview/", {}, content_type="application/json").json()
    assert tried["layout"] == "MM/dd/yyyy"
    read = {cell["text"]: cell["value"] for cell in tried["cells"]}
    assert {value for text, value in read.items() if text.startswith("12/01")} == {"2020-12-01"}
