"""Which source a dataset comes from never changes: attempts and the privacy budget are counted by it."""

from django.db import migrations

from generation.migrations._guards import SOURCE
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(SOURCE, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0031_runs_stay_as_generated"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
