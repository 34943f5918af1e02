"""Versions of the limits hold only once a second steward confirmed them; those of before go on to hold."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from generation.migrations._guards import DECISIONS
from synthportal.triggers import install_frozen


def keep_what_held(apps, editor):
    """An upgrade changes no rule: what held before goes on to hold, and its author signs nothing judged by it."""
    Limits, Decision = (apps.get_model("generation", name) for name in ("Limits", "LimitsDecision"))
    for version in Limits.objects.all():
        Decision.objects.create(version=version, holds=True, note="It held before a second steward had to confirm it.")
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table has pending events when it gets its guards


def install_guards(apps, editor):
    install_frozen(DECISIONS, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0022_evidence_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitsDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("holds", models.BooleanField()),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        help_text="none: it held before there was a rule",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="generation.limits"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about limits",
                "verbose_name_plural": "decisions about limits",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="limits_decision_has_a_note"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_held, migrations.RunPython.noop),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
