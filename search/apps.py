"""App configuration."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The `search` app."""

    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, and say what the one value of a facet of ours is called."""
        from home.filters import name_choices
        from search import receivers, rooms  # noqa: F401

        name_choices("captions", [("yes", "Has captions")])
