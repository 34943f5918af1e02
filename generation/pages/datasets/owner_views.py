"""Who owns a dataset: the people with whom its owners share it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from generation.models import CoOwner, Dataset
from generation.permissions import datasets_for, owns
from generation.stages.changes.share import candidates_for, end_share, share_dataset
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.web.refusals import refuse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def owners(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The owners of a dataset; POST shares it with one more person."""
    person, errors = signed_in(request), tuple[str, ...]()
    dataset = get_object_or_404(datasets_for(person).select_related("owner"), pk=pk)
    if request.method == "POST":
        named = Person.objects.filter(username=request.POST.get("person", "")).first()
        try:
            if named is None:
                raise Conflict("Choose somebody to share this dataset with.")
            share_dataset(dataset, named, by=person)
        except Conflict as conflict:
            refuse(request, conflict)
            errors = tuple(conflict.reasons)
        else:
            messages.success(request, f"{named.display_name} owns this dataset with you, and was told.")
            return redirect("dataset_owners", pk=pk)
    may_share = owns(person, dataset) and dataset.status != Dataset.Status.ERASED
    context = {
        "title": f"Owners of {dataset.name}",
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[pk])},
        ],
        "dataset": dataset,
        "shared": dataset.co_owners.select_related("person", "by"),
        "may_share": may_share,
        "candidates": candidates_for(dataset) if may_share else [],
        "errors": errors,
    }
    return render(request, "generation/about/owners.html", context, status=409 if errors else 200)


@login_required
@require_POST
def owner_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody is no owner any more."""
    person = signed_in(request)
    shares = CoOwner.objects.filter(dataset__in=datasets_for(person)).select_related("person", "dataset")
    shared = get_object_or_404(shares, pk=pk)
    end_share(shared, by=person)
    messages.success(request, f"{shared.person.display_name} owns this dataset no more.")
    # Who ends their own share may see it no more.
    return redirect("datasets") if shared.person_id == person.pk else redirect("dataset_owners", pk=shared.dataset_id)
