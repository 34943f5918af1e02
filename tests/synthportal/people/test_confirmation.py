"""Before an act that binds others, who signed in a while ago shows again that it is them."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from synthportal.models import ApiToken, AuditEvent
from synthportal.people.sign_in.sensitive import SENSITIVE
from tests.cast import PASSWORD
from tests.synthportal.people.identity import signed_in

ROOT = Path(__file__).parents[3]
TOKEN = {"name": "notebook & “co”", "days": "3", "scopes": ["read", "export"], "dataset": ""}


def routes(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def address(route: str) -> str:
    words = {"<slug:purpose>": "training", "<slug:tier>": "standard", "<slug:name>": "c0", "<int:pk>": "1"}
    for word, value in words.items():
        route = route.replace(word, value)
    return "/" + re.sub("<[^>]*>", lambda found: str(uuid4()) if "uuid" in found[0] else "1", route)


def ask(client: Client, act, **fields):
    """The request of an act, as a browser or a program sends it."""
    if act.route.startswith("api/"):
        return client.generic(act.method, address(act.route), json.dumps(fields), "application/json")
    return client.get(address(act.route)) if act.method == "GET" else client.post(address(act.route), fields)


@pytest.mark.parametrize("act", SENSITIVE, ids=lambda act: f"{act.method} {act.route}")
def test_every_sensitive_act_asks_who_signed_in_a_while_ago(people, act):
    client = signed_in("root" if act.route.startswith("admin") else "cleo", minutes_ago=6)
    before = AuditEvent.objects.count()
    answer = ask(client, act, reason="typed")
    assert answer.status_code == 403
    assert act.words in answer.content.decode()
    assert AuditEvent.objects.count() == before
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize("header", ["Basic x", "Basic", "", "Digest username=x", "Bearerx y"])
def test_a_header_that_brings_no_token_opens_no_other_door(people, settings, header):
    client = signed_in("cleo", minutes_ago=6)
    answer = client.post("/api/v1/policies/", {}, "application/json", headers={"Authorization": header})
    assert (answer.status_code, "must have signed in" in answer.content.decode()) == (403, True)
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get("/api/v1/datasets/", headers={"Authorization": header}).status_code == 403


@pytest.mark.parametrize("act", SENSITIVE, ids=lambda act: f"{act.method} {act.route}")
def test_nobody_is_asked_again_within_five_minutes(people, act):
    client = signed_in("root" if act.route.startswith("admin") else "cleo", minutes_ago=4)
    answer = ask(client, act)
    assert "Confirm that it is you" not in answer.content.decode()
    assert "must have signed in" not in answer.content.decode()


def test_every_address_of_the_table_is_one_of_the_portal():
    there = {route for route, _ in routes(get_resolver().url_patterns)}
    assert {act.route for act in SENSITIVE} <= there


# The verbs that bind others, wherever a page or the API calls them.
VERBS = {
    "submit_release", "waive_condition", "change_limits", "change_tier", "submit_privacy_limit", "create_token",
    "create_signing_token", "erase_dataset", "write_exception", "invite_person", "send_link", "change_roles",
    "decide_role", "decide_tier", "decide_limits", "submit_attestation", "share_dataset",
    "submit_withdrawal", "restrict_release", "submit_grant", "submit_refusal", "end_share", "add_webhook",
    "submit_privacy_limit_decision",
}  # fmt: skip


def callers() -> set[tuple[str, str]]:
    """(module, function or class) of pages and API that call a verb that binds others, helpers of the file included."""
    found = set()
    for app in ("synthportal/people", "generation/pages", "generation/api", "reviews/pages", "reviews/api"):
        for path in (ROOT / app).rglob("*.py"):
            tree = ast.parse(path.read_text())
            named = {node.name: _names(node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
            binding = {name for name, used in named.items() if used & VERBS}
            binding |= {name for name, used in named.items() if used & {each for each in binding if each[0] == "_"}}
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= {(module, name) for name in binding if not name.startswith("_")}
    return {(module, name) for module, name in found if not module.endswith((".tokens", ".tasks"))}


def _names(tree: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.id for call in calls if isinstance(call, ast.Name)}


def test_every_page_and_address_that_calls_a_binding_verb_is_in_the_table():
    listed = {act.route for act in SENSITIVE}
    bare = callers()
    assert len(bare) >= 10
    for route, view in routes(get_resolver().url_patterns):
        made = getattr(view, "view_class", getattr(view, "cls", view))
        if (made.__module__, made.__name__) in bare:
            assert route in listed, f"{route} calls a verb that binds others and asks nobody again"


def test_what_was_typed_is_kept_and_sent_with_the_password(people):
    client = signed_in("ana", minutes_ago=6)
    page = client.post("/account/", TOKEN)
    assert page.status_code == 403
    kept = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page.content.decode(), re.DOTALL)
    assert ("name", "notebook &amp; “co”") in kept
    assert [value for name, value in kept if name == "scopes"] == ["read", "export"]
    wrong = client.post("/account/", TOKEN | {"proof_asked": "1", "proof_for": "POST", "proof_password": "no"})
    assert wrong.status_code == 403
    assert "This is not your password." in wrong.content.decode()
    assert "notebook &amp; “co”" in wrong.content.decode()
    right = client.post("/account/", TOKEN | {"proof_asked": "1", "proof_for": "POST", "proof_password": PASSWORD})
    assert right.status_code == 200
    assert ApiToken.objects.get().name == TOKEN["name"]
    assert client.post("/account/", TOKEN).status_code == 200  # for five minutes


def test_a_page_that_is_opened_is_shown_after_the_password(people):
    client = signed_in("ana", minutes_ago=6)
    assert client.get("/account/sign-in/app/").status_code == 403
    proof = {"proof_asked": "1", "proof_for": "GET", "proof_password": PASSWORD}
    answer = client.post("/account/sign-in/app/", proof)
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/app/")
    assert "Scan this" in client.get("/account/sign-in/app/").content.decode()


def test_guessing_at_the_question_is_slowed_like_at_the_sign_in(people, settings):
    settings.AXES_ENABLED = True
    client = signed_in("ana", minutes_ago=6)
    proof = TOKEN | {"proof_asked": "1", "proof_for": "POST"}
    codes = [client.post("/account/", proof | {"proof_password": f"guess {n}"}).status_code for n in range(5)]
    assert codes == [403, 403, 403, 403, 429]
    assert client.post("/account/", proof | {"proof_password": PASSWORD}).status_code == 429
    assert ApiToken.objects.count() == 0


def test_another_persons_password_confirms_nothing(people):
    people["ana"].set_password("another long passphrase")
    people["ana"].save()
    client = signed_in("ana", minutes_ago=6)
    proof = TOKEN | {"proof_asked": "1", "proof_for": "POST", "proof_password": PASSWORD, "username": "ben"}
    assert client.post("/account/", proof).status_code == 403


def test_a_program_with_an_old_session_is_told_the_way_and_goes_on_after_it(people):
    client = signed_in("cleo", minutes_ago=6)
    body = json.dumps({"epsilon": 3, "reason": "Agreed."})
    path = f"/api/v1/datasets/{uuid4()}/budget/"
    refused = client.put(path, body, "application/json")
    assert refused.status_code == 403
    assert "/account/confirm/" in refused.json()["detail"]
    client.post("/account/confirm/", {"proof_asked": "1", "proof_for": "GET", "proof_password": PASSWORD})
    assert client.put(path, body, "application/json").status_code == 404


def test_the_setting_zero_asks_nobody(people, settings):
    settings.REAUTHENTICATION_MINUTES = 0
    assert signed_in("ana", minutes_ago=600).post("/account/", TOKEN).status_code == 200


def test_a_new_password_counts_as_confirmed_only_with_the_old_one(people):
    client = signed_in("ana", minutes_ago=6)
    changed = {"old_password": "wrong", "new_password1": "several words apart", "new_password2": "several words apart"}
    client.post("/account/password/", changed)
    assert client.post("/account/", TOKEN).status_code == 403
