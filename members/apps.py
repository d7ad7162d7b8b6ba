"""App configuration."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The `members` app."""

    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from members import receivers, signins  # noqa: F401
        from members.security import second_step  # noqa: F401
