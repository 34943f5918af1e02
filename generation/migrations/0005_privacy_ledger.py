"""The privacy ledger: spends and limits are added, never changed; no spend beyond the limit."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from generation.migrations._guards import LEDGER
from synthportal.triggers import install_frozen


def forwards(apps, editor):
    install_frozen(LEDGER, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0004_version_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivacyLimit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source", models.CharField(help_text="SHA-256 of the file as it was uploaded", max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("epsilon", models.FloatField()),
                ("reason", models.TextField()),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="privacy_limits",
                        to="generation.dataset",
                    ),
                ),
            ],
            options={
                "verbose_name": "privacy limit",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "number"), name="one_privacy_limit_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("source__regex", "^[0-9a-f]{64}$")), name="privacy_limit_names_a_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("epsilon__gt", 0), models.Q(("reason", ""), _negated=True)),
                        name="privacy_limit_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacySpend",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "source",
                    models.CharField(db_index=True, help_text="SHA-256 of the file as it was uploaded", max_length=64),
                ),
                ("epsilon", models.FloatField()),
                ("delta", models.FloatField()),
                ("limit", models.FloatField(help_text="the source's epsilon limit when this was spent")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="privacy_spends",
                        to="generation.dataset",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="privacy_spend",
                        to="generation.generationrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "privacy spend",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__regex", "^[0-9a-f]{64}$")), name="spend_names_a_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delta__gte", 0), ("delta__lt", 1), ("epsilon__gt", 0)),
                        name="spend_is_positive",
                    ),
                ],
            },
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
