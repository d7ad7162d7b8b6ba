"""The bottom app: pages, sections, the audience rule, the flat rows that listings read."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Connects what keeps entries true, and registers the checks."""

    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from home import receivers  # noqa: F401
        from home.filters import name_choices
        from home.models import AnnouncementPage

        name_choices("kind", AnnouncementPage.Kind.choices)
