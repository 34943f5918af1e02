"""What second workers got: added to, and never changed."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from generation.migrations._guards import RECOMPUTATION
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(RECOMPUTATION, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0026_sources_of_pairs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recomputation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("worker", models.CharField(help_text="its name in SYNTHPORTAL_SECOND_WORKERS", max_length=60)),
                ("digest", models.CharField(help_text="as the evaluation's, of what this worker got", max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("seconds", models.FloatField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recomputations",
                        to="generation.evaluation",
                    ),
                ),
            ],
            options={
                "verbose_name": "recomputation",
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "worker"), name="one_recomputation_per_worker"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="recomputation_digest_is_hex"
                    ),
                ],
            },
        ),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
