"""Each plan names the tables it made: those of a dataset before are its confirmed plan's."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def from_datasets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    plans = apps.get_model("generation", "Plan").objects.filter(confirmed_at__isnull=False)
    for dataset in apps.get_model("generation", "Dataset").objects.exclude(minimised_sha256="").iterator():
        plans.filter(dataset=dataset).update(
            minimised_sha256=dataset.minimised_sha256,
            minimised_holdout_sha256=dataset.minimised_holdout_sha256,
            schema=dataset.schema,
        )


class Migration(migrations.Migration):
    dependencies = [("generation", "0010_plans_and_columns")]

    operations = [migrations.RunPython(from_datasets, migrations.RunPython.noop)]
