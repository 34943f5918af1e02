"""The science: tables and a numpy Generator in, frozen dataclasses out. No Django, no database, no vault."""
