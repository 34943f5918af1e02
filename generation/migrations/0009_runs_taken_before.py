"""Runs that were taken to review before that was a fact of the run: by whom and when, as the first job for it says."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def from_jobs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    runs = apps.get_model("generation", "GenerationRun").objects
    jobs = apps.get_model("synthportal", "Job").objects.filter(kind="take")
    # The newest first, so that the first job of a run is the one whose facts stay.
    for job in jobs.order_by("-created_at").iterator():
        runs.filter(pk=job.subject_id).update(taken_at=job.created_at, taken_by=job.requested_by_id)


class Migration(migrations.Migration):
    dependencies = [("generation", "0008_taken_runs"), ("synthportal", "0002_audit_guards")]

    operations = [migrations.RunPython(from_jobs, migrations.RunPython.noop)]
