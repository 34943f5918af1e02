"""Whose a dataset is, its purpose and its file never change: what was reviewed rests on them."""

from django.db import migrations

from generation.migrations._guards import DATASET
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(DATASET, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0027_recomputations"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
