"""What a limited child that reads a table imports."""

import django

django.setup()

from generation.engine.tables import reading  # noqa: E402, F401
from generation.stages import ingest_child  # noqa: E402, F401
