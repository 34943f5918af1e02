"""Who wrote the privacy limit that a run was asked under releases nothing of it."""

from django.db import migrations

from reviews.migrations._guards import PRIVACY_LIMIT
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(PRIVACY_LIMIT, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0034_privacy_limits_need_a_second_steward"),
        ("reviews", "0022_signed_files"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
