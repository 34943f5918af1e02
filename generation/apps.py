"""Django's entry for the app."""

from pathlib import Path

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        """Register the app's jobs, duties and links in the header, and tell the engine of one's own classifier."""
        from django.conf import settings

        from generation import schedule, tasks  # noqa: F401
        from generation.engine.pii import built
        from generation.pages import links
        from generation.pages.runs import threads
        from synthportal.people.tokens.tokens import add_kind

        links.add()
        threads.add()
        things = ("datasets", "runs", "bake-offs", "technology-maps", "calibrations")
        add_kind("dataset", *(f"/api/v1/{thing}/" for thing in things))
        if settings.PII_MODEL:
            built.use_model(Path(settings.PII_MODEL))
