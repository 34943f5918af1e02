"""Who took a run of a bake-off to review, and when, is a fact of the run."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0007_parts_of_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="generationrun",
            name="taken_at",
            field=models.DateTimeField(help_text="when it was taken from its bake-off to review", null=True),
        ),
        migrations.AddField(
            model_name="generationrun",
            name="taken_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
