"""What a sheet of an XLSX file takes. Standard library only."""

from __future__ import annotations

# Dates from this year on, cells so long, and texts without these signs.
FIRST_YEAR = 1900
MOST_CELL_CHARS = 32_767
CONTROL_SIGNS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]"
