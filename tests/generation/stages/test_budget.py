"""The privacy budget: what is spent is told before, kept for good, and never more than there is."""

from __future__ import annotations

import hashlib
import io
import threading
from types import SimpleNamespace
from uuid import uuid4

import pandas as pd
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from generation.engine.progress import silent
from generation.engine.synthesizers.bytes.artefact import write_artefact
from generation.engine.synthesizers.bytes.sampling import shard_plan
from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, GenerationRun, PrivacyLimit, PrivacyLimitDecision, PrivacySpend
from generation.repositories.budget import budget_of
from generation.repositories.persons import bounded, notes_on_persons
from generation.repositories.tables import kept_schema, origin_of
from generation.stages.compare import BakeOffRequest
from generation.stages.generate import fit_run
from generation.stages.govern import change_limit, decide_limit
from generation.stages.request import RunRequest, cancel_run
from generation.stages.sampling.draw import load_model
from generation.stages.sampling.shard import frames_of
from generation.tasks import submit_bake_off, submit_run
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.child import run_claimed
from synthportal.jobs.here import JobFailed, work_through
from synthportal.jobs.queue import claim
from synthportal.models import AuditEvent, DataKey, Job
from tests.cast import agree_privacy, give_to
from tests.generation.door import page
from tests.generation.stages.sampling.test_shard import work_through_generate

pytestmark = pytest.mark.django_db


def private_run(dataset: Dataset, epsilon: float, **more) -> GenerationRun:
    wanted = RunRequest("dp_marginals", 300, {"epsilon": epsilon, **more}, "quick", 5)
    return submit_run(dataset, wanted, by=dataset.owner)


def twin_of(dataset: Dataset, **other: object) -> Dataset:
    """The same file, uploaded a second time; with `other` bytes, or from before its source was known."""
    key = DataKey.objects.get(pk=dataset.key_id)
    key.pk = uuid4()
    key.save(force_insert=True)
    twin = Dataset.objects.get(pk=dataset.pk)
    twin.pk, twin.key, twin.name = uuid4(), key, "the same again"
    vars(twin).update(other)
    twin.save(force_insert=True)
    plan = dataset.plans.latest("version")
    plan.pk, plan.dataset = uuid4(), twin
    plan.save(force_insert=True)
    return twin


# ---- Refusing -----------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_a_run_that_would_overspend_is_refused_with_the_figures(world):
    private_run(world.dataset, 8)
    with pytest.raises(Conflict, match=r"This source has epsilon 2 of 10 left; the run asks for 3\."):
        private_run(world.dataset, 3)
    assert GenerationRun.objects.filter(synthesizer="dp_marginals").count() == 1
    private_run(world.dataset, 2)
    assert budget_of(world.dataset).left == 0


def test_tenths_add_up_to_the_limit_exactly(world):
    for _ in range(100):
        private_run(world.dataset, 0.1)
    assert budget_of(world.dataset).left == 0
    with pytest.raises(Conflict, match=r"epsilon 0 of 10 left; the run asks for 0\.1"):
        private_run(world.dataset, 0.1)


@pytest.mark.both
def test_the_same_file_uploaded_again_opens_no_new_budget(world):
    twin = twin_of(world.dataset)
    private_run(world.dataset, 8)
    with pytest.raises(Conflict, match="epsilon 2 of 10 left"):
        private_run(twin, 3)


@pytest.mark.both
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_file_with_one_byte_more_opens_no_new_budget_and_the_ledger_counts_it(world, client_of, order):
    """The third is the second's file, uploaded before the portal knew sources again by their records."""
    longer = twin_of(world.dataset, sha256="ab" * 32)
    datasets = [world.dataset, longer, twin_of(longer, source=None, sketch=None)]
    for epsilon, which in zip((4, 3, 2), order, strict=True):
        private_run(datasets[which], epsilon)
    for dataset in datasets:
        assert budget_of(dataset).spent == 9
        with pytest.raises(Conflict, match="epsilon 1 of 10 left"):
            private_run(dataset, 3)
    assert {spend.source for spend in PrivacySpend.objects.all()} == {world.dataset.sha256}
    ana = client_of("ana")
    assert ana.get(f"/api/v1/datasets/{longer.pk}/budget/").json()["spent"] == 9
    agree_privacy(longer, 12, reason="The board agreed on it.")
    private_run(world.dataset, 3)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("twins", [False, True])
def test_two_at_once_cannot_overspend(world, twins):
    datasets = [world.dataset, twin_of(world.dataset) if twins else world.dataset]
    barrier, ends = threading.Barrier(2), []

    def ask(dataset: Dataset) -> None:
        barrier.wait()
        try:
            private_run(dataset, 6)
            ends.append("taken")
        except Conflict as refused:
            ends.append(refused.reasons[0][:45])
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(dataset,)) for dataset in datasets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["This source has epsilon 4 of 10 left; the run", "taken"]
    assert PrivacySpend.objects.count() == 1


