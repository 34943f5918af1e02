"""Who let a direct identifier stay does not sign what was made from it."""

from django.db import migrations

from reviews.migrations._guards import SIGNING
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(SIGNING, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_access_wishes_and_reports"), ("generation", "0016_written_exceptions")]
    operations = [migrations.RunPython(install_guards, migrations.RunPython.noop)]
