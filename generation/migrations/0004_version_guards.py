"""Versions of limits and rules are added, never changed."""

from django.db import migrations

from generation.migrations._guards import VERSION
from synthportal.triggers import install_frozen


def forwards(apps, editor):
    install_frozen(VERSION, editor)


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_asked_rules_and_calibrations")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
