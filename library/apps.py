"""App configuration."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The `library` app."""

    name = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from home.files import TYPE_NAMES
        from home.filters import name_choices
        from library import receivers  # noqa: F401
        from library.models import ResourcePage

        name_choices("kind", ResourcePage.Kind.choices)
        name_choices("language", ResourcePage.Language.choices)
        name_choices("format", list(TYPE_NAMES.items()))
