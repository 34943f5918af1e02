"""Pages of a dataset's rules."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from generation.models import Dataset
from generation.pages.rules.forms import MOST, posted_rule, posted_yaml
from generation.pages.rules.page import rules_context, yaml_of
from generation.permissions import datasets_for, require_owner
from generation.repositories.rules.declared import declared_in, lines_in, open_proposals
from generation.repositories.tables import schema_from_json
from generation.stages.declare import (
    accept_proposals,
    accept_strong_proposals,
    add_rule,
    declare_rules,
    decline_proposals,
    remove_rule,
)
from generation.tasks import submit_look
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role
from synthportal.storage.uploads import takes_file

Deed = Callable[[HttpRequest, Dataset, Person], str]


def _add(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    return f"The rule is declared: version {add_rule(dataset, posted_rule(request.POST), by=person).version}."


def _yaml(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    kept = declare_rules(dataset, posted_yaml(request.POST, request.FILES), by=person)
    return f"{kept.count} rules are declared: version {kept.version}."


def _accept(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    kept = accept_proposals(dataset, [request.POST.get("key", "")], by=person)
    return f"The proposal is declared: version {kept.version}."


def _accept_all(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    kept = accept_strong_proposals(dataset, request.POST.getlist("keys"), by=person)
    return f"The proposals are declared: version {kept.version} has {kept.count} rules."


def _decline(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    decline_proposals(dataset, [request.POST.get("key", "")], by=person)
    return "This will not be proposed again."


def _remove(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    kept = remove_rule(dataset, request.POST.get("key", ""), by=person)
    return f"The rule is no longer declared: version {kept.version}. Runs that were asked for before keep it."


def _look(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    submit_look(dataset, by=person)
    return "The portal looks for rules; open this page again in a moment."


DEEDS: dict[str, Deed] = {
    "add": _add, "yaml": _yaml, "accept": _accept, "accept_all": _accept_all, "decline": _decline, "remove": _remove,
    "look": _look,
}  # fmt: skip
# What was typed stays on the page when it is refused; a button that comes too late gets the page of conflicts.
TYPED = ("add", "yaml")


@takes_file(Role.OWNER, most=MOST)
@login_required
def rules(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rules of a dataset; a POST says in `do` what to change."""
    dataset, person = get_object_or_404(datasets_for(signed_in(request)), pk=pk), signed_in(request)
    if request.method == "GET":
        context = rules_context(dataset, person, version=request.GET.get("version", ""))
        return render(request, "generation/rules/rules.html", context)
    require_owner(dataset, person)
    deed = request.POST.get("do", "")
    try:
        messages.success(request, _done(deed)(request, dataset, person))
        return redirect("rules", pk=pk)
    except Conflict as refused:
        if deed not in TYPED:
            raise
        context = rules_context(dataset, person, posted=request.POST, refused=refused.reasons)
        return render(request, "generation/rules/rules.html", context, status=422)


def _done(deed: str) -> Deed:
    if deed not in DEEDS:
        raise Conflict("Nothing was asked of the rules: use the buttons of the page.")
    return DEEDS[deed]


@login_required
@require_GET
def rules_yaml(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The declared rules as a YAML file; before any is declared, the proposals that the records speak for."""
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    if dataset.status != Dataset.Status.MINIMISED:
        raise Conflict("There are no rules before the plan is confirmed, and none after the dataset is erased.")
    lines = lines_in(declared_in(dataset)) or [line for line in open_proposals(dataset) if not line.weak]
    text = yaml_of(lines, schema_from_json(dataset.schema)) or "rules: []\n"
    headers = {"Content-Disposition": 'attachment; filename="rules.yaml"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)
