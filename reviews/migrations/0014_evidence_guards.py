"""What was measured and judged is added to, never rewritten: evidence is guarded while it is still open, too."""

from django.db import migrations

from reviews.migrations._guards import EVIDENCE
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(EVIDENCE, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0013_files_to_train_on_and_for_tools"), ("generation", "0022_evidence_guards")]
    operations = [migrations.RunPython(install_guards, migrations.RunPython.noop)]
