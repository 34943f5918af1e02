"""Guidelines for annotators by dataset, which are added to and never rewritten; and who shall judge by when."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from reviews.migrations._guards import GUIDELINES
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(GUIDELINES, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0023_limits_need_a_second_steward"),
        ("reviews", "0016_edits_at_the_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("due", models.DateField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="reviews.review"
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "ordering": ["due", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("review", "person"),
                        name="one_standing_assignment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Guidelines",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("words", models.TextField(blank=True)),
                ("flags", models.JSONField(default=list, help_text="examples of good flags, a sentence each")),
                (
                    "false_alarms",
                    models.JSONField(default=list, help_text="examples of what is no leak, a sentence each"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guidelines", to="generation.dataset"
                    ),
                ),
            ],
            options={
                "verbose_name": "version of guidelines",
                "verbose_name_plural": "versions of guidelines",
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("dataset", "version"), name="one_guidelines_per_version")
                ],
            },
        ),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
