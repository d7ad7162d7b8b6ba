"""Made-up objects for the components of the style guide. Nothing here is saved, and nothing is read from the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import mark_safe

from calendar_app.expansion import Span
from calendar_app.models import ConferenceCallPage, EventPage, Occurrence
from home.filters import Chip, Choice, Group
from home.models import AccessRule, AnnouncementPage, Entry, SectionPage, Wish

LONG = (
    "Measuring fidelity with DDCAT without an outside team, and everything that fourteen peer reviewers told us about "
    "doing it over two whole years"
)
EASTERN = "America/New_York"


@dataclass(frozen=True)
class Sample:
    """One component in one state: what the state is called, its template, and what fills it. A template without a folder
    is one of `components/`.
    """

    state: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_item(self) -> bool:
        """Whether the template draws one item of a list, which needs the list around it."""
        return self.template in ("row", "date_row", "wish", "person")


class SampleForm(forms.Form):
    """A field of each kind."""

    title = forms.CharField(
        help_text="What a colleague in another State would search for.",
        error_messages={"required": "Enter a title, for example “Screening form for county jails”."},
    )
    kind = forms.ChoiceField(choices=[("", "Choose one"), ("tool", "Screening tool"), ("memo", "Policy memo")])
    about = forms.CharField(widget=forms.Textarea, required=False)
    audience = forms.ChoiceField(
        choices=[("public", "Anyone"), ("members", "Members only")], widget=forms.RadioSelect, initial="public"
    )
    file = forms.FileField(required=False, help_text="PDF, Word, Excel or PowerPoint, at most 100 MB.")
    agreed = forms.BooleanField(label="Nobody can be recognized in this file")


def section(title: str = "Ohio", code: str = "OH", news: int = 0) -> SectionPage:
    """A section that exists nowhere, with so much that is new."""
    place = SectionPage(title=title, code=code, slug=title.lower(), time_zone=EASTERN)
    place.news = news
    return place


def entry(title: str, *, days: int = 20, audience: str = "|public|", kind: str = "report", **values: Any) -> Entry:
    """A row, published so many days ago."""
    published = timezone.now() - dt.timedelta(days=days)
    defaults = {"type": "resource", "section": section(), "url": "#main", "detail": "PDF, 412\u00a0KB"}
    return Entry(
        **{**defaults, **values},
        title=title,
        kind=kind,
        access=AccessRule(text=audience),
        published_at=published,
        updated_at=published,
    )


def span(begins: dt.timedelta) -> Span:
    """A date of an hour that begins so long from now."""
    start = timezone.now() + begins
    return Span("", start, start + dt.timedelta(hours=1), timezone.localdate(start), timezone.localdate(start))


def occurrence(begins: dt.timedelta, status: str = "confirmed", title: str = "Board directors’ call") -> Occurrence:
    """A date of a call that begins so long from now."""
    dated = span(begins)
    event = EventPage(title=title, status=status, tz=EASTERN)
    row = entry(title, type="call", kind="", detail="")
    row.page = event
    return Occurrence(
        event=event,
        starts_at=dated.starts_at,
        ends_at=dated.ends_at,
        first_day=dated.first_day,
        last_day=dated.last_day,
        tz=EASTERN,
        status=status,
    )


def call(**values: Any) -> ConferenceCallPage:
    """A call with everything that a member needs to join."""
    return ConferenceCallPage(
        title="Board directors’ call",
        tz=EASTERN,
        join_url="https://calls.example/join",
        phone="614-555-0142",
        passcode="480219",
        section=section(),
        **values,
    )


def samples() -> dict[str, list[Sample]]:
    """Every component by its name, with its states."""
    return {**_small(), **_rows(), **_dates(), **_lists(), **_search(), **_forms(), **_session()}


def _person(**values: Any) -> SimpleNamespace:
    """Somebody who is nowhere, as `members.profiles.fields.Card` shows them."""
    shown = {"url": "#main", "fields": {"name": "Lorena Begay-Stone"}, "initials": "LB", "small_photo": ""}
    shown |= {"position": "Night staff and peer, Gallup living room", "parts": "Member in New Mexico"}
    return SimpleNamespace(**shown | {"topic_names": "Peer workforce and Training"} | values)


def _small() -> dict[str, list[Sample]]:
    place = section()
    places: dict[str, dict[str, Any]] = {
        "small": {"section": place, "size": "sm"},
        "in a row": {"section": place},
        "large": {"section": place, "size": "xl"},
        "shared by all": {},
        "a longer code": {"section": section("Peer workforce", "PEER")},
    }
    days: dict[str, dict[str, Any]] = {
        "at rest": {},
        "today": {"today": True},
        "cancelled": {"cancelled": True},
        "large": {"size": "xl"},
        "large, today": {"size": "xl", "today": True},
    }
    tabs = ["Overview", "Announcements", "Calendar", "Library", "Webinars"]
    page = AnnouncementPage(
        title="Counties may now bill peer support", section=place, audience="members", first_published_at=timezone.now()
    )
    return {
        "Block head": [
            Sample(
                "with a link", "block_head", {"heading": "What is new", "url": "#main", "link": "Everything, by date"}
            ),
            Sample("alone", "block_head", {"heading": "Whom to ask"}),
        ],
        "Place tile": [Sample(name, "place_tile", context) for name, context in places.items()],
        "Date tile": [
            Sample(name, "date_tile", {"date": dt.date(2026, 12, 10), **context}) for name, context in days.items()
        ],
        "Tabs": [
            Sample(
                "one of them open",
                "tabs",
                {
                    "label": "Ohio",
                    "tabs": [{"url": "#main", "name": name, "current": name == "Library"} for name in tabs],
                },
            )
        ],
        "Byline": [Sample("members only", "byline", {"page": page})],
        "Person": [
            Sample("with initials", "person", {"person": _person()}),
            Sample("with a photo", "person", {"person": _person(small_photo=static("images/apple-touch-icon.png"))}),
            Sample("by name and role alone", "person", {"person": _person(position="", topic_names="")}),
        ],
        "Audience": [Sample("members only", "audience", {"words": "Members only"})],
        "Fact": [
            Sample("known", "fact_list", {"facts": [("Published by", "SAMHSA"), ("Year", 2026), ("Pages", 14)]}),
        ],
        "Alert": [
            Sample(kind, "alert", {"kind": kind, "text": text})
            for kind, text in {
                "info": "This date is not yet certain.",
                "success": "Saved at 2:14 p.m. You can close this page and go on from any computer.",
                "warning": "Cancelled: the December 10 call. Next: Thu, Jan 14, 1:00 p.m. Eastern.",
                "error": "We could not take budget.xlsm: it contains macros. Save it as .xlsx and add it again.",
            }.items()
        ],
        "Urgent banner": [
            Sample(
                "for all States",
                "urgent",
                {"entry": entry("The site is read-only on Saturday", section=None, urgent_until=timezone.now())},
            )
        ],
        "Empty box": [
            Sample(
                "with a button",
                "empty",
                {
                    "fact": "Wyoming has not shared anything yet.",
                    "help": "Good first things: the screening form you use, who answers for both fields.",
                    "url": "#main",
                    "action": "Share the first item",
                },
            ),
            Sample("a fact alone", "empty", {"fact": "No dates yet."}),
        ],
        "Wish": [
            Sample(
                "open", "wish", {"wish": Wish(text="A bed registry that shows both kinds", since=dt.date(2026, 11, 12))}
            ),
            Sample(
                "answered",
                "wish",
                {
                    "wish": Wish(
                        text="A release form in plain words",
                        since=dt.date(2026, 7, 26),
                        answered=dt.date(2026, 10, 24),
                    )
                },
            ),
        ],
        "Map of the States": [
            Sample(
                "tinted",
                "state_map",
                {
                    "groups": {
                        "state": [
                            section("Ohio", "OH", news=9),
                            section("Texas", "TX", news=4),
                            section("Maine", "ME", news=1),
                            section("Utah", "UT"),
                        ],
                        "territory": [section("Guam", "GU")],
                    }
                },
            )
        ],
    }


def _rows() -> dict[str, list[Sample]]:
    return {
        "Row": [
            Sample(
                "plain", "row", {"entry": entry("Crisis stabilization units that accept people who have been drinking")}
            ),
            Sample(
                "new",
                "row",
                {"entry": entry("One screening form", days=1, teaser="Twelve questions, scored on one page.")},
            ),
            Sample(
                "pinned",
                "row",
                {
                    "entry": entry(
                        "Comments due on the block grant plan format",
                        type="announcement",
                        detail="",
                        section=None,
                        pinned_until=timezone.localdate() + dt.timedelta(days=9),
                    )
                },
            ),
            Sample(
                "restricted",
                "row",
                {"entry": entry("Notes from the November call", audience="|members|"), "tile": "date"},
            ),
            Sample("a long title", "row", {"entry": entry(LONG, section=section("New Hampshire", "NH"))}),
            Sample("a found word", "row", {"entry": entry("Bed registry for jails"), "words": "registry jail"}),
        ],
    }


def _dates() -> dict[str, list[Sample]]:
    hour = dt.timedelta(hours=1)
    ago, soon, later = -hour / 2, hour / 6, hour * 30
    return {
        "Date in a list": [
            Sample("to come", "date_row", {"occurrence": occurrence(later)}),
            Sample("today", "date_row", {"occurrence": occurrence(dt.timedelta(0))}),
            Sample("not yet certain", "date_row", {"occurrence": occurrence(later, "tentative")}),
            Sample("cancelled", "date_row", {"occurrence": occurrence(later, "cancelled")}),
        ],
        "Times": [
            Sample("in several zones", "times_table", {"date": span(later), "tz": EASTERN}),
        ],
        "Join block": [
            Sample("before", "join", {"page": call(), "date": span(later)}),
            Sample("15 minutes before", "join", {"page": call(), "date": span(soon)}),
            Sample("live", "join", {"page": call(), "date": span(ago)}),
            Sample("ended", "join", {"page": call(), "date": span(-2 * hour)}),
            Sample("cancelled", "join", {"page": call(status="cancelled"), "date": span(later)}),
        ],
    }


def _lists() -> dict[str, list[Sample]]:
    choices = [
        Choice(value, label, number, chosen, f"kind-{value}")
        for value, label, number, chosen in (
            ("tool", "Screening tool", 14, True),
            ("memo", "Policy memo", 9, False),
            ("report", "Report", 6, False),
            ("slides", "Slides", 3, False),
            ("budget", "Budget sheet", 1, False),
        )
    ]
    chosen = SimpleNamespace(active=True, query="bed registry", address="")
    pages = Paginator(range(100), 20)
    topics = ["Care planning", "Consent", "Crisis services", "Housing", "Jails and courts", "Training"]
    return {
        "Filter group": [
            Sample("one chosen, one folded", "filter_group", {"group": Group("kind", "Kind", "kinds", choices)})
        ],
        "Count": [
            Sample("narrowed", "count", {"total": 4, "of_total": 1284, "filterset": chosen}),
            Sample(
                "everything, with orders",
                "count",
                {
                    "total": 1284,
                    "of_total": 1284,
                    "filterset": SimpleNamespace(active=False, sort="newest"),
                    "sorts": [("newest", "Newest first"), ("title", "Title")],
                },
            ),
        ],
        "Chips": [Sample("two chosen", "chips", {"chips": [Chip("Screening tool", "?"), Chip("Texas", "?")]})],
        "No result": [Sample("in a section", "nothing_found", {"filterset": chosen, "section": section()})],
        "Index with leaders": [
            Sample(
                "three columns on a wide screen",
                "leaders",
                {"items": [{"slug": name, "name": name, "count": 7} for name in topics], "base": "/library/?topic="},
            )
        ],
        "To-do list": [
            Sample(
                "two things",
                "todo",
                {
                    "tasks": [
                        {"url": "#main", "text": "Review “Peer rates in Oregon”", "note": "Oregon · since Nov 19"},
                        {"url": "#main", "text": "Answer Jo Rivera, who asks to join Ohio", "note": "By Mon, Nov 30"},
                    ]
                },
            )
        ],
        "Follow": [
            Sample("not yet", "follow", {"kind": "section", "slug": "ohio", "name": "Ohio", "follows": False}),
            Sample("followed", "follow", {"kind": "section", "slug": "ohio", "name": "Ohio", "follows": True}),
        ],
        "Pages of a list": [
            Sample(
                "in the middle",
                "pager",
                {"page_obj": pages.page(3), "previous_address": "?page=2", "next_address": "?page=4"},
            ),
            Sample("the first", "pager", {"page_obj": pages.page(1), "next_address": "?page=2"}),
        ],
    }


def _search() -> dict[str, list[Sample]]:
    snippet = {
        "html": mark_safe("… at booking, ask about <mark>buprenorphine</mark> before the first night …"),
        "url": "#main",
    }
    asked = SimpleNamespace(words="bed registry")
    offered = [
        {"label": "Jails and courts", "what": "Topic"},
        {"label": "Jail screening, step by step", "what": "Report · Ohio"},
        {"label": "Jaime Rivera", "what": "Person · Nurse, County of Ross"},
    ]
    nowhere = [SectionPage(title="Ohio", slug=""), SectionPage(title="Peer support", slug="")]  # pressing sends nothing
    return {
        "Why it was found": [
            Sample("in a text", "snippet", {"snippet": {"html": snippet["html"]}}),
            Sample("in a file", "snippet", {"snippet": {**snippet, "source": "Intake guide", "place": "page 3"}}),
            Sample("in a recording", "snippet", {"snippet": {**snippet, "url": "?t=750", "place": "12:30"}}),
        ],
        "Search box": [
            Sample("of a section", "search_box", {"section": section()}),
            Sample("suggestions below it, the second turned to", "suggestions", {"suggestions": offered, "current": 2}),
        ],
        "Wish form": [
            Sample("of a member of one section", "search/wish", {"wishing": nowhere[:1], "filterset": asked}),
            Sample("of a member of two", "search/wish", {"wishing": nowhere, "filterset": asked}),
        ],
    }


def _session() -> dict[str, list[Sample]]:
    end = SimpleNamespace(session_end=SimpleNamespace(time=timezone.now() + dt.timedelta(minutes=30), moves=True))
    return {
        "End of a session": [
            Sample("soon", "session_end", {"state": "soon"}),
            Sample("soon, and nothing puts it off", "session_end", {"state": "last"}),
            Sample("over", "session_end", {"state": "over"}),
            Sample("below a long form, where no script runs", "signed_in_until", {"request": end}),
        ]
    }


def _forms() -> dict[str, list[Sample]]:
    return {
        "Fields": [Sample("to fill in", "form_fields", {"form": SampleForm(prefix="empty")})],
        "Fields with errors": [Sample("sent empty", "form_fields", {"form": SampleForm({}, prefix="sent")})],
    }
