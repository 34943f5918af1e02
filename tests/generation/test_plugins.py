"""What another package brings is one registration: a metric and a kind of source, seen on the run's page."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.engine.errors import KindError, MetricError
from generation.engine.evaluation import checks
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.limits.reference import tables
from generation.engine.kinds import catalogue
from generation.models import GenerationRun
from generation.repositories.judged.limits import current_version, policy_for
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import JobFailed, work_through
from tests.cast import agree_limits
from tests.generation.door import confirm, page, start_run, table

pytestmark = pytest.mark.django_db
ROWS = 400


@pytest.fixture
def installed(monkeypatch):
    """Lets a test say which packages are installed: what their entry points name."""

    def install(*, metrics=(), kinds=()):
        for module, names in ((checks, metrics), (catalogue, kinds)):
            points = [
                EntryPoint(f"plugin{at}", f"tests.generation.toys:{name}", "toys") for at, name in enumerate(names)
            ]
            found = EntryPoints(points)
            monkeypatch.setattr(module, "entry_points", lambda group, found=found: found)
        forget()

    yield install
    monkeypatch.undo()
    forget()


def forget():
    checks.forget_plugins()
    catalogue.kinds.cache_clear()


def evaluated(run):
    with suppress(JobFailed):  # equal bytes are not sampled for review a second time
        work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    return run


def fixed_width(rows):
    """The sales of the other tests with every cell filled with blanks to ten characters."""
    records = csv.reader(io.StringIO(table(rows).decode()))
    return "\n".join("".join(cell.ljust(10) for cell in record) for record in records).encode()


# ---- A metric -------------------------------------------------------------------------------------------------------


def test_a_metric_of_another_package_has_its_words_limits_verdict_and_plot_on_the_runs_page(ana, upload, installed):
    installed(metrics=["NORTHERN"])
    run = evaluated(start_run(ana, confirm(ana, upload(table(ROWS), target="income"))))
    city = next(column["name"] for column in run.dataset.schema if column["label"] == "city")
    share = (read_artefact(run)[city] == "north").mean()
    (metric,) = [one for one in run.evaluations.get().metrics if one["name"] == "northern"]
    assert (metric["value"], metric["status"]) == (pytest.approx(share), "pass")
    found = page(ana.get(reverse("run", args=[run.pk])))
    assert "Records of the north" in found
    assert "&lt;b&gt;whatever&lt;/b&gt; the source holds" in found
    assert "A table of the north alone is not about this country." in found
    assert 'id="plot-compass"' in found
    assert "Where records are" in found
    assert "South is below." in found


def test_its_limits_are_on_the_page_of_policies_in_the_reference_and_can_be_moved(people, client_of, installed):
    installed(metrics=["NORTHERN"])
    assert "northern" in default_policy("training").needed
    assert "northern" not in default_policy("testing").needed
    assert "| `northern` | 0.9 | 0.95 |  | a table of the north alone is not about this country |" in "\n".join(
        tables()
    )
    assert "Records of the north" in page(client_of("cleo").get(reverse("limits", args=["training"])))
    agree_limits("training", {"rules": {"northern": {"passes": 0.5}}}, reason="Half.", by=people["cleo"], seen=1)
    assert current_version("training").policy().limits["northern"].passes == 0.5


def test_limits_of_a_metric_whose_package_is_gone_are_kept_without_effect(people, client_of, installed):
    installed(metrics=["NORTHERN"])
    moved = {"northern": {"passes": 0.5}, "singling_out_risk": {"passes": 0.12}}
    made = agree_limits("training", {"rules": moved}, reason="Two.", by=people["cleo"], seen=1)
    installed()
    now = current_version("training")
    assert (now.number, "northern" in now.policy().limits) == (2, False)
    assert now.policy().limits["singling_out_risk"].passes == 0.12
    assert client_of("cleo").get(reverse("limits", args=["training"])).status_code == 200
    made.row.refresh_from_db()
    assert made.row.limits["rules"]["northern"] == {"passes": 0.5}


@pytest.mark.parametrize(
    ("name", "says"),
    [("FIXED", "names no Check"), ("TAKEN", "name is taken"), ("NEEDED_WITHOUT_LIMIT", "must have a limit")],
)
def test_an_entry_point_that_offers_no_new_metric_is_refused(installed, name, says):
    installed(metrics=[name])
    with pytest.raises(MetricError, match=says):
        checks.all_checks()


# ---- A kind of source -----------------------------------------------------------------------------------------------


@pytest.fixture
def fixed(ana, upload, installed):
    """Minimised from a fixed-width file, chosen on the page."""
    installed(kinds=["FIXED"])
    return confirm(ana, upload(fixed_width(ROWS), name="sales.fwf", kind="fixed", target="income"))


def test_a_source_of_another_packages_kind_is_read_measured_and_shown_by_it(ana, fixed):
    assert (fixed.rows, fixed.file_facts["format"]) == (ROWS, "fixed width")
    assert [column["label"] for column in fixed.file_facts["columns"]] == ["age", "city", "income"]
    # An age would be generalised, which the kind does not offer, so it is dropped.
    assert [column["label"] for column in fixed.schema] == ["city", "income"]
    run = evaluated(start_run(ana, fixed))
    measured = {metric["name"] for metric in run.evaluations.get().metrics}
    assert measured == {
        "exact_matches", "column_shapes", "schema_conformity", "placeholders", "unexpected_missing",
    }  # fmt: skip
    assert policy_for(fixed).needed == measured - {"unexpected_missing"}
    found = page(ana.get(reverse("run", args=[run.pk])))
    assert "source: Fixed-width table" in found
    assert "Column shapes" in found


def test_only_what_suits_the_kind_is_offered_for_it(ana, fixed):
    found = page(ana.get(reverse("run_new", args=[fixed.pk])))
    assert 'value="copula"' in found
    assert 'value="trees"' not in found
    refused = ana.post(f"/api/v1/datasets/{fixed.pk}/runs/", {"synthesizer": "trees"}, "application/json")
    assert refused.status_code == 409
    assert "This synthesizer is not made for such a source. Choose one of: copula." in refused.content.decode()


def test_only_treatments_of_the_kind_are_proposed_offered_and_taken(ana, upload, installed):
    installed(kinds=["FIXED"])
    dataset = upload(fixed_width(ROWS), name="sales.fwf", kind="fixed")
    work_through(dataset.pk)
    assert {one["kind"] for one in dataset.plans.get().treatments} <= {"keep", "drop"}
    found = page(ana.get(reverse("dataset", args=[dataset.pk])))
    assert '<option value="drop"' in found.split('name="kind-c0"')[1]
    assert '<option value="generalise"' not in found.split('name="kind-c0"')[1]
    plan = [{"column": f"c{place}", "kind": kind} for place, kind in enumerate(["generalise", "keep", "keep"])]
    refused = ana.put(f"/api/v1/datasets/{dataset.pk}/plan/", {"treatments": plan}, "application/json")
    assert refused.status_code == 409
    assert "is not offered for such a source." in refused.content.decode()


def test_the_page_asks_for_the_kind_among_those_of_the_house_and_of_packages(ana, installed):
    installed()
    found = page(ana.get(reverse("dataset_new")))
    assert 'name="kind"' in found
    assert "Texts" in found
    assert "Fixed-width table" not in found
    installed(kinds=["FIXED"])
    found = page(ana.get(reverse("dataset_new")))
    assert "Fixed-width table" in found
    assert ",.fwf" in found


def sent(ana, kind):
    file = SimpleUploadedFile("sales.csv", table(20))
    return ana.post("/api/v1/datasets/", {"name": "sales", "purpose": "training", "kind": kind, "file": file})


def test_a_kind_that_is_known_and_not_offered_yet_is_refused_in_words(ana, installed):
    installed(kinds=["UNREAD"])
    refused = sent(ana, "unread")
    assert refused.status_code == 409
    assert "This portal takes tables: CSV, Parquet, JSON Lines or XLSX; texts: " in refused.content.decode()


def test_a_kind_that_nobody_knows_is_refused_as_no_choice(ana):
    refused = sent(ana, "scrolls")
    assert refused.status_code == 400
    assert "scrolls" in refused.content.decode()
    assert "is not a valid choice" in refused.content.decode()


def test_a_dataset_whose_package_is_gone_is_still_shown_and_says_why_it_cannot_be_read(ana, upload, installed):
    installed(kinds=["FIXED"])
    dataset = upload(fixed_width(ROWS), name="sales.fwf", kind="fixed")
    installed()
    with pytest.raises(JobFailed, match="This portal takes tables"):
        work_through(dataset.pk)
    assert ana.get(reverse("dataset", args=[dataset.pk])).status_code == 200


@pytest.mark.parametrize(("name", "says"), [("NORTHERN", "no new kind"), ("NAMELESS", "1 to 12 characters")])
def test_an_entry_point_that_offers_no_kind_is_refused(installed, name, says):
    installed(kinds=[name])
    with pytest.raises(KindError, match=says):
        catalogue.kinds()
    installed(kinds=["FIXED", "FIXED"])
    with pytest.raises(KindError, match="plugin1"):
        catalogue.kinds()
