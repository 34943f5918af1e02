"""Who gets which answer where: every address x method x person, as a table. An address that is not in it fails."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from generation.models import BakeOff, Calibration, CoOwner, FileScan, Team, TechnologyMap
from generation.stages.compare import BakeOffRequest
from generation.tasks import submit_bake_off, submit_calibration, submit_map
from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import AccessRequest, Assignment, Pause, RecordReport, Release, ReviewRecord, Verdict, Wish
from reviews.stages.desk.prepare import assign_person
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record, judge_record
from reviews.stages.use.report import report_record
from reviews.tasks import submit_release
from synthportal.models import ApiToken, Comment, Notice, Person, RoleRequest, Webhook
from synthportal.people.messages.webhooks import add_webhook
from synthportal.people.tokens.grants import grant
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from synthportal.storage.keys import create_key
from synthportal.storage.local import LocalStore
from synthportal.web.client import wheel_name
from tests.cast import FIRST_KEY, World
from tests.reviews.signing import all_seen, publish
from tests.whole.url_matrix import MATRIX, PEOPLE

Table = dict[str, str]
BACKEND = "django.contrib.auth.backends.ModelBackend"
BODIES: dict[str, dict[str, Any]] = {
    "plan": {"treatments": []},
    "PERSON": {"reason": "Names of products."},
    "budget": {"epsilon": 12, "reason": "The board agreed."},
    "runs": {"synthesizer": "gaussian_copula", "rows": 10},
    "rules": {"rules": []},
    "verdict": {"verdict": "clean", "token": 1},
    "hold": {"token": 1},
    "skip": {"token": 1, "reason": "cannot_tell"},
    "second-look": {"verdict": "clean"},
    "adjudicate": {"is_leak": False},
    "exceptions": {"column": "c0", "reason": "Agreed in writing."},
    "waivers": {"condition": "utility", "reason": "Good enough to try the tools."},
    "withdraw": {"reason": "A mistake."},
    "derived": {"name": "a model of incomes"},
    "policies": {"tier": "quick", "changes": {"hunt_records": 30}, "reason": "More suspects.", "seen": 1},
    "calibrations": {"kind": "null_run"},
    "about": {"answers": {"origin": "A census."}, "dictionary": "column,unit\nage,years\n"},
    "access": {"purpose": "A course on models."},
    "grant": {"until": "2027-01-31"},
    "decisions": {"tier": "quick", "version": 2, "holds": True, "note": "Agreed."},
    "refuse": {"reason": "It is prohibited."},
    "reports": {"words": "My neighbour.", "row": 3},
    "bake-offs": {"synthesizers": ["copula", "gaussian_copula"], "rows": 10},
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


EVERY = dict.fromkeys(routes(get_resolver().url_patterns))  # an address may have two names
ROUTES = [route for route in EVERY if not route.startswith("admin/")]
ADMIN = [route for route in routes(get_resolver().url_patterns) if route.startswith("admin/")]


def client_of(person: Person | None) -> Client:
    client = Client(raise_request_exception=True)
    if person:
        client.force_login(person, backend=BACKEND)
    return client


def ask(client: Client, method: str, path: str) -> HttpResponseBase:
    """One request whose effects are taken back."""
    with transaction.atomic():
        body = json.dumps(BODIES.get(path.split("/")[-2], {})) if path.startswith("/api/") and method != "GET" else ""
        response = client.generic(method, path, body, "application/json")
        if response.streaming:
            b"".join(response)  # at its end the test client closes it
        transaction.set_rollback(True)
    assert policy_of(response) == POLICY, path
    return response


def policy_of(response: HttpResponseBase) -> dict[str, str]:
    header = response.headers.get("Content-Security-Policy", "")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in header.split(";"))}


@pytest.fixture(autouse=True)
def _files_stay(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """An erasure is taken back in the database; its files must then still be there. Nobody is asked again who it is."""
    settings.REAUTHENTICATION_MINUTES = 0
    monkeypatch.setattr(LocalStore, "remove", lambda *_: None)


@pytest.fixture
def flagged(world: World, people: dict[str, Person]) -> World:
    """The open world with one leak flag of ben's, a pause of bea's and a token of ana's."""
    record = claim_record(world.review, by=people["ben"])
    judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    Pause.objects.create(review=world.review, person=people["bea"], found=1, judged=5)
    assign_person(world.review, people["bea"], due=timezone.localdate(), by=people["cleo"])
    create_token(people["ana"], "notebook", days=3, can_write=False)
    submit_calibration(world.run, Calibration.Kind.PLANTED_LEAKS, by=people["ana"])
    submit_map(world.dataset, by=people["ana"])
    submit_bake_off(world.dataset, BakeOffRequest(("copula", "gaussian_copula"), 10), by=people["ana"])
    RoleRequest.objects.create(person=people["dan"], role="steward", asked_by=people["root"])
    add_webhook("https://hooks.example.org/", ["released"], by=people["root"])
    CoOwner.objects.create(dataset=world.dataset, person=people["nobody"], by=people["ana"], ended_at=timezone.now())
    Comment.objects.create(kind="run", subject=world.run.pk, by=people["ana"], words="Looks fine.")
    Team.objects.create(name="nobody's")
    FileScan.objects.create(key=create_key(), by=people["ana"], file_name="notes.txt", sha256="ab" * 32)
    return world


