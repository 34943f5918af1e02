"""Verdicts freeze when a review closes; a release needs an accepted review of the same bytes."""

from django.db import migrations

from reviews.migrations._guards import REVIEW
from synthportal.triggers import install_frozen


def forwards(apps, editor):
    install_frozen(REVIEW, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_initial"), ("generation", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
