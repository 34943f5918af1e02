"""The API of suites: what changed in the tasks of a run since those of another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.runs import run_of
from generation.engine.llm.suites.versions import difference
from generation.models import GenerationRun
from generation.permissions import runs_for
from generation.repositories.judged.suites import earlier_suites, holds_suite, suite_of
from synthportal.web.api import person_of


class MovedSerializer(serializers.Serializer[Any]):
    """Tasks of a cell, or with a tag, in the old version and in the new; shares are of all tasks of each."""

    name = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    share_before = serializers.FloatField()
    share_after = serializers.FloatField()


class SuiteChangesSerializer(serializers.Serializer[Any]):
    """Ids of the tasks that were added, are gone or changed; `parts` says what of a changed one is another."""

    since = serializers.UUIDField()
    added = serializers.ListField(child=serializers.CharField())
    gone = serializers.ListField(child=serializers.CharField(), source="removed")
    changed = serializers.ListField(child=serializers.CharField())
    same = serializers.IntegerField()
    parts = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    cells = MovedSerializer(many=True)
    tags = MovedSerializer(many=True)


class SuiteChanges(APIView):
    """Two versions of a suite beside each other."""

    @extend_schema(
        parameters=[OpenApiParameter("since", UUID, description="the run to compare with; the one before by default")],
        responses=SuiteChangesSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What changed in the tasks of a run since those of another. May: who sees the datasets of both."""
        run = run_of(request, pk)
        if not holds_suite(run):
            raise Http404
        since = _since(request, run)
        found = difference(suite_of(since), suite_of(run))
        parts = ("added", "removed", "changed", "same", "parts", "cells", "tags")
        facts = {name: getattr(found, name) for name in parts} | {"since": since.pk}
        return Response(SuiteChangesSerializer(facts).data)


def _since(request: Request, run: GenerationRun) -> GenerationRun:
    """The run that was named, or the first that it can be held against; 404 for one the person does not see."""
    seen = runs_for(person_of(request)).select_related("dataset")
    asked = request.query_params.get("since", "")
    if not asked:
        known = set(seen.values_list("pk", flat=True))
        since = next((one for one in earlier_suites(run) if one.pk in known), None)
    else:
        since = get_object_or_404(seen, pk=_uuid(asked))
    if since is None or since.pk == run.pk or not holds_suite(since):
        raise Http404
    return since


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
