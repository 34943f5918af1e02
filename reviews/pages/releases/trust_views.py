"""What people do with the trust in a release: have it signed anew, and say what they made from it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from generation.permissions import datasets_for, owned_by
from reviews.models import Release
from reviews.pages.releases.forms import AttestForm, DeriveForm
from reviews.pages.releases.views import release_page
from reviews.permissions import releases_for
from reviews.stages.derive import tell_derived
from reviews.tasks import submit_attestation
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, require
from synthportal.web.refusals import refuse


@login_required
@require_POST
def attest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for every file to be laid out and signed again, until another day."""
    release, person, form = _release(request, pk), signed_in(request), AttestForm(request.POST)
    require(person, Role.STEWARD)
    if not form.is_valid():
        return release_page(request, release, {"attest_form": form}, status=422)
    try:
        submit_attestation(release, by=person, **form.said())
    except Conflict as conflict:
        refuse(request, conflict)
        form.add_error(None, " ".join(conflict.reasons))
        return release_page(request, release, {"attest_form": form}, status=409)
    messages.success(request, "Asked for. The files are laid out and signed by a worker, and then offered here.")
    return redirect("release", pk=pk)


@login_required
@require_POST
def derive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that something was made from this release."""
    release, person = _release(request, pk), signed_in(request)
    form = DeriveForm(request.POST, datasets=datasets_for(person).filter(owned_by(person)))
    if not form.is_valid():
        return release_page(request, release, {"derive_form": form}, status=422)
    try:
        tell_derived(release, by=person, **form.cleaned_data)
    except DomainError as error:
        if isinstance(error, NotPermitted):
            raise
        refuse(request, error)
        form.add_error("name", " ".join(error.reasons))
        return release_page(request, release, {"derive_form": form}, status=error.status)
    messages.success(request, "Written down: a withdrawal of this release will reach it.")
    return redirect("release", pk=pk)


def _release(request: HttpRequest, pk: UUID) -> Release:
    found = releases_for(signed_in(request)).select_related("run__dataset", "review", "released_by", "withdrawn_by")
    return get_object_or_404(found, pk=pk)
