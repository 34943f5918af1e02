"""Skips and second looks freeze with the verdicts; controls and versions of a policy never change.

The migration before this one lifted the other guards to rebuild the table of the sampled records: all are made again.
"""

from django.db import migrations

from reviews.migrations._guards import DESK, REVIEW
from synthportal.triggers import install_frozen


def forwards(apps, editor):
    install_frozen(REVIEW | DESK, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_controls_skips_and_tiers")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
