"""The API of what people say about a source and its columns, and which columns they point out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine.profiling.about import TOPICS, unanswered
from generation.models import Dataset
from generation.permissions import datasets_for
from generation.repositories.tables import dictionary_of
from generation.stages.declare import describe_columns, dictionary_from, state_about
from generation.tasks import submit_names
from synthportal.web.api import person_of


class AboutSerializer(serializers.Serializer[Any]):
    """Answers by question, and a dictionary of the columns as CSV."""

    answers = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    dictionary = serializers.CharField(required=False, allow_blank=True)


def about_facts(dataset: Dataset) -> dict[str, Any]:
    """The answers that count, their version, what is not answered, and the questions."""
    newest, answers = dataset.abouts.first(), dataset.about
    return {
        "version": newest.version if newest else 0,
        "answers": answers,
        "unanswered": [question.key for question in unanswered(answers)],
        "questions": {question.key: question.help for topic in TOPICS for question in topic.questions},
        "dictionary": dictionary_of(dataset),
    }


class DatasetAbout(APIView):
    """What people say about the source, for the cards of releases."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """The answers, what is not answered, and the dictionary. May: who sees the dataset."""
        return Response(about_facts(_dataset(request, pk)))

    @extend_schema(request=AboutSerializer, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, pk: UUID) -> Response:
        """All answers anew, a dictionary's lines, or both; each change is a version. May: the owner."""
        dataset, person = _dataset(request, pk), person_of(request)
        form = AboutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        state_about(dataset, said.get("answers", dataset.about), by=person)
        describe_columns(dataset, dictionary_from(said.get("dictionary", "")), by=person)
        dataset.refresh_from_db()
        return Response(about_facts(dataset))


class NamesSerializer(serializers.Serializer[Any]):
    """Two columns of the file, by name or label; empty for none."""

    target = serializers.CharField(allow_blank=True, max_length=255, help_text="The column to predict.")
    person_column = serializers.CharField(allow_blank=True, max_length=255, help_text="The column that names a person.")


class DatasetNames(APIView):
    """Which column is the target, and which names a person."""

    @extend_schema(request=NamesSerializer, responses={200: NamesSerializer, 202: NamesSerializer})
    def put(self, request: Request, pk: UUID) -> Response:
        """Choose both, before a plan is applied. 202 when the upload is read again for it; until then they stay what
        they were. May: the owner.
        """
        dataset, form = _dataset(request, pk), NamesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        must_read = submit_names(dataset, **form.validated_data, by=person_of(request))
        return Response(form.validated_data, status=202 if must_read else 200)


def _dataset(request: Request, pk: UUID) -> Dataset:
    return get_object_or_404(datasets_for(person_of(request)), pk=pk)
