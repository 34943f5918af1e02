"""The admin site looks and never moves: no content, nothing added, changed or deleted, no file."""

from __future__ import annotations

from django.contrib import admin

from generation.models import Column, Dataset, Evaluation, GenerationRun, Plan
from synthportal.admin import LookOnly


@admin.register(Dataset)
class DatasetAdmin(LookOnly):
    list_display = ["name", "owner", "status", "purpose", "rows", "created_at"]
    list_filter = ["status", "purpose"]
    search_fields = ["name", "owner__username"]
    fields = ["id", "name", "owner", "status", "purpose", "legal_basis", "retain_until", "size", "rows",
                        "sha256", "training_rows", "holdout_rows", "error", "created_at"]  # fmt: skip


@admin.register(Column)
class ColumnAdmin(LookOnly):
    list_display = ["dataset", "position", "sdtype", "role"]
    fields = ["dataset", "position", "sdtype", "role", "missing", "distinct"]


@admin.register(Plan)
class PlanAdmin(LookOnly):
    list_display = ["dataset", "version", "changed_by", "confirmed_by", "confirmed_at"]
    fields = ["id", "dataset", "version", "changed_by", "confirmed_by", "confirmed_at", "created_at"]


@admin.register(GenerationRun)
class GenerationRunAdmin(LookOnly):
    list_display = ["__str__", "requested_by", "status", "synthesizer", "rows", "created_at"]
    list_filter = ["status", "synthesizer"]
    search_fields = ["dataset__name", "requested_by__username"]
    fields = ["id", "dataset", "number", "requested_by", "status", "synthesizer", "rows", "seed", "tier",
                        "artefact_sha256", "artefact_size", "artefact_rows", "error", "created_at",
                        "finished_at"]  # fmt: skip


@admin.register(Evaluation)
class EvaluationAdmin(LookOnly):
    list_display = ["run", "number", "policy_version", "seconds", "created_at"]
    fields = ["id", "run", "number", "artefact_sha256", "digest", "policy_version", "seconds", "created_at"]
