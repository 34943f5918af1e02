"""Versions of limits and rules are added, never changed."""

from django.db import migrations

from generation.triggers import VERSION_GUARDS
from synthportal.triggers import install


def forwards(apps, editor):
    install(VERSION_GUARDS, editor)


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_asked_rules_and_calibrations")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
