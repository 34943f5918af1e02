"""Work that survives: rows with a lease, one child process per job, Celery as the messenger."""
