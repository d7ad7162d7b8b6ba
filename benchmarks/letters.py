"""How long the weekly letters take: to write them into the outbox, and to hand them to a mail server on this machine.

    .venv/bin/python benchmarks/letters.py                       # 10,000 members
    .venv/bin/python benchmarks/letters.py --members 2000 --database postgres://user@localhost/empty

A worksite of 2,000 content pages, of which some 60 are news of the week and 30 dates of the coming one; the members are
spread over all sections and follow two sections and a topic each. The database has to be empty; without one it is SQLite
in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import Callable

PORT = 8925
NEWS, DATES = 60, 30


def main() -> None:
    """Fill a database, write the letters, deliver them, print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--members", type=int, default=10_000)
    options.add_argument("--database", default="")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="worksite-letters-") as folder:
        os.environ |= {
            "DATABASE_URL": chosen.database or f"sqlite:///{folder}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "EMAIL_URL": f"smtp://localhost:{PORT}",
        }
        import django

        django.setup()
        now = _fill(chosen.members)
        print("| what | letters | seconds | of the processor | letters/s |\n| --- | ---: | ---: | ---: | ---: |")  # noqa: T201
        _report("written into the outbox", lambda: _write(now))
        with _Sink():
            _report("handed to a mail server", _deliver)
        print(_facts())  # noqa: T201


def _fill(members: int) -> dt.datetime:
    """The worksite; gives the moment at which all letters are due."""
    from django.core.management import call_command
    from django.utils import timezone

    from benchmarks import content
    from calendar_app.models import EventPage, Occurrence
    from home.models import Entry, SectionPage, Topic
    from members.models import Follow, Membership, User

    call_command("migrate", verbosity=0)
    content.fill(2000)
    now = timezone.now()
    old, coming = now - dt.timedelta(days=60), now + dt.timedelta(days=1)
    Entry.objects.update(published_at=old)
    Occurrence.objects.update(starts_at=old, ends_at=old)
    # Evenly over all of them: a prime number of steps meets every section and kind.
    news = list(Entry.objects.of_type("announcement", "resource").order_by("pk").values_list("pk", flat=True))[::29]
    Entry.objects.filter(pk__in=news[:NEWS]).update(published_at=now - dt.timedelta(days=2))
    dates = list(EventPage.objects.order_by("pk").values_list("pk", flat=True))[::7]
    for pk in dates[:DATES]:
        Occurrence.objects.filter(event=pk).update(starts_at=coming, ends_at=coming + dt.timedelta(hours=1))
    sections, topics = list(SectionPage.objects.order_by("pk")), list(Topic.objects.order_by("pk"))
    people = User.objects.bulk_create(
        [User(email=f"member-{number}@benchmark.example") for number in range(members)], batch_size=1000
    )
    Membership.objects.bulk_create(
        [Membership(user=one, section=sections[place % len(sections)]) for place, one in enumerate(people)],
        batch_size=1000,
    )
    follows: list[Any] = []
    for place, one in enumerate(people):
        follows += [Follow(user=one, section=sections[(place + step) % len(sections)]) for step in (3, 11)]
        follows.append(Follow(user=one, topic=topics[place % len(topics)]))
    Follow.objects.bulk_create(follows, batch_size=1000)
    return now


def _write(now: dt.datetime) -> None:
    from members.letters import sending

    zones = sending.readers().order_by().values_list("zone_now", flat=True).distinct()
    due = dict.fromkeys(zones, now.date())
    last: Any = 0
    while last is not None:
        last, failed = sending.send_batch(now, due, after=last)
        if failed:
            sys.exit(f"{failed} letters could not be written.")


def _deliver() -> None:
    from operations import mail
    from operations.models import OutgoingMail

    while OutgoingMail.objects.waiting().exists():
        mail.send_due()


def _report(what: str, work: Callable[[], None]) -> None:
    from operations.models import OutgoingMail

    began, busy = time.monotonic(), time.process_time()
    work()
    seconds, busy = time.monotonic() - began, time.process_time() - busy
    letters = OutgoingMail.objects.count()
    print(f"| {what} | {letters:,} | {seconds:.0f} | {busy:.0f} | {letters / seconds:.0f} |", flush=True)  # noqa: T201


def _facts() -> str:
    from members.models import Told
    from operations.models import OutgoingMail

    letters = OutgoingMail.objects.count()
    size = sum(len(mail.content) for mail in OutgoingMail.objects.all()[:200]) / min(200, letters)
    return f"\nA letter told {Told.objects.count() / letters:.0f} things and was {size / 1000:.0f} kB long."


class _Sink:
    """A mail server on this machine that takes everything and keeps nothing."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        return "250 OK"

    def __enter__(self) -> None:
        from aiosmtpd.controller import Controller

        self.controller = Controller(self, hostname="localhost", port=PORT)
        self.controller.start()

    def __exit__(self, *error: object) -> None:
        self.controller.stop()


if __name__ == "__main__":
    main()
