"""`manage.py demo`: the demonstration community, for development and for showing."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home import planner


class Command(BaseCommand):
    """Runs `make()` of every installed app's `demo.py`, in the order of INSTALLED_APPS. Safe to run again."""

    help = "Make the demonstration community: all sections, people to sign in as, and content of every kind."

    def handle(self, *args, **options) -> None:
        """Make what is missing, then say who can sign in."""
        if not settings.DEMONSTRATION:
            raise CommandError(
                "The demonstration community has logins that everybody knows, so it is made in development only. "
                "Run this with the settings worksite.settings.dev."
            )
        for config in apps.get_app_configs():
            if find_spec(f"{config.name}.demo"):
                part = import_module(f"{config.name}.demo")
                part.make()
                if hasattr(part, "lines"):
                    self.stdout.write("\n".join(part.lines()))
        planner.tell()
