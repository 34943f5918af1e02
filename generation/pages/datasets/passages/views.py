"""The page of a source of documents: what was read, as a tree with passages, before anything is asked."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generation.engine.kinds.documents import DOCUMENTS
from generation.permissions import datasets_for
from generation.repositories.minimisation.passages import document_rows, documents_shown
from generation.stages.changes.reread import look_at_documents
from synthportal.people.accounts.views import signed_in
from synthportal.web.lists import page_links

# A document can be long: of so many the passages fit on one page.
PAGE_DOCUMENTS = 20


@login_required
@require_GET
def passages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The documents, a page of them at a time, for their owner alone; each look is written to the trail."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    if dataset.kind != DOCUMENTS.name or not dataset.profile:
        raise Http404
    look_at_documents(dataset, by=person)
    page = Paginator(document_rows(dataset), PAGE_DOCUMENTS).get_page(request.GET.get("page"))
    documents = documents_shown(dataset, list(page))
    context = {
        "dataset": dataset,
        "documents": documents,
        "total": page.paginator.count,
        "passages": sum(len(own) for one in documents for _, own in one.sections),
        **page_links(request, page, "document"),
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
    }
    return render(request, "generation/datasets/read/passages.html", context)
