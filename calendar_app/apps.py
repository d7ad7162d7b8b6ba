"""App configuration."""

from django.apps import AppConfig


class CalendarAppConfig(AppConfig):
    """The `calendar_app` app."""

    name = "calendar_app"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, and tell the weekly letter of dates."""
        from calendar_app import letters, receivers  # noqa: F401
        from home.filters import name_choices

        name_choices("kind", [("event", "Event"), ("call", "Conference call"), ("webinar", "Webinar")])
