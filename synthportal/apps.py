"""Django's entry for the app."""

from django.apps import AppConfig


class SynthportalConfig(AppConfig):
    name = "synthportal"

    def ready(self) -> None:
        """Register the job that sends messages, who is told of failures, and what the trail hears of sign-ins."""
        from synthportal.jobs.registry import duty
        from synthportal.people.messages import notices  # noqa: F401
        from synthportal.people.sign_in import events  # noqa: F401
        from synthportal.trail import sinks

        duty(sinks.forward)
