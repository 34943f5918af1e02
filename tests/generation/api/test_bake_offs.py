"""Bake-offs over the API."""

from generation.models import BakeOff
from generation.repositories.compositions import composition_of


def test_a_program_starts_a_bake_off_and_sees_no_recommendation_before_all_are_over(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/datasets/{world.dataset.pk}/bake-offs/"
    asked = {"synthesizers": ["copula", "trees"], "rows": 100, "policy": "quick"}
    started = ana.post(url, asked, "application/json")
    assert (started.status_code, started.json()["recommendation"]) == (201, None)
    assert [one["id"] for one in ana.get(url).json()] == [started.json()["id"]]
    refused = ana.post(url, {"synthesizers": ["copula"]}, "application/json")
    assert (refused.status_code, "one alone is an ordinary run" in refused.json()["detail"]) == (409, True)
    assert ana.post(url, {}, "application/json").status_code == 400


def test_a_program_gives_conditions_to_all_and_settings_by_name(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/datasets/{world.dataset.pk}/bake-offs/"
    wanted = {"conditions": [{"where": {"sex": "Female"}, "rows": 40}], "parameters": {"trees": {"k": 30}}}
    both = {"synthesizers": ["copula", "trees"], "rows": 100} | wanted
    started = ana.post(url, both, "application/json")
    assert started.status_code == 201, started.json()
    copula, trees = BakeOff.objects.get().runs.order_by("number")
    assert trees.parameters["k"] == 30
    assert composition_of(copula) == composition_of(trees) == {"conditions": wanted["conditions"]}
    refused = ana.post(url, both | {"parameters": {"par": {}}}, "application/json")
    assert (refused.status_code, "not among those chosen" in refused.json()["detail"]) == (409, True)


def test_a_program_takes_the_recommended_run(measured, client_of):
    bake_off, good, _ = measured
    said = client_of("ana").get(f"/api/v1/bake-offs/{bake_off.pk}/").json()
    assert said["recommendation"]["chosen"] == f"run {good.number} (Trees)"
    assert client_of("ana").post(f"/api/v1/runs/{good.pk}/take/").status_code == 202
    assert client_of("cleo").post(f"/api/v1/runs/{good.pk}/take/").status_code == 403
