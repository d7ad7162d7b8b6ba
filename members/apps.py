"""App configuration."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The `members` app."""

    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, add the rooms, and say what the values of our facets are called."""
        from home.filters import name_choices
        from members import receivers, signins  # noqa: F401
        from members.models import Role
        from members.my import own_rooms  # noqa: F401
        from members.privacy import consent, own  # noqa: F401
        from members.security import second_step  # noqa: F401

        name_choices("role", Role.choices)
