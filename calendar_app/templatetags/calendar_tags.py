"""What pages show of dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import template
from django.db import models
from django.utils import timezone

from calendar_app import joining, times
from calendar_app.models import ConferenceCallPage, EventPage, Occurrence, Transcript
from home.listings import of_place
from home.models import Audience, Entry, SiteDocument

if TYPE_CHECKING:
    from calendar_app.expansion import Span
    from calendar_app.models import WebinarPage
    from home.models import SectionPage

register = template.Library()

MAX_DIGITS = 5  # of a second in a recording: more than a day is no time in it


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A day or a moment as "Thu, Dec 10, 2026"."""
    return times.day(_local_day(value)) if value else ""


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """A day or a moment as "Dec 10, 2026"."""
    return times.day(_local_day(value), weekday=False) if value else ""


@register.filter
def weekday(value: dt.date) -> str:
    """A day of this time of year as "Monday, November 16"."""
    return times.long_day(value)


@register.filter
def since(value: dt.datetime) -> str:
    """A moment that something is counted from: "9:40 a.m. today", or its day, "Monday, November 16"."""
    local = timezone.localtime(value)
    today = local.date() == timezone.localdate() and local.time() != dt.time()
    return f"{times.clock(local.time())} today" if today else times.long_day(local.date())


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment as "Thu, Dec 10, 2026, 2:00 p.m. Eastern", in the site's zone."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{times.day(local.date())}, {times.clock(local.time())} {times.zone_name(timezone.get_current_timezone_name())}"


@register.filter
def when(occurrence: Occurrence) -> times.When:
    """A row of the calendar in words."""
    return times.when(occurrence, occurrence.tz, all_day=occurrence.all_day)


@register.simple_tag
def next_date(page: EventPage) -> Span:
    """The date of an event that a reader comes for: the next that is not over, else the last."""
    spans = page.spans()
    now = timezone.now()
    return next((span for span in spans if span.ends_at > now), spans[-1])


@register.simple_tag
def joining_of(page: EventPage, dated: Span | Occurrence) -> joining.Joining:
    """Whether one can join a date of this event now, and the times that say so."""
    return joining.joining(dated, page.tz, timezone.now(), off=is_cancelled(page))


@register.simple_tag
def moved_from(page: EventPage) -> str:
    """The day and hour that an event was moved from, in words; empty where it was not."""
    if not page.moved_from_date:
        return ""
    hours = f", {times.clock(page.moved_from_time)}" if page.moved_from_time else ""
    return times.day(page.moved_from_date) + hours


@register.simple_tag(takes_context=True)
def next_instead(context: dict[str, Any], page: EventPage, dated: Span) -> Occurrence | None:
    """The date after this one, of the same kind in the same section, that this reader may see and that takes place."""
    entries = Entry.objects.visible_to(context["request"].user).of_type(page.type_name)
    entries = entries.filter(section=page.section_id).exclude(page_id=page.pk)
    after = max(timezone.now(), dated.ends_at)
    off = [status for status in EventPage.Status if status.called_off]
    return Occurrence.objects.of_entries(entries).upcoming(after).exclude(status__in=off).first()


