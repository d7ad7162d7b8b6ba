"""`manage.py clock`: does what must happen without anybody asking for it."""

from __future__ import annotations

import signal
import threading

from django.core.management.base import BaseCommand, CommandError

from operations import checks, clock


class Command(BaseCommand):
    """Runs the jobs of `settings.CLOCK_JOBS` for ever; stops between two jobs on SIGTERM or Ctrl-C."""

    help = "Publish and take down pages on time, send mail, and keep house. Runs until it is stopped."

    def add_arguments(self, parser) -> None:
        """Add `--once`."""
        parser.add_argument("--once", action="store_true", help="Run what is due now, then end. Fails if a job fails.")

    def handle(self, *args, **options) -> None:
        """Run; raise CommandError where the database is not fit, or with `--once` if a job failed."""
        checks.refuse_unfit_database()
        if options["once"]:
            if not clock.run_due():
                raise CommandError("A job of the clock failed; its reason is in the log and on the health page.")
            return
        self._run_until_stopped()

    def _run_until_stopped(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("The clock runs.")
        self.stdout.flush()
        clock.run_until(stop)
