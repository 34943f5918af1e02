"""Technology maps: asked for from the page and the API, done as a job; only figures are kept."""

import json

import pytest
from django.urls import reverse

from generation.engine.comparison.technologies.settings import EPSILONS, KS
from generation.models import PrivacySpend, TechnologyMap
from generation.stages.erase import erase_dataset
from generation.stages.measure.weigh import request_map
from generation.tasks import submit_map
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Job
from synthportal.storage.local import LocalStore
from tests.cast import put_as_made
from tests.generation.door import page


def files_under(settings):
    return sorted(path for path in (settings.DATA_DIR / "vault").rglob("*") if path.is_file())


def trail(asked):
    events = AuditEvent.objects.filter(subject_kind="technologymap", subject_id=str(asked.pk))
    return list(events.values_list("action", flat=True))


@pytest.mark.slow
def test_a_map_weighs_every_technology_and_keeps_figures_but_no_table_and_no_value(world, client_of, settings):
    ana, url = client_of("ana"), reverse("technologies", args=[world.dataset.pk])
    assert "What is weighed" in page(ana.get(url))
    before, spent = files_under(settings), PrivacySpend.objects.count()
    assert ana.post(reverse("technologies_weigh", args=[world.dataset.pk]))["Location"] == url
    asked = TechnologyMap.objects.get()
    assert "The technology map waits for a worker" in page(ana.get(url))
    work_through(asked.pk)
    asked.refresh_from_db()
    settings_of = [(row["technology"], row["setting"].partition(" (")[0]) for row in asked.result]
    assert settings_of == [
        ("surrogates", ""),
        ("minimised", ""),
        *(("generalised", f"k = {k}") for k in KS),
        *(("private", f"epsilon {epsilon:g}") for epsilon in EPSILONS),
        ("synthetic", "run 1"),
    ]
    by_name = {row["technology"]: row for row in asked.result if "refused" not in row}
    assert by_name["minimised"]["skill"]["value"] == 1.0
    assert by_name["surrogates"]["whole"]["attack"] > 0.9 > by_name["synthetic"]["whole"]["attack"]
    assert by_name["generalised"]["attacks"]["singling_out"]["attack"] == 0
    assert (files_under(settings), PrivacySpend.objects.count()) == (before, spent)
    said = json.dumps(asked.result)
    assert not [value for value in ("Private", "Prof-specialty", "Husband", "Bachelors", "<=50K") if value in said]
    shown = page(ana.get(url))
    found = client_of("ana").get(f"/api/v1/technology-maps/{asked.pk}/").json()
    assert found["advice"]["headline"] in shown
    assert "Privacy and utility of technologies" in shown
    assert trail(asked) == ["weighed", "requested"]


def test_owner_and_stewards_may_ask_an_auditor_may_look_and_nobody_else_sees_it(world, client_of, people):
    url, shown = (reverse(name, args=[world.dataset.pk]) for name in ("technologies_weigh", "technologies"))
    codes = {who: client_of(who).post(url).status_code for who in ("ben", "dan", "eve", "cleo")}
    assert codes == {"ben": 404, "dan": 404, "eve": 403, "cleo": 302}
    codes = {who: client_of(who).get(shown).status_code for who in ("ana", "ben", "dan", "eve", "cleo")}
    assert codes == {"ana": 200, "ben": 404, "dan": 404, "eve": 200, "cleo": 200}
    with pytest.raises(NotPermitted):
        request_map(world.dataset, by=people["eve"])


def test_asking_twice_gives_the_one_at_work_and_one_job_which_can_be_cancelled(world, client_of, people):
    first, second = (submit_map(world.dataset, by=people["ana"]) for _ in range(2))
    assert (first, TechnologyMap.objects.count(), Job.objects.filter(kind="weigh").count()) == (second, 1, 1)
    response = client_of("ana").post(reverse("technology_map_cancel", args=[first.pk]), follow=True)
    assert "It was cancelled" in page(response)
    assert Job.objects.get(kind="weigh").state == Job.State.CANCELLED
    assert client_of("ana").post(f"/api/v1/technology-maps/{first.pk}/cancel/").status_code == 409


def test_without_target_or_holdout_it_says_what_is_missing(world, people):
    plan = world.run.plan
    plan.schema = [column | {"role": "other"} for column in plan.schema]
    put_as_made(plan)
    world.dataset.holdout_rows = 0
    with pytest.raises(Conflict) as refused:
        request_map(world.dataset, by=people["ana"])
    assert [reason.split(":")[0] for reason in refused.value.reasons] == [
        "There is no holdout",
        "No target column was named",
    ]


def test_erasing_the_dataset_stops_a_map_at_work(world, people, monkeypatch):
    monkeypatch.setattr(LocalStore, "remove", lambda *_: None)  # the world's files serve other tests too
    live = submit_map(world.dataset, by=people["ana"])
    erase_dataset(world.dataset, by=people["ana"])
    assert Job.objects.get(subject_id=live.pk).state == Job.State.CANCELLED
    world.dataset.refresh_from_db()
    with pytest.raises(Conflict, match="can never be read again"):
        request_map(world.dataset, by=people["ana"])
