"""What was signed of a release (card, claim, certificate) never changes, nor why it was withdrawn."""

from django.db import migrations

from reviews.migrations._guards import RELEASE_AS_SIGNED
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(RELEASE_AS_SIGNED, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0019_own_reasons"),
    ]

    operations = [
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
