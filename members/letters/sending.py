"""Writes the weekly letters: batch by batch, each one a transaction. The clock calls `send_due`.

A batch takes people whose Monday has begun and whose letter is not done, writes to the ledger what each is told, puts the
letters into the outbox, and notes that it is done; all of it or nothing. So whoever stops it anywhere, nothing is told twice
and nothing is lost. Reading costs the same number of queries for one person as for a whole batch.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from wagtail.models import Site

from home import mail
from home.models import CommunitySettings, SectionPage
from members.letters import schedule, stopping
from members.letters.contents import Contents, Reader, contents_for
from members.letters.offers import offers
from members.models import Follow, Letter, Membership, Told, User

if TYPE_CHECKING:
    import datetime as dt

    from django.core.mail import EmailMessage
    from django.db.models import QuerySet

    from members.letters.offers import Offer

logger = structlog.get_logger(__name__)

BATCH = 100
RUN_SECONDS = 12  # then other jobs have their turn; the clock comes back in a few seconds


def readers() -> QuerySet[User]:
    """Everybody who gets a letter: members who have not turned it off; with `zone_now`, what `User.zone` gives."""
    active = Membership.objects.filter(user=OuterRef("pk"), active=True)
    chosen = active.filter(section=OuterRef("home_section")).order_by()
    oldest = active.filter(section__isnull=False).order_by("since", "pk")
    zone = Coalesce(
        NullIf(F("time_zone"), Value("")),
        Subquery(chosen.values("section__time_zone")[:1]),
        Subquery(oldest.values("section__time_zone")[:1]),
        Value(settings.TIME_ZONE),
    )
    people = User.objects.filter(Exists(active) | Q(is_superuser=True), is_active=True).exclude(letter=Letter.OFF)
    return people.annotate(zone_now=zone)


def send_due() -> None:
    """Write the letters that are due, for some seconds. Raises RuntimeError in the end where one could not be written."""
    now = timezone.now()
    if not schedule.due_anywhere(now):
        return
    zones = set(readers().order_by().values_list("zone_now", flat=True).distinct())
    due = {tz: monday for tz in zones if (monday := schedule.due(now, tz))}
    give_up_at = time.monotonic() + RUN_SECONDS
    failed, last = 0, 0
    while due and last is not None and time.monotonic() < give_up_at:
        last, failures = send_batch(now, due, after=last)
        failed += failures
    if failed:
        raise RuntimeError(f"{failed} letters could not be written; the log says why.")


@transaction.atomic
def send_batch(now: dt.datetime, due: dict[str, dt.date], *, after: int) -> tuple[Any, int]:
    """Write the letters of the next people (by key) who are due; `due` gives the Monday of each zone.

    Gives the last one's key, None where nobody was left, and how many letters could not be written.
    """
    monday = max(due.values())
    waiting = readers().filter(zone_now__in=due, pk__gt=after).filter(Q(letter_on=None) | Q(letter_on__lt=monday))
    people = list(waiting.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if not people:
        return None, 0
    at_hand = offers(now)
    community = CommunitySettings.for_site(Site.objects.get(is_default_site=True))
    messages, told, done = [], [], []
    for reader in _read(people):
        try:
            found = contents_for(reader, at_hand, now)
            if found.items:
                messages.append(letter(reader.user, found, community))
        except Exception:  # whatever it is, one person's letter must not keep the others' back
            logger.exception("letter_not_written", person=reader.user.pk)
            continue
        told += [Told(user=reader.user, item=item, at=now) for item in found.items]
        done.append(reader.user.pk)
    Told.objects.bulk_create(told)
    get_connection().send_messages(messages)
    User.objects.filter(pk__in=done).update(letter_on=monday)
    return people[-1].pk, len(people) - len(done)


def letter(user: Any, found: Contents, community: CommunitySettings) -> EmailMessage:
    """A reader's letter as a message."""
    context = {
        "community": community,
        "dates": _texts(found.dates, user.zone),
        "places": [(name, _texts(group, user.zone)) for name, group in found.places.items()],
        "stop": stopping.address(user),
    }
    return mail.message("letter", found.subject, user.email, context, headers=stopping.headers(user))


def _texts(group: list[Offer], tz: str) -> list[str]:
    return [offer.text(tz) for offer in group]


def _read(people: list[User]) -> list[Reader]:
    """These people with their memberships, what they follow and what they were told: four queries."""
    keys = [person.pk for person in people]
    memberships: dict[int, list[Membership]] = {pk: [] for pk in keys}
    for one in (
        Membership.objects.filter(user__in=keys, active=True).select_related("section").order_by("section__title")
    ):
        memberships[one.user_id].append(one)
    follows = list(Follow.objects.filter(user__in=keys).select_related("topic"))
    wanted = {follow.section_id for follow in follows if follow.section_id}
    sections = list(SectionPage.objects.live().filter(pk__in=wanted).order_by("title"))
    followed: dict[int, set[int]] = {pk: set() for pk in keys}
    topics: dict[int, set[str]] = {pk: set() for pk in keys}
    for follow in follows:
        if follow.topic:
            topics[follow.user_id].add(follow.topic.slug)
        elif follow.section_id:
            followed[follow.user_id].add(follow.section_id)
    told = Told.to(keys)
    found = []
    for person in people:
        person._active_memberships = memberships[person.pk]
        theirs = [section for section in sections if section.pk in followed[person.pk]]
        found.append(Reader(person, theirs, frozenset(topics[person.pk]), told[person.pk]))
    return found
