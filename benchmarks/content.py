"""Fills a worksite with content of the usual mix, the same every time: run by `pages.py` in a process of its own."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from calendar_app.models import CalendarPage, ConferenceCallPage, EventPage, WebinarPage
from home import bulk, planner, setup
from home.models import (
    AnnouncementIndexPage,
    AnnouncementPage,
    HomePage,
    Population,
    SectionIndexPage,
    SectionPage,
    Setting,
    Topic,
)
from home.places import places
from library.models import LibraryPage, ResourceLink, ResourcePage, WebinarArchivePage
from members.models import Membership, User

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of a hundred pages: sixty resources, fifteen announcements, fifteen dates, ten webinars.
MIX = {ResourcePage: 60, AnnouncementPage: 15, EventPage: 8, ConferenceCallPage: 7, WebinarPage: 10}
YEARS = 4  # over which they were published
INDEX = {
    ResourcePage: LibraryPage,
    AnnouncementPage: AnnouncementIndexPage,
    EventPage: CalendarPage,
    ConferenceCallPage: CalendarPage,
    WebinarPage: WebinarArchivePage,
}
WORDS = (  # noqa: SIM905
    "screening jail county peer support crisis housing consent billing integrated recovery detox intake fidelity review "
    "training rural telehealth medication team plan measure outcome young adults court reentry funding block grant rate"
).split()


def fill(size: int) -> None:
    """Make the tree, an editor and a member of Ohio, and `size` content pages spread over all sections."""
    setup.set_up()
    for role in ("member", "editor"):
        user = User.objects.create_user(f"{role}@benchmark.example", None)
        Membership.objects.create(user=user, section=SectionPage.objects.get(code="OH"), role=role)
    luck, now = random.Random(1), timezone.now()  # noqa: S311
    for model, share in MIX.items():
        total = size * share // 100
        homes = list(INDEX[model].objects.all())
        for number, index in enumerate(homes):
            count = total // len(homes) + (number < total % len(homes))
            bulk.create(
                index,
                list(_pages(model, count, luck)),
                at=lambda _: now - dt.timedelta(days=luck.randint(0, YEARS * 365)),
            )
    planner.tell()


def _pages(model: type, count: int, luck: random.Random) -> Iterator[Any]:
    topics, settings, populations = (list(terms.objects.all()) for terms in (Topic, Setting, Population))
    for number in itertools.islice(itertools.count(1), count):
        title = " ".join(luck.sample(WORDS, 6)).capitalize()
        values: dict[str, Any] = {
            "title": f"{title} {number}",
            "summary": " ".join(luck.choices(WORDS, k=25)).capitalize() + ".",
            "audience": luck.choice(["public", "public", "public", "members"]),
        }
        if model is ResourcePage:
            values |= {
                "kind": luck.choice(ResourcePage.Kind.values),
                "year": luck.randint(2012, 2026),
                "source_state": luck.choice(places()).code,
                "publisher": "A State agency",
                "body": [("text", f"<p>{' '.join(luck.choices(WORDS, k=300))}</p>")],
            }
        elif model is AnnouncementPage:
            values |= {"body": f"<p>{' '.join(luck.choices(WORDS, k=200))}</p>"}
        else:
            day = timezone.localdate() + dt.timedelta(days=luck.randint(-400, 200))
            values |= {"start_date": day, "start_time": dt.time(luck.randint(9, 16))}
        page = model(**values)
        page.topics = luck.sample(topics, luck.randint(1, 3))
        if model is ResourcePage:
            page.settings = luck.sample(settings, luck.randint(0, 2))
            page.populations = luck.sample(populations, luck.randint(0, 2))
            page.links = [ResourceLink(url=f"https://library.example/{luck.randint(1, 10**9)}")]
        yield page


def addresses() -> dict[str, str]:
    """The pages that are measured, by name. One public page of each type, in Ohio."""
    ohio = SectionPage.objects.get(code="OH")

    def one(model: type) -> str:
        return model.objects.live().filter(section=ohio, audience="public").first().get_url()

    explorer = LibraryPage.objects.child_of(ohio).get().pk
    return {
        "home": HomePage.objects.get().get_url(),
        "sections": SectionIndexPage.objects.get().get_url(),
        "section": ohio.get_url(),
        "section library": f"{ohio.get_url()}library/",
        "community library": "/library/",
        "community library, filtered": "/library/?topic=housing&year=2024",
        "search": "/search/?q=jail",
        "resource": one(ResourcePage),
        "event": one(EventPage),
        "announcement": one(AnnouncementPage),
        "admin home": "/admin/",
        "explorer": f"/admin/pages/{explorer}/",
    }
