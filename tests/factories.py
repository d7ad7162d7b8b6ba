"""Makes pages, people and files for tests, through the same calls that the site uses.

A page made here is published as an editor would publish it (revision, references and row included): by `home.bulk`, whose
pages `tests/test_bulk.py` holds against those of the admin's form, for a fifth of the queries.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home import bulk
from home.models import AnnouncementPage, ContentPage, HomePage, SectionPage, SiteDocument, SiteImage, Topic, Wish
from library.models import ResourcePage
from members.models import Membership, User
from members.privacy import consent

if TYPE_CHECKING:
    from wagtail.models import Page

_numbers = itertools.count(1)

PASSWORD = "learning-community"
INDEX_OF: dict[type, str] = {
    AnnouncementPage: "announcements",
    EventPage: "calendar",
    ConferenceCallPage: "calendar",
    WebinarPage: "webinars",
    ResourcePage: "library",
}


def section(name: str) -> SectionPage:
    """A section of the test world, by its title (`Ohio`, `Texas`, `Maine`)."""
    return SectionPage.objects.get(title=name)


def index(model: type[ContentPage], place: str | None) -> Page:
    """The index page under which a content type stands, in a section or (None) in the whole community."""
    parent = section(place) if place else HomePage.objects.get()
    return parent.get_children().get(slug=INDEX_OF[model]).specific


def page(model: type[ContentPage], place: str | None = "Ohio", /, *, publish: bool = True, **values: Any) -> Any:
    """A content page. `place` is a section's title, or None for shared; many-to-many values are given as lists."""
    number = next(_numbers)
    values.setdefault("title", f"{model.__name__} {number}")
    if issubclass(model, EventPage):
        values.setdefault("start_date", timezone.localdate() + dt.timedelta(days=7))
        values.setdefault("start_time", dt.time(14, 0))
    several = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)}
    made = model(live=False, **values)
    for name, value in several.items():
        setattr(made, name, value)
    if publish:
        bulk.create(index(model, place), [made])
    else:
        index(model, place).add_child(instance=made)
        made.save_revision()
    return model.objects.get(pk=made.pk)


def announcement(place: str | None = "Ohio", **values: Any) -> AnnouncementPage:
    return page(AnnouncementPage, place, **values)


def event(place: str | None = "Ohio", **values: Any) -> EventPage:
    return page(EventPage, place, **values)


def call(place: str | None = "Ohio", **values: Any) -> ConferenceCallPage:
    return page(ConferenceCallPage, place, **values)


def webinar(place: str | None = "Ohio", **values: Any) -> WebinarPage:
    return page(WebinarPage, place, **values)


def resource(place: str | None = "Ohio", **values: Any) -> ResourcePage:
    """A resource; `files` takes ResourceFile objects, `links` ResourceLink objects."""
    return page(ResourcePage, place, **values)


def document(title: str = "A file", content: bytes = b"%PDF-1.4 a small file", name: str = "file.pdf", place=None):
    """A stored file in a place's collection."""
    owner = section(place) if place else HomePage.objects.get()
    made = SiteDocument(title=title, collection=owner.collection)
    made.file.save(name, ContentFile(content), save=False)
    made._set_document_file_metadata()
    made.save()
    return made


def image(title: str = "A picture", *, restricted: bool = False, place: str | None = None) -> SiteImage:
    """A small real PNG."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(buffer, "PNG")
    owner = section(place) if place else HomePage.objects.get()
    file = ImageFile(BytesIO(buffer.getvalue()), name="picture.png")
    return SiteImage.objects.create(
        title=title, description="A teal field", file=file, restricted=restricted, collection=owner.collection
    )


def user(email: str = "", *memberships: tuple[str | None, str], **values: Any) -> User:
    """A person with memberships given as (section title or None, role)."""
    made = User.objects.create_user(email or f"person-{next(_numbers)}@worksite.example", PASSWORD, **values)
    for place, role in memberships:
        Membership.objects.create(user=made, section=section(place) if place else None, role=role)
    consent.agree(made)
    return User.objects.get(pk=made.pk)


def furnish_ohio() -> SectionPage:
    """Give Ohio a contact, wishes, a library and dates, some of them closed, and its neighbors a date."""
    ohio = section("Ohio")
    ohio.contact_name, ohio.contact_email = "Joanne Kerrigan", "lead@ohio.example"
    ohio.introduction = "Screening at every door."
    ohio.wishes = [
        Wish(text="A form for booking officers", since=dt.date(2026, 3, 2)),
        Wish(text="A rate for peers", since=dt.date(2026, 1, 9), answered=dt.date(2026, 4, 1)),
    ]
    ohio.save_revision().publish()
    housing, financing = Topic.objects.get(slug="housing"), Topic.objects.get(slug="financing")
    for number in range(3):
        resource(title=f"Guide {number}", topics=[housing], audience="public")
    resource(title="Rates", topics=[housing, financing], audience="public")
    resource(title="Hidden guide", topics=[financing], audience="section")
    event(title="Next week", audience="public")
    event(title="Last week", audience="public", start_date=timezone.localdate() - dt.timedelta(days=7))
    event("Texas", title="In Texas", audience="public")
    event(None, title="For everyone", audience="public", start_date=timezone.localdate() + dt.timedelta(2))
    call(title="A closed call", audience="members")
    return ohio
