"""Pages of a policy: each rule beside its sentence, confirmed one by one; and the form in which a rule is built."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from generation.engine.kinds.catalogue import kind_of
from generation.engine.llm.agents.domain import PolicyRule
from generation.engine.llm.agents.policy import rule_in_words
from generation.engine.rules.yaml_text import write_yaml
from generation.models import Dataset
from generation.pages.rules.policies.forms import blank_rule, plain_of, rule_controls, typed_rule
from generation.pages.rules.policies.page import SHOWN, crumbs_of, policy_context
from generation.permissions import datasets_for, require_owner
from generation.repositories.rules.policy import PolicyRules, rules_of_policy
from generation.stages.declare import build_rule, confirm_rule, read_built_rule, take_out_rule
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in


def _dataset(request: HttpRequest, pk: UUID) -> Dataset:
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    made = kind_of(dataset.kind).makes
    if made is None or not made.confirms_rules:
        raise Http404
    return dataset


@login_required
def policy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the rules beside their sentences; confirm one, take that back, or take one out."""
    person, dataset = signed_in(request), _dataset(request, pk)
    if request.method == "POST":
        messages.success(request, _decided(request, dataset, person))
        shown = request.POST.get("show", "")
        query = f"?show={shown}" if shown in SHOWN else ""
        return redirect(f"{reverse('policy', args=[pk])}{query}#sentence-{request.POST.get('sentence', '')}")
    return render(
        request, "generation/rules/policies/policy.html", policy_context(dataset, person, request.GET.get("show", ""))
    )


def _decided(request: HttpRequest, dataset: Dataset, person: Person) -> str:
    rule = request.POST.get("rule", "")
    if request.POST.get("do") == "take_out":
        take_out_rule(dataset, rule, by=person)
        return f"The rule {rule} is taken out."
    is_confirmed = request.POST.get("is_confirmed") == "yes"
    confirm_rule(dataset, rule, is_confirmed=is_confirmed, by=person)
    return "The rule is confirmed." if is_confirmed else "The rule is no longer confirmed."


@login_required
def policy_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Build a rule beside a sentence (`sentence` is its number), or change one (`rule` is its name).

    A POST says in `do` whether the rule is only read, gets more lines, is kept, or is kept and confirmed.
    """
    person, dataset = signed_in(request), _dataset(request, pk)
    require_owner(dataset, person)
    found = rules_of_policy(dataset)
    rule, number = _asked(request, found)
    context = _form_context(dataset, found, rule, number)
    if request.method != "POST":
        return render(request, "generation/rules/policies/rule.html", context)
    return _posted(request, dataset, person, context)


def _asked(request: HttpRequest, found: PolicyRules) -> tuple[PolicyRule, int]:
    """The rule as it stands, or a blank one, and the number of its sentence."""
    name, at = request.GET.get("rule", ""), request.GET.get("sentence", "")
    if name:
        rule = found.rule(name)
        if rule is None:
            raise Http404
        place = (one.number for one in found.sentences if name in {each.id for each in one.rules})
        return rule, next(place, -1)
    if not (at.isdecimal() and len(at) < 6 and int(at) < len(found.sentences)):
        raise Http404
    return blank_rule(found.sentences[int(at)].text), int(at)


def _form_context(dataset: Dataset, found: PolicyRules, rule: PolicyRule, number: int) -> dict[str, Any]:
    rules = reverse("policy", args=[dataset.pk])
    return {
        "dataset": dataset,
        "found": found,
        "rule": rule,
        "is_new": found.rule(rule.id) is None,
        "number": number,
        "sentence": rule.sentence,
        "section": found.sentences[number].section if number >= 0 else (),
        "controls": rule_controls(rule, found.domain),
        "says": rule_in_words(rule),
        "refused": [],
        "crumbs": [*crumbs_of(dataset), {"label": "Rules of the policy", "url": rules}],
    }


def _posted(request: HttpRequest, dataset: Dataset, person: Person, context: dict[str, Any]) -> HttpResponse:
    """What was posted, read; and kept where that was asked for."""
    do, rule = request.POST.get("do", ""), typed_rule(request.POST, context["sentence"])
    try:
        plain = plain_of(rule)
        if rule.id != context["rule"].id and context["found"].rule(rule.id):
            raise Conflict(f"There is a rule called {rule.id} already. Give this one another name.")
        read_built_rule(dataset, plain)
        if do in ("keep", "confirm"):
            return _kept(request, dataset, plain, context, by=person)
        context |= {"yaml": write_yaml([plain])}
    except Conflict as refused:
        context |= {"refused": refused.reasons if do != "more" else []}
    context |= {"rule": rule, "says": rule_in_words(rule), "controls": rule_controls(rule, context["found"].domain)}
    if request.headers.get("HX-Request") and do not in ("keep", "confirm", "more"):
        return render(request, "generation/rules/policies/_reads.html", context)
    status = 422 if context["refused"] else 200
    return render(request, "generation/rules/policies/rule.html", context, status=status)


def _kept(
    request: HttpRequest, dataset: Dataset, plain: dict[str, Any], context: dict[str, Any], *, by: Person
) -> HttpResponse:
    is_confirmed = request.POST.get("do") == "confirm"
    replaces = "" if context["is_new"] else context["rule"].id
    build_rule(dataset, plain, replaces=replaces, is_confirmed=is_confirmed, by=by)
    told = "The rule is kept and confirmed." if is_confirmed else "The rule is kept. Confirm it beside its sentence."
    messages.success(request, told)
    return redirect(f"{reverse('policy', args=[dataset.pk])}#sentence-{max(context['number'], 0)}")
