"""Who owned a dataset with others releases nothing that is made of it."""

from django.db import migrations

from reviews.migrations._guards import SHARED
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(SHARED, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0029_co_owners"),
        ("reviews", "0017_guidelines_and_assignments"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
