"""`manage.py setup_community`: what every worksite starts with."""

from django.core.management.base import BaseCommand

from home.setup import set_up


class Command(BaseCommand):
    """Makes home, the shared indexes, the 56 sections and the vocabularies. Safe to run again."""

    help = "Make what every worksite starts with: home, sections for all States and territories, vocabularies."

    def handle(self, *args, **options) -> None:
        """Run it and say so."""
        home = set_up()
        self.stdout.write(f"The worksite stands: {home.get_descendants().count() + 1} pages.")
