"""The audit trail is append-only, whoever asks."""

from django.db import migrations

from synthportal.triggers import AUDIT_GUARDS, install


def forwards(apps, editor):
    install(AUDIT_GUARDS, editor)


class Migration(migrations.Migration):
    dependencies = [("synthportal", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
