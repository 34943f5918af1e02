"""What a limited child that reads a table imports. No Django: the child has none."""

from generation.engine.tables import reading  # noqa: F401
from generation.stages.children import parse  # noqa: F401
