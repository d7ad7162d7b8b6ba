"""App configuration."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The `operations` app: what keeps the worksite running and tells how it does."""

    name = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from operations import checks  # noqa: F401
