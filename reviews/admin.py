"""The admin site of reviews and releases looks and never moves: verbs are on the pages, with their rules and trail."""

from __future__ import annotations

from django.contrib import admin

from reviews.models import Adjudication, Download, Release, ReleasedFile, Review, ReviewRecord, Verdict, Waiver
from synthportal.admin import LookOnly


@admin.register(Review)
class ReviewAdmin(LookOnly):
    list_display = ("run", "status", "required", "accept", "created_at", "closed_at")
    list_filter = ("status",)


@admin.register(ReviewRecord)
class ReviewRecordAdmin(LookOnly):
    list_display = ("review", "position", "state", "claimed_by", "lease_until")
    list_filter = ("state",)


@admin.register(Verdict)
class VerdictAdmin(LookOnly):
    list_display = ("record", "by", "decision", "created_at", "undone_at")
    list_filter = ("decision",)


@admin.register(Adjudication)
class AdjudicationAdmin(LookOnly):
    list_display = ("verdict", "flagged_by", "by", "is_leak", "created_at")


@admin.register(Waiver)
class WaiverAdmin(LookOnly):
    list_display = ("run", "condition", "by", "created_at")


@admin.register(Release)
class ReleaseAdmin(LookOnly):
    list_display = ("number", "run", "status", "released_by", "released_at")
    list_filter = ("status",)


@admin.register(ReleasedFile)
class ReleasedFileAdmin(LookOnly):
    list_display = ("release", "format", "sha256", "size")


@admin.register(Download)
class DownloadAdmin(LookOnly):
    list_display = ("release", "by", "format", "first_byte", "last_byte", "at")