@register.simple_tag(takes_context=True)
def calls_now(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The calls that this reader may join now: live, or beginning within the quarter of an hour."""
    now, user = timezone.now(), context["request"].user
    if not getattr(user, "is_member", False):
        return []
    entries = Entry.objects.visible_to(user).of_type("call")
    dates = Occurrence.objects.of_entries(entries).upcoming(now).filter(starts_at__lte=now + joining.OPENS)
    found = [(date, joining.joining(date, date.tz, now, off=is_cancelled(date))) for date in dates]
    calls = ConferenceCallPage.objects.in_bulk([date.event_id for date, words in found if words.open])
    return [{"page": calls[date.event_id], "date": date, "joining": words} for date, words in found if words.open]


@register.filter
def in_threes(passcode: str) -> str:
    """A PIN as it is read out: "480 219". What is not a number of five digits or more stays as it is."""
    if not (passcode.isdecimal() and len(passcode) > 4):
        return passcode
    return times.NBSP.join(passcode[start : start + 3] for start in range(0, len(passcode), 3))


@register.filter
def position(seconds: float) -> str:
    """A time in a recording: "12:30"."""
    return times.position(seconds)


@register.filter
def chapters(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of a transcript that have a title."""
    return [part for part in parts if part["title"]]


@register.filter
def is_said(parts: list[dict[str, Any]]) -> bool:
    """Whether a transcript has words, and not only chapters."""
    return any(part["paragraphs"] for part in parts)


@register.filter
def whole(seconds: float) -> int:
    """The second in which a moment falls."""
    return int(seconds)


@register.filter
def month_day(date: dt.date) -> str:
    """A day of this time of year as "December 10"."""
    return times.long_day(date, weekday=False)


@register.filter
def starting(occurrence: Occurrence) -> str:
    """When a date begins: "Thu, Jan 14, 1:00 p.m. Eastern"."""
    first = times.day(occurrence.first_day, year=False)
    return first if occurrence.all_day else f"{first}, {times.at(occurrence.starts_at, occurrence.tz)}"


@register.simple_tag(takes_context=True)
def transcript_of(context: dict[str, Any], page: WebinarPage) -> list[dict[str, Any]]:
    """What is said in a recording, chapter by chapter (`calendar_app.transcripts.Part`); of a draft, what it would be."""
    if getattr(context["request"], "is_preview", False):
        return page.spoken()
    row = Transcript.objects.filter(pk=page.pk).first()
    return row.parts if row else []


@register.simple_tag(takes_context=True)
def asked_second(context: dict[str, Any]) -> int:
    """The second of a recording that the address asks for (`?t=754`), 0 without."""
    asked = context["request"].GET.get("t", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) <= MAX_DIGITS else 0


@register.simple_tag
def with_files(page: WebinarPage) -> WebinarPage:
    """A webinar with its files at hand, read together instead of one by one."""
    names = ("recording", "captions", "slides", "audio_described")
    ids = {name: getattr(page, f"{name}_id") for name in names}
    documents = SiteDocument.objects.in_bulk([pk for pk in ids.values() if pk])
    for name, pk in ids.items():
        setattr(page, name, documents.get(pk))
    return page


@register.simple_tag
def when_of(page: EventPage, span: Span) -> times.When:
    """One date of an event in words."""
    return times.when(span, page.tz, all_day=page.all_day or page.start_time is None)


@register.simple_tag(takes_context=True)
def hours_elsewhere(context: dict[str, Any], dated: Span | Occurrence, tz: str, page: Any = None) -> list[times.InZone]:
    """The hours of a date in the zones of most members, the event's own first; one row where its readers share it.

    They do where the page is for the members of one section alone, and the section has that zone and no other. A zone
    that the reader has chosen comes before all.
    """
    section = page.section if page and page.audience == Audience.SECTION else None
    shared = section and (section.time_zone, section.other_time_zone) == (tz, "") and not page.also_in.all()
    chosen = _chosen_zone(context)
    rows = times.elsewhere(dated, tz, tuple(filter(None, (chosen, *(() if shared else times.MAIN_ZONES)))))
    return sorted(rows, key=lambda row: row.zone != times.zone_name(chosen)) if chosen else rows


@register.simple_tag(takes_context=True)
def hours_for_reader(context: dict[str, Any], words: times.When) -> str | None:
    """The hours of a date in the zone that the reader has chosen, in words, empty where the clocks agree.

    None where nobody has chosen one: then a script asks the browser.
    """
    chosen = _chosen_zone(context)
    if not chosen:
        return None
    return times.for_reader(words, chosen) if words.hours else ""


@register.simple_tag(takes_context=True)
def chosen_zone(context: dict[str, Any]) -> str:
    """The zone that the reader has chosen in the settings; empty without."""
    return _chosen_zone(context)


def _chosen_zone(context: Any) -> str:
    return getattr(getattr(getattr(context, "request", None), "user", None), "time_zone", "")


@register.simple_tag
def hours_everywhere(dated: Span | Occurrence, tz: str) -> list[times.InZone]:
    """The hours of a date in all our zones."""
    return times.everywhere(dated, tz)


@register.filter
def is_over(dated: Span | Occurrence) -> bool:
    """Whether a date has passed."""
    return dated.ends_at <= timezone.now()


@register.filter
def is_cancelled(dated: Occurrence | EventPage) -> bool:
    """Whether a date does not take place as it was announced."""
    return EventPage.Status(dated.status).called_off


@register.filter
def status_name(occurrence: Occurrence) -> str:
    """The state of a date in a word: "Cancelled"."""
    return EventPage.Status(occurrence.status).label


@register.filter
def is_today(occurrence: Occurrence) -> bool:
    """Whether a date is today, on its own calendar."""
    today = timezone.localdate(timezone=times.ZoneInfo(occurrence.tz))
    return occurrence.first_day <= today <= occurrence.last_day


@register.simple_tag(takes_context=True)
def upcoming(context: dict[str, Any], places: list[Any] | None = None, limit: int = 3) -> list[Occurrence]:
    """The next dates that this reader may see: of some sections and those for all; without any, of all sections."""
    entries = Entry.objects.visible_to(context["request"].user)
    if places:
        entries = of_place(entries, [place.slug for place in places], shared=True)
    return list(Occurrence.objects.of_entries(entries).upcoming()[:limit])


@register.simple_tag(takes_context=True)
def next_call(context: dict[str, Any], places: list[Any] | None = None) -> Occurrence | None:
    """The next call that this reader may see and that takes place: of these sections and for all, else of any."""
    calls = Entry.objects.visible_to(context["request"].user).of_type("call")
    near = of_place(calls, [place.slug for place in places], shared=True) if places else calls
    off = [status for status in EventPage.Status if status.called_off]
    for entries in (near, calls):
        if found := Occurrence.objects.of_entries(entries).upcoming().exclude(status__in=off).first():
            return found
    return None


@register.simple_tag(takes_context=True)
def with_next_dates(context: dict[str, Any], sections: list[SectionPage]) -> list[dict[str, Any]]:
    """Each of these sections with the day of the next date that this reader may see there, or None. One query."""
    if not sections:
        return []
    entries = Entry.objects.visible_to(context["request"].user).filter(section__in=sections)
    dates = Occurrence.objects.upcoming().filter(event__in=entries.order_by().values("pk"))
    days = dict(dates.order_by().values_list("event__section").annotate(models.Min("first_day")))
    return [{"section": section, "next": days.get(section.pk)} for section in sections]


def _local_day(value: dt.date | dt.datetime) -> dt.date:
    return timezone.localdate(value) if isinstance(value, dt.datetime) else value
