"""Django's entry for the app."""

from pathlib import Path

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        """Register the app's jobs and its links in the header, and tell the engine of a classifier of one's own."""
        from django.conf import settings

        from generation import tasks  # noqa: F401
        from generation.engine.pii import built
        from generation.pages import links
        from synthportal.people.tokens.tokens import add_kind

        links.add()
        things = ("datasets", "runs", "bake-offs", "technology-maps", "calibrations")
        add_kind("dataset", *(f"/api/v1/{thing}/" for thing in things))
        if settings.PII_MODEL:
            built.use_model(Path(settings.PII_MODEL))
