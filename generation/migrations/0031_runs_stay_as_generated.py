"""What a run was asked for and what it made never change once it is generated: what is signed tells of them."""

from django.db import migrations

from generation.migrations._guards import RUN
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(RUN, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0030_named_next"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
