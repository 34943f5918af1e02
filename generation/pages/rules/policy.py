"""The page of a policy: each rule beside its sentence, confirmed one by one by the owner."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from generation.engine.kinds.catalogue import kind_of
from generation.permissions import datasets_for
from generation.repositories.rules import rules_of_policy
from generation.stages.declare import confirm_rule
from synthportal.people.accounts.views import signed_in


@login_required
def policy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the rules beside their sentences; confirm one, or take that back."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    made = kind_of(dataset.kind).makes
    if made is None or not made.confirms_rules:
        raise Http404
    if request.method == "POST":
        rule, is_confirmed = request.POST.get("rule", ""), request.POST.get("is_confirmed") == "yes"
        confirm_rule(dataset, rule, is_confirmed=is_confirmed, by=person)
        messages.success(request, "The rule is confirmed." if is_confirmed else "The rule is no longer confirmed.")
        return redirect(f"{reverse('policy', args=[pk])}#rule-{rule}")
    found = rules_of_policy(dataset)
    context = {
        "dataset": dataset,
        "found": found,
        "confirmed": sum(rule.is_confirmed for rule in found.rules),
        "is_owner": dataset.owner_id == person.pk,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
    }
    return render(request, "generation/rules/policy.html", context)
