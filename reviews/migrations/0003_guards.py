"""Verdicts freeze when a review closes; a release needs an accepted review of the same bytes."""

from django.db import migrations

from reviews.triggers import REVIEW_GUARDS
from synthportal.triggers import install


def forwards(apps, editor):
    install(REVIEW_GUARDS, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_initial"), ("generation", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
