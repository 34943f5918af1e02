"""The audit trail is append-only, whoever asks."""

from django.db import migrations

from synthportal.migrations._guards import AUDIT
from synthportal.triggers import install_frozen


def forwards(apps, editor):
    install_frozen(AUDIT, editor)


class Migration(migrations.Migration):
    dependencies = [("synthportal", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
