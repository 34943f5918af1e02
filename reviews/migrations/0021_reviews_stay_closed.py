"""A review that is closed is never opened again: attempts that failed stay counted."""

from django.db import migrations

from reviews.migrations._guards import ATTEMPT
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(ATTEMPT, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0020_releases_stay_as_signed"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