@pytest.fixture
def released(world: World, people: dict[str, Person]) -> World:
    """The world after its release."""
    while record := claim_record(world.review, by=people["ben"]):
        judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
    short = {line.name for line in gate_conditions(world.run) if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(world.run, condition, reason="Good enough to try the tools.", by=people["cora"])
    release = submit_release(world.run, by=people["cleo"], **all_seen(world.run))
    AccessRequest.objects.create(release=release, person=people["dan"], purpose="A model of costs.")
    report_record(release, row=3, words="My neighbour.", by=people["dan"])
    Wish.objects.create(person=people["dan"], title="Claims", purpose="A model of costs.")
    publish(release)
    return world


def ids(world: World) -> dict[str, Any]:
    """The id that stands for <uuid:pk> under each first word of an address."""
    return {
        "datasets": world.dataset.pk,
        "runs": world.run.pk,
        "reviews": world.review.pk,
        "records": ReviewRecord.objects.filter(state="judged").values_list("pk", flat=True).first(),
        "assignments": Assignment.objects.values_list("pk", flat=True).first(),
        "pauses": Pause.objects.values_list("pk", flat=True).first(),
        "verdicts": Verdict.objects.values_list("pk", flat=True).first(),
        "releases": Release.objects.values_list("pk", flat=True).first(),
        "bake-offs": BakeOff.objects.values_list("pk", flat=True).first(),
        "calibrations": Calibration.objects.values_list("pk", flat=True).first(),
        "technology-maps": TechnologyMap.objects.values_list("pk", flat=True).first(),
        "scan": FileScan.objects.values_list("pk", flat=True).first(),
        "access": AccessRequest.objects.values_list("pk", flat=True).first(),
        "reports": RecordReport.objects.values_list("pk", flat=True).first(),
        "wishes": Wish.objects.values_list("pk", flat=True).first(),
        "owners": CoOwner.objects.values_list("pk", flat=True).first(),
        "comments": Comment.objects.values_list("pk", flat=True).first(),
        "webhooks": Webhook.objects.values_list("pk", flat=True).first(),
        "people": RoleRequest.objects.values_list("pk", flat=True).first(),
        "teams": Team.objects.values_list("pk", flat=True).first(),
        "account": ApiToken.objects.values_list("pk", flat=True).first(),
    }


def address(route: str, known: dict[str, Any] | None = None) -> str:
    word = route.removeprefix("api/v1/").removeprefix(".well-known/synthportal/").split("/")[0]
    word = "teams" if route.startswith("people/teams/") else word
    named = route.replace("<slug:tier>", "standard").replace("<slug:purpose>", "training").replace("<slug:name>", "c0")
    named = named.replace("<path:name>", wheel_name()).replace("<path:path>", "attestation.dsse.json")
    named = named.replace("<slug:entity>", "PERSON").replace("<slug:provider_id>", "x")
    named = named.replace("<int:pk>", str(FIRST_KEY + 6)).replace("<str:secret>", "no-such-secret")  # nobody's
    return "/" + named.replace("<uuid:pk>", str(known.get(word) if known else uuid4()))


def answers(world: World, people: dict[str, Person], rows: list[str]) -> Table:
    """The table as it is: the codes of everybody, per method and address that anybody is served at."""
    known, found = ids(world), {}
    clients = [client_of(people.get(name)) for name in PEOPLE]
    signed_in = [copy.deepcopy(client.cookies) for client in clients]
    for route in rows:
        for method in ("GET", "POST", "PUT", "DELETE") if route.startswith("api/") else ("GET", "POST"):
            codes = [ask(client, method, address(route, known)).status_code for client in clients]
            for client, cookies in zip(clients, signed_in, strict=True):
                client.cookies = copy.deepcopy(cookies)  # somebody who signed out comes back
            assert max(codes) < 500
            if set(codes) - {405} and not (set(codes[:-1]) == {405} and codes[-1] in {302, 401}):
                found[f"{method} {route or '/'}"] = " ".join(str(code) for code in codes)
    return found


def of_releases(route: str) -> bool:
    word = route.removeprefix("api/v1/").removeprefix(".well-known/synthportal/").split("/")[0]
    word = "teams" if route.startswith("people/teams/") else word
    return word in {"releases", "access", "reports", "wishes"}


def listed(*, after_release: bool) -> Table:
    """The rows of the table that are asked after a release, or those that are asked before."""
    lines = [line.split() for line in MATRIX.strip().splitlines()]
    return {f"{line[0]} {line[1]}": " ".join(line[2:]) for line in lines if of_releases(line[1]) == after_release}


def test_every_address_of_the_portal_is_in_the_table():
    assert {line.split()[1] for line in MATRIX.strip().splitlines()} == {route or "/" for route in ROUTES}


@pytest.mark.slow
def test_everybody_gets_the_answer_of_the_table_while_a_review_is_open(flagged, people):
    rows = [route for route in ROUTES if not of_releases(route)]
    assert answers(flagged, people, rows) == listed(after_release=False)


@pytest.mark.slow
def test_everybody_gets_the_answer_of_the_table_after_a_release(released, people):
    rows = [route for route in ROUTES if of_releases(route)]
    assert answers(released, people, rows) == listed(after_release=True)


def served(route: str) -> list[str]:
    return [line.split()[0] for line in MATRIX.strip().splitlines() if line.split()[1] == (route or "/")]


# What strangers may read: the signed status of a release whose id they were given.
PUBLIC = ".well-known/"
WITH_ID = [
    (route, method)
    for route in ROUTES
    if "<uuid:pk>" in route and not route.startswith(PUBLIC)
    for method in served(route)
]


@pytest.mark.slow
def test_what_is_another_owners_answers_like_what_does_not_exist(released, people):
    ada = Person.objects.create(username="ada")
    grant(ada, Role.OWNER)
    create_token(people["ana"], "notebook", days=3, can_write=True)
    client, known = client_of(ada), ids(released)
    for route, method in WITH_ID:
        hers, nobodys = (ask(client, method, address(route, which)) for which in (known, None))
        assert (route, method, hers.status_code) == (route, method, 404)
        assert hers.status_code == nobodys.status_code


OF_TEAMS = ("ben", "cleo", "dan", "eve")
# What hangs on a dataset, by the first word of its address.
OF_A_DATASET = {
    "datasets", "runs", "reviews", "records", "pauses", "assignments", "verdicts", "releases", "bake-offs",
    "calibrations", "technology-maps", "access", "reports",
}  # fmt: skip
OF_DATASETS = [row for row in WITH_ID if row[0].removeprefix("api/v1/").split("/")[0] in OF_A_DATASET]
LISTS = ["", "datasets/", "runs/", "reviews/", "releases/", "sensitive/", "access/", "reports/"]
LISTS += [f"api/v1/{name}/" for name in ("datasets", "reviews", "releases", "sensitive")]


@pytest.mark.slow
@pytest.mark.parametrize("state", ["flagged", "released"])
def test_to_whom_a_team_closes_a_dataset_nothing_of_it_exists(state, people, request):
    known = ids(request.getfixturevalue(state))
    Notice.objects.all().delete()  # what they were told before stays told
    Team.objects.create(name="others").datasets.set([known["datasets"]])
    for name in OF_TEAMS:
        client = client_of(people[name])
        for route, method in OF_DATASETS:
            assert (name, method, route, ask(client, method, address(route, known)).status_code) == (
                name, method, route, 404,
            )  # fmt: skip
        for route in LISTS:
            assert "incomes" not in ask(client, "GET", "/" + route).content.decode(), (name, route)
    assert ask(client_of(people["ana"]), "GET", address("datasets/<uuid:pk>/", known)).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("put_in", ["dataset", "owner"])
def test_in_its_team_everybody_gets_the_answer_of_the_table(flagged, people, put_in):
    team = Team.objects.create(name="incomes")
    team.members.set([people[name] for name in OF_TEAMS])
    team.datasets.set([flagged.dataset] if put_in == "dataset" else [])
    if put_in == "owner":
        team.members.add(people["ana"])
    shown = [route for route in ROUTES if not of_releases(route) and route.split("/")[0] in OF_A_DATASET]
    expected = {row: codes for row, codes in listed(after_release=False).items() if row.split()[1] in shown}
    assert answers(flagged, people, shown) == expected


@pytest.mark.slow
def test_an_unknown_id_is_not_found_whoever_asks(people):
    for name in PEOPLE[:-1]:
        client = client_of(people[name])
        for route, method in WITH_ID:
            assert (route, name, ask(client, method, address(route)).status_code) == (route, name, 404)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ana", "cleo", "nobody", "anonymous"])
def test_the_admin_site_lets_nobody_in_but_the_administrator(name, people):
    client = client_of(people.get(name))
    for route in ADMIN:
        path = "/" + route.replace("<path:object_id>", "1").replace("(?P<url>.*)$", "x")
        for method in ("GET", "POST"):
            response = ask(client, method, path)
            assert response.status_code in {302, 403, 404} or "login" in route or "jsi18n" in route, path


@pytest.mark.slow
def test_the_admin_site_looks_but_never_moves_data(flagged, people):
    client = client_of(people["root"])
    for app, model in (
        ("generation", "dataset"), ("generation", "generationrun"), ("generation", "evaluation"),
        ("reviews", "review"), ("reviews", "verdict"), ("reviews", "release"), ("synthportal", "auditevent"),
    ):  # fmt: skip
        for action in ("add/", f"{ids(flagged).get('datasets')}/delete/", f"{ids(flagged).get('datasets')}/change/"):
            response = ask(client, "POST", f"/admin/{app}/{model}/{action}")
            assert response.status_code in {302, 403, 404}


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/static/app.css", "/static/nowhere.css", "/login/", "/admin/", "/api/v1/nowhere/"]
)
def test_the_policy_stands_on_every_kind_of_answer(db, path):
    response = Client().get(path)
    assert policy_of(response) == POLICY
    if response.streaming:
        b"".join(response)


def test_the_policy_stands_on_refusals_of_the_frame(people, monkeypatch):
    assert policy_of(Client().get("/login/", headers={"host": "evil.example"})) == POLICY
    assert policy_of(Client(enforce_csrf_checks=True).post("/login/", {"username": "ana"})) == POLICY


def test_the_policy_stands_on_a_crash(people, monkeypatch):
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("reviews.pages.home.views.waiting_for", crash)
    client = client_of(people["ana"])
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert policy_of(response) == POLICY


def test_no_page_holds_a_script_or_a_style_that_the_policy_would_stop(flagged, people):
    client = client_of(people["cleo"])
    for route in ROUTES:
        if "GET" in served(route) and not of_releases(route):
            answer = ask(client, "GET", address(route, ids(flagged)))
            is_page = answer.get("Content-Type", "").startswith("text/html")
            # A file to keep carries its style with it, and no page of the portal shows it.
            is_kept = answer.get("Content-Disposition", "").startswith("attachment")
            page = answer.content.decode() if is_page and not is_kept else ""
            assert "<style" not in page or route == "api/v1/docs/", route  # Swagger's look, not its working
            assert "<script>" not in page, route
            assert " style=" not in page, route
            assert "://cdn" not in page, route
