"""The certificate of erasure of a source: for who sees its dataset."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from generation.models import Dataset
from generation.permissions import datasets_for
from reviews.engine.attestation.dsse import envelope_bytes
from reviews.repositories.trust.erasures import signed_erasure
from synthportal.people.accounts.views import signed_in


@login_required
@require_safe
def erasure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate as it is signed now, to file or to send on."""
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    answer = HttpResponse(envelope_bytes(signed_erasure(dataset)), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="erasure-{dataset.pk}.dsse.json"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def erasure_url(dataset: Dataset) -> str:
    """Where its certificate is; "" while there is nothing to certify."""
    return reverse("erasure", args=[dataset.pk]) if dataset.status == Dataset.Status.ERASED else ""
