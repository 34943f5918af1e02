"""Faults for real: killed workers, lost messages, parallel writers; on SQLite and PostgreSQL."""
