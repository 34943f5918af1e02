"""The admin site of reviews and releases looks and never moves: verbs are on the pages, with their rules and trail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reviews.models import Adjudication, Download, Release, ReleasedFile, Review, ReviewRecord, Verdict, Waiver


class Looking(admin.ModelAdmin[Any]):
    """Nothing can be added, changed or deleted, one by one or together."""

    actions = None
    exclude = ("sealed",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Review)
class ReviewAdmin(Looking):
    list_display = ("run", "status", "required", "accept", "created_at", "closed_at")
    list_filter = ("status",)


@admin.register(ReviewRecord)
class ReviewRecordAdmin(Looking):
    list_display = ("review", "position", "state", "claimed_by", "lease_until")
    list_filter = ("state",)


@admin.register(Verdict)
class VerdictAdmin(Looking):
    list_display = ("record", "by", "decision", "created_at", "undone_at")
    list_filter = ("decision",)


@admin.register(Adjudication)
class AdjudicationAdmin(Looking):
    list_display = ("verdict", "flagged_by", "by", "is_leak", "created_at")


@admin.register(Waiver)
class WaiverAdmin(Looking):
    list_display = ("run", "condition", "by", "created_at")


@admin.register(Release)
class ReleaseAdmin(Looking):
    list_display = ("number", "run", "status", "released_by", "released_at")
    list_filter = ("status",)


@admin.register(ReleasedFile)
class ReleasedFileAdmin(Looking):
    list_display = ("release", "format", "sha256", "size")


@admin.register(Download)
class DownloadAdmin(Looking):
    list_display = ("release", "by", "format", "first_byte", "last_byte", "at")