def test_a_bake_off_that_would_overspend_starts_none_of_its_runs(world, people):
    private_run(world.dataset, 8)
    runs = GenerationRun.objects.count()
    with pytest.raises(Conflict, match="epsilon 2 of 10 left"):
        submit_bake_off(world.dataset, BakeOffRequest(("copula", "dp_marginals")), by=people["ana"])
    assert GenerationRun.objects.count() == runs


def test_the_api_refuses_in_the_same_words_and_tells_the_budget(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/datasets/{world.dataset.pk}/"
    body = {"synthesizer": "dp_marginals", "rows": 300, "parameters": {"epsilon": 8}}
    assert ana.post(f"{url}runs/", body, content_type="application/json").status_code == 201
    assert ana.get(url).json()["privacy_budget"] == {"limit": 10, "spent": 8, "left": 2, "delta": 1e-6}
    refused = ana.post(f"{url}runs/", body, content_type="application/json")
    assert refused.status_code == 409
    assert "This source has epsilon 2 of 10 left; the run asks for 8." in refused.json()["detail"]
    budget = ana.get(f"{url}budget/").json()
    assert [spend["epsilon"] for spend in budget["spends"]] == [8]


# ---- Spending -----------------------------------------------------------------------------------------------------


def test_a_synthesizer_without_the_guarantee_spends_nothing(world):
    submit_run(world.dataset, RunRequest("copula", 300, {}, "quick", 5), by=world.dataset.owner)
    assert not PrivacySpend.objects.exists()
    assert [card.name for card in cards().values() if card.is_private] == ["dp_marginals"]


def test_a_spend_names_run_and_source_and_is_audited(world):
    run = private_run(world.dataset, 3, delta=1e-7)
    spend = PrivacySpend.objects.get()
    assert (spend.run, spend.source, spend.epsilon, spend.delta) == (run, world.dataset.sha256, 3, 1e-7)
    facts = AuditEvent.objects.get(action="privacy spent").facts
    assert (facts["epsilon"], facts["delta"], facts["source"]) == (3, 1e-7, world.dataset.sha256)


def test_a_double_click_spends_once(world):
    wanted = RunRequest("dp_marginals", 300, {"epsilon": 6}, "quick", 5)
    first, second = (submit_run(world.dataset, wanted, by=world.dataset.owner) for _ in range(2))
    assert first == second
    assert budget_of(world.dataset).spent == 6


def test_a_cancelled_run_has_spent_too(world, people):
    cancel_run(private_run(world.dataset, 6), by=people["ana"])
    assert budget_of(world.dataset).left == 4


@pytest.mark.both
def test_a_spend_is_never_changed_and_never_given_back_and_a_limit_neither(world, people):
    private_run(world.dataset, 6)
    agree_privacy(world.dataset, 12, reason="The board agreed on it.")
    for statement, why in (
        ("UPDATE generation_privacyspend SET epsilon = 0.1", "never changes"),
        ("DELETE FROM generation_privacyspend", "never given back"),
        ("UPDATE generation_privacylimit SET epsilon = 99", "never changes"),
        ("DELETE FROM generation_privacylimit", "never deleted"),
        ("UPDATE generation_privacylimitdecision SET note = 'Fine.'", "never changes"),
        ("DELETE FROM generation_privacylimitdecision", "stays"),
    ):
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.both
def test_the_database_itself_refuses_a_spend_beyond_the_limit(world):
    spent = PrivacySpend.objects.get(run=private_run(world.dataset, 6))
    other = submit_run(world.dataset, RunRequest("copula", 300, {}, "quick", 5), by=world.dataset.owner)
    fields = {"source": spent.source, "dataset": world.dataset, "run": other, "delta": 0, "limit": 10}
    with pytest.raises(DatabaseError, match="budget of this source is spent"), transaction.atomic():
        PrivacySpend.objects.create(epsilon=4.5, **fields)
    assert PrivacySpend.objects.create(epsilon=4, **fields)


# ---- The limit ----------------------------------------------------------------------------------------------------


@pytest.mark.both
def test_two_stewards_raise_the_limit_with_a_reason_and_the_run_is_taken(world, people, client_of):
    private_run(world.dataset, 8)
    posted = {"limit": "12", "reason": "The board agreed on 3 November."}
    url = reverse("dataset_budget", args=[world.dataset.pk])
    assert client_of("cora").post(url, posted).status_code == 302
    assert budget_of(world.dataset).limit == 10
    with pytest.raises(Conflict, match="epsilon 2 of 10 left"):
        private_run(world.dataset, 3)
    seen = page(client_of("cleo").get(reverse("dataset", args=[world.dataset.pk])))
    assert "The limit of epsilon: 12 instead of 10." in seen
    said = {"number": 1, "note": "I was at the board.", "do": "confirm"}
    assert client_of("cora").post(f"{url}decide/", said).status_code == 403
    assert client_of("cleo").post(f"{url}decide/", said).status_code == 302
    assert client_of("cleo").post(f"{url}decide/", said).status_code == 409
    private_run(world.dataset, 3)
    budget = budget_of(world.dataset)
    assert (budget.limit, budget.spent, budget.left) == (12, 11, 1)
    facts = AuditEvent.objects.get(action="privacy limit changed").facts
    assert (facts["before"], facts["after"]) == (10, 12)
    assert "The board agreed on 3 November." in page(client_of("ana").get(reverse("dataset", args=[world.dataset.pk])))


def test_a_limit_that_was_refused_changes_nothing_and_another_may_be_written(world, people, client_of):
    cora, cleo, url = client_of("cora"), client_of("cleo"), f"/api/v1/datasets/{world.dataset.pk}/budget/"
    asked = {"epsilon": 15, "reason": "The partner wants more of it."}
    assert cora.put(url, asked, "application/json").json()["limits"][0]["holds"] is None
    again = cleo.put(url, asked, "application/json")
    assert (again.status_code, "waits for a second steward" in again.json()["detail"]) == (409, True)
    said = {"version": 1, "holds": False, "note": "Ten are enough for it."}
    told = cleo.post(f"{url}decisions/", said, "application/json").json()
    assert (told["limit"], told["limits"][0]["holds"]) == (10, False)
    assert cleo.put(url, asked, "application/json").status_code == 200
    refused = cleo.post(f"{url}decisions/", said | {"version": 2, "holds": True}, "application/json")
    assert (refused.status_code, "another steward confirms it" in refused.json()["detail"]) == (403, True)


def test_no_two_stewards_go_beyond_what_an_administrator_allows(world, people, settings):
    settings.PRIVACY_LIMIT_FACTOR = 1.5
    waiting = change_limit(world.dataset, 15, reason="The board agreed on it.", by=people["cora"])
    settings.PRIVACY_LIMIT_FACTOR = 1.2
    with pytest.raises(Conflict, match="up to 12: the administrator"):
        decide_limit(world.dataset, waiting.number, holds=True, note="Agreed with the board.", by=people["cleo"])


@pytest.mark.both
def test_the_database_lets_nobody_confirm_their_own_limit(world, people):
    waiting = change_limit(world.dataset, 15, reason="The board agreed on it.", by=people["cora"])
    with pytest.raises(DatabaseError, match="second steward"), transaction.atomic():
        PrivacyLimitDecision.objects.create(version=waiting, holds=True, note="Agreed.", by=people["cora"])


@pytest.mark.parametrize("who", ["ana", "eve"])
def test_nobody_but_a_steward_sets_the_limit(world, people, who):
    with pytest.raises(NotPermitted):
        change_limit(world.dataset, 12, reason="I need it.", by=people[who])
    assert not PrivacyLimit.objects.exists()


def test_a_steward_sets_no_limit_for_a_dataset_of_his_own(world, people):
    give_to(world.dataset, people["cleo"].pk)
    with pytest.raises(NotPermitted, match="somebody else than the owner"):
        change_limit(Dataset.objects.get(), 12, reason="I need it.", by=people["cleo"])
    twin = twin_of(world.dataset, owner_id=people["ana"].pk)
    with pytest.raises(NotPermitted, match="somebody else than the owner"):
        change_limit(twin, 12, reason="I need it.", by=people["cleo"])


@pytest.mark.parametrize(
    ("epsilon", "reason", "why"),
    [(12, " ", "needs a reason"), (0, "x", "above 0"), (float("nan"), "x", "above 0"), (10, "x", "10 already")],
)
def test_a_limit_that_cannot_be_is_refused_in_words(world, people, epsilon, reason, why):
    with pytest.raises(Conflict, match=why):
        change_limit(world.dataset, epsilon, reason=reason, by=people["cleo"])


def test_a_limit_below_what_is_spent_leaves_nothing_and_takes_nothing_back(world, people):
    private_run(world.dataset, 8)
    agree_privacy(world.dataset, 5, reason="Too much was spent already.")
    assert budget_of(world.dataset).left == 0


# ---- Pages --------------------------------------------------------------------------------------------------------


def test_the_page_of_a_new_run_tells_what_it_takes_and_what_is_left(world, client_of):
    private_run(world.dataset, 4.5)
    url = reverse("run_new", args=[world.dataset.pk])
    ana = client_of("ana")
    assert "epsilon 4.5 of 10 spent" in page(ana.get(url))
    asked = {"synthesizer": "dp_marginals", "dp_marginals-epsilon": "2"}
    shown = page(ana.get(url, asked, HTTP_HX_REQUEST="true"))
    assert "takes epsilon 2 and delta 1e-06" in shown
    assert "Spent 4.5 of 10; 3.5 will be left." in shown
    asked["dp_marginals-epsilon"] = "7"
    assert "has epsilon 5.5 of 10 left; the run asks for 7." in page(ana.get(url, asked, HTTP_HX_REQUEST="true"))
    assert "run-budget" not in page(ana.get(url, {"synthesizer": "copula"}, HTTP_HX_REQUEST="true"))


def test_the_page_refuses_with_the_figures_beside_the_form(world, client_of):
    private_run(world.dataset, 8)
    posted = {"synthesizer": "dp_marginals", "rows": "300", "tier": "quick", "dp_marginals-epsilon": "3"}
    response = client_of("ana").post(reverse("run_new", args=[world.dataset.pk]), posted)
    assert response.status_code == 422
    assert "This source has epsilon 2 of 10 left; the run asks for 3." in page(response)


def test_the_budget_of_a_dataset_names_its_runs_and_nothing_of_other_peoples_datasets(world, people, client_of):
    url = reverse("dataset", args=[world.dataset.pk])
    assert "Nothing is spent yet" in page(client_of("ana").get(url))
    run, twin = private_run(world.dataset, 3), twin_of(world.dataset)
    give_to(twin, people["dan"].pk)
    people["dan"].groups.set(people["ana"].groups.all())
    foreign = private_run(Dataset.objects.get(pk=twin.pk), 1)
    shown = page(client_of("ana").get(url))
    assert "epsilon 4 of 10" in shown
    assert reverse("run", args=[run.pk]) in shown
    assert reverse("run", args=[foreign.pk]) not in shown
    assert "a run of another dataset of this source" in shown
    assert reverse("run", args=[foreign.pk]) in page(client_of("cleo").get(url))


# ---- The run itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def made(world) -> GenerationRun:
    """A differentially private run whose artefact is there."""
    run = private_run(world.dataset, 3)
    work_through_generate(run)
    return run


def test_run_page_and_run_notes_state_the_guarantee_in_figures_and_what_it_leaves_out(made, client_of):
    shown = page(client_of("ana").get(reverse("run", args=[made.pk])))
    for words in ("epsilon 3 and delta 1e-06 for one record", "Not covered: the plan", "No column names a person"):
        assert words in shown
        assert any(words in note for note in made.notes)


def test_a_private_run_is_fitted_once_and_not_again_when_its_model_is_gone(world):
    run = private_run(world.dataset, 3)
    GenerationRun.objects.filter(pk=run.pk).update(model_sha256="0" * 64, model_hmac="0" * 64)
    with pytest.raises(JobFailed, match="budget paid for one fit"):
        work_through(run.pk)


def test_a_person_gives_no_more_records_than_the_noise_is_made_for():
    schema = [{"name": "c0", "label": "who"}, {"name": "c1", "label": "x"}]
    dataset = SimpleNamespace(person_column="who", file_facts={"columns": schema})
    plan = SimpleNamespace(schema=schema, minimised_sha256="")
    asked = {"epsilon": 1, "delta": 1e-6}
    run = SimpleNamespace(dataset=dataset, plan=plan, synthesizer="dp_marginals", parameters=asked)
    run.parameters["records_per_person"] = 2
    table = pd.DataFrame({"c0": ["a", "a", "a", "b"], "c1": [1, 2, 3, 4]})
    assert bounded(run, table)["c1"].tolist() == [1, 2, 4]
    assert "at most 2 of each person's records" in notes_on_persons(run)[0]
    plan.schema = schema[1:]
    assert len(bounded(run, table)) == 4
    assert "was removed" in notes_on_persons(run)[0]
    dataset.person_column = ""
    assert "No column names a person" in notes_on_persons(run)[0]


def test_a_run_killed_after_its_fit_takes_up_the_model_it_had_and_pays_for_no_other(world):
    run = private_run(world.dataset, 3)
    worker = claim(Job.objects.get(subject_id=run.pk).pk)
    fit_run(run.pk, by=worker, report=silent)
    run.refresh_from_db()
    model, expected = load_model(run), io.BytesIO()
    kept, frames = kept_schema(run, model.left_out), frames_of(run, model, shard_plan(run.rows), silent)
    write_artefact(frames, kept, expected, origin=origin_of(run))
    assert run_claimed(worker)
    run.refresh_from_db()
    assert run.artefact_sha256 == hashlib.sha256(expected.getvalue()).hexdigest()
    assert budget_of(world.dataset).spent == 3
