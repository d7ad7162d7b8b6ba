"""The dates of the coming week for the weekly letter: when, in the reader's zone; for calls the number and the PIN."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from calendar_app import times
from calendar_app.models import ConferenceCallPage, EventPage, Occurrence
from calendar_app.templatetags.calendar_tags import in_threes
from home.models import Entry
from members.letters.offers import Offer, address, facets_of, kind, source

if TYPE_CHECKING:
    from collections.abc import Callable

AHEAD = dt.timedelta(days=7)


@source
def dates(now: dt.datetime) -> list[Offer]:
    """Every date that begins within a week. Letters go to members alone, so how to join may stand in them."""
    coming = Occurrence.objects.of_entries(Entry.objects.all()).upcoming(now)
    found = list(coming.filter(starts_at__gt=now, starts_at__lte=now + AHEAD))
    entries = [date.event.entry for date in found]
    facets = facets_of(entries)
    calls = ConferenceCallPage.objects.in_bulk([date.event_id for date in found])
    return [
        Offer(
            f"date:{date.pk}",
            entry,
            facets[entry.pk]["state"],
            facets[entry.pk]["topic"],
            _words(date, entry, calls.get(date.event_id)),
            begins=date.starts_at,
        )
        for date, entry in zip(found, entries, strict=True)
    ]


def _words(date: Occurrence, entry: Entry, call: ConferenceCallPage | None) -> Callable[[str], str]:
    whose = entry.section.title if entry.section else "for all States"
    off = EventPage.Status(date.status).called_off
    lines = [f"  {entry.title}", f"  {kind(entry)}, {whose}"]
    if off:
        lines[0] = f"  {EventPage.Status(date.status).label}: {entry.title}"
    elif call and call.phone:
        lines.append(f"  Phone {call.phone}" + (f", PIN {in_threes(call.passcode)}" if call.passcode else ""))
    lines.append(f"  {address(entry)}")

    def text(tz: str) -> str:
        return "\n".join([f"- {when(date, tz)}", *lines]).replace(times.NBSP, " ")

    return text


def when(date: Occurrence, tz: str) -> str:
    """A date in the reader's zone, then the hours in the event's own where they differ."""
    own = times.when(date, date.tz, all_day=date.all_day)
    theirs = times.when(date, tz, all_day=date.all_day)
    if date.all_day or theirs.starts[:16] == own.starts[:16]:
        return str(own)
    return f"{theirs} ({own.hours} {own.zone})" if own.hours else f"{theirs} ({own})"
