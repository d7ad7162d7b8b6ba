"""The table of who sees what: things with canary words, personas, surfaces.

Every thing carries a word of its own in its title, summary, body, file name and file content, and another one that
stands in its file alone. A surface is an address that anybody can ask for; `shows` says which things it is there to show,
`public_only` that it never varies by person. `test_access_matrix` asks every surface as every persona and looks for every
word; `test_search_rights` does so for those that a search engine answers, on each engine.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home.models import AnnouncementPage, Topic
from library.models import ResourceFile, ResourcePage
from members.models import Profile
from members.profiles.fields import Audience
from search import projection, spelling
from search.models import FileText
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

# What each persona may see of what is published.
SEES = {
    "visitor": {"public"},
    "pending": {"public"},
    "ohio-member": {"public", "members", "ohio"},
    "texas-member": {"public", "members", "texas"},
    "ohio-reviewer": {"public", "members", "ohio"},
    "ohio-editor": {"public", "members", "ohio"},
    "texas-editor": {"public", "members", "texas"},
    "ohio-lead": {"public", "members", "ohio"},
    "community-editor": {"public", "members"},
    "admin": {"public", "members", "ohio", "texas"},
    "declined": {"public"},
    "texas-lead": {"public", "members", "texas"},
}

MODELS = {
    "announcement": AnnouncementPage,
    "event": EventPage,
    "call": ConferenceCallPage,
    "webinar": WebinarPage,
    "resource": ResourcePage,
}


@dataclass
class Thing:
    """One page with its canary word, and who may see it: a level of `SEES`, or `nobody`."""

    word: str
    type: str
    place: str | None
    level: str
    page: Any = None
    document: Any = None
    image: Any = None  # a restricted one, on resources that are not public


@dataclass
class Told:
    """What a member in Ohio tells in one field of their profile, as a canary word, and who reads it (a level)."""

    word: str
    field: str
    level: str
    profile: Any


@dataclass
class Filed:
    """What stands in the file of a thing alone, as a canary word, and who reads it (a level)."""

    word: str
    level: str
    thing: Thing


@dataclass
class World:
    """Everything that the matrix looks for."""

    things: list[Thing] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    filed: list[Filed] = field(default_factory=list)

    def pick(self, **wanted: Any) -> list[Thing]:
        """The things with these attributes."""
        return [thing for thing in self.things if all(getattr(thing, name) == value for name, value in wanted.items())]


def make_world() -> World:
    """Each type at each level in Ohio and Texas and shared; and in Ohio a draft, an expired and a retired one."""
    world = World()
    for type_name in MODELS:
        for place, audience, level in (
            ("Ohio", "public", "public"),
            ("Ohio", "members", "members"),
            ("Ohio", "section", "ohio"),
            ("Texas", "section", "texas"),
            (None, "public", "public"),
            (None, "members", "members"),
        ):
            world.things.append(_make(len(world.things), type_name, place, audience, level))
        for state in ("draft", "expired", "retired"):
            world.things.append(_make(len(world.things), type_name, "Ohio", "public", "nobody", state))
    for level, audience in (
        ("public", Audience.PUBLIC),
        ("members", Audience.MEMBERS),
        ("ohio", Audience.SECTIONS),
        ("nobody", Audience.NOBODY),
    ):
        world.told += [*_tell(level, audience), _name(level, audience)]
    world.filed = [_file(thing) for thing in world.things]
    projection.refresh()
    spelling.learn()
    return world


# The fields of a profile that hold what somebody typed, each with what makes a word of it.
TELLS = {
    "email": "{}@agency.example",
    "job_title": "{}",
    "organization": "House {}",
    "pronouns": "{}",
    "asked_about": "Ask me about {}",
    "about": "I wrote {}",
    "links": "https://agency.example/{}",
    "phone": "555-0142-{}",
}


def _tell(level: str, audience: Audience) -> list[Told]:
    """Somebody in Ohio whose name is public and who shows all else to one audience."""
    words = {name: f"canary{name.replace('_', '')}for{level}x" for name in TELLS}
    texts = {name: text.format(words[name]) for name, text in TELLS.items()}
    account = {name: texts.pop(name) for name in ("job_title", "organization")}
    user = factories.user(texts.pop("email"), ("Ohio", "member"), first_name="Canary", last_name=level, **account)
    profile = Profile.objects.get(user=user)
    for name, text in texts.items():
        setattr(profile, name, text)
    profile.audiences = dict.fromkeys(TELLS, audience.value) | {"name": "public"}
    profile.save()
    return [Told(word, name, level, profile) for name, word in words.items()]


def _name(level: str, audience: Audience) -> Told:
    """Somebody in Ohio who shows their name to one audience."""
    word = f"canarynamefor{level}x"
    user = factories.user("", ("Ohio", "member"), first_name="Canary", last_name=word)
    profile = Profile.objects.get(user=user)
    profile.audiences = {"name": audience.value}
    profile.save()
    return Told(word, "name", level, profile)


def _file(thing: Thing) -> Filed:
    """The file of a thing, as it was read. That of a call is used in its notes, which only members read."""
    word = thing.word.replace("canary", "quill")
    part = {"place": "", "fragment": "", "headings": [], "text": f"Content {thing.word} {word}"}
    FileText.objects.filter(document=thing.document).update(status=FileText.Status.READ, parts=[part])
    projection.mark_stale([projection.page_key(thing.page.pk)])
    return Filed(word, "members" if is_call_of_anyone(thing) else thing.level, thing)


def _make(number: int, type_name: str, place: str | None, audience: str, level: str, state: str = "live") -> Thing:
    # Letters only, so that no slug, hash or number can hold it by accident.
    word = "canary" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03d}") + "x"
    thing = Thing(word, type_name, place, level)
    values: dict[str, Any] = {
        "title": f"Title {word}",
        "summary": f"Summary {word}",
        "audience": audience,
        "topics": [Topic.objects.get(slug="housing")],
    }
    thing.document = factories.document(f"File {word}", f"Content {word}".encode(), f"{word}.txt", place)
    link = f'<p>Body {word} <a linktype="document" id="{thing.document.pk}">file</a></p>'
    if type_name == "announcement":
        values["body"] = link
        if level != "nobody":
            values["urgent_from"] = timezone.now() - dt.timedelta(hours=1)
    elif type_name == "call":
        values |= {"notes": link, "passcode": f"Passcode {word}", "join_url": f"https://calls.example/{word}"}
    else:
        values["body"] = [("text", link)]
    if type_name == "resource" and audience != "public":
        thing.image = factories.image(f"Image {word}", restricted=True, place=place)
        values["body"].append(("image", {"image": thing.image, "alternative_text": f"Alternative {word}"}))
    if type_name == "resource":
        values["files"] = [ResourceFile(document=thing.document)]
    if type_name == "webinar":
        values |= {"slides": thing.document, "transcript": f"<p>Transcript {word}</p>"}
    thing.page = factories.page(MODELS[type_name], place, publish=state != "draft", **values)
    if state == "expired":
        type(thing.page).objects.filter(pk=thing.page.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
        thing.page = type(thing.page).objects.get(pk=thing.page.pk)
        thing.page.save_derived()
    elif state == "retired":
        thing.page.retired_at = timezone.now()
        thing.page.unpublish()
    return thing


@dataclass(frozen=True)
class Surface:
    """An address that can be asked for. `addresses` gives them for a world; `shows` picks what it is there to show."""

    name: str  # the URL name in the resolver, or a page type
    addresses: Callable[[World], list[str]]
    shows: Callable[[Thing], bool] = lambda thing: False
    public_only: bool = False
    pages: int = 3  # that are asked for
    shows_told: tuple[str, ...] = ()  # the fields of profiles that it is there to show
    shows_files: bool = False  # whether it is there to show what stands in files


def _fixed(*addresses: str) -> Callable[[World], list[str]]:
    return lambda world: list(addresses)


def _listing(slug: str, *types: str) -> list[Surface]:
    names = {"announcements": "AnnouncementIndexPage", "library": "LibraryPage", "webinars": "WebinarArchivePage"}
    name = names.get(slug, "CalendarPage")
    return [
        Surface(name, _fixed(f"/{slug}/"), lambda thing: thing.type in types),
        Surface(name, _fixed(f"/sections/ohio/{slug}/"), lambda thing: thing.type in types and thing.place == "Ohio"),
    ]


def _open_pages(type_name: str) -> Callable[[World], list[str]]:
    return lambda world: [thing.page.get_url() for thing in world.pick(type=type_name, level="public")]


def _misspelled(world: World) -> list[str]:
    return [f"/search/?q={thing.word[:-1]}z" for thing in world.pick(type="resource")]


def is_call_of_anyone(thing: Thing) -> bool:
    """Whether it is a call that anyone sees, whose file and notes are for members all the same."""
    return (thing.type, thing.level) == ("call", "public")


# The names of those that a search engine answers, in whole or (what is like a page) in part.
SEARCHED = {"search", "search_feed", *(model.__name__ for model in MODELS.values())}

SURFACES: list[Surface] = [
    Surface("HomePage", _fixed("/"), pages=1),
    Surface("SectionIndexPage", _fixed("/sections/"), pages=1),
    Surface("SectionPage", _fixed("/sections/ohio/", "/sections/texas/"), pages=1),
    Surface("StandardPage", _fixed("/about/", "/help/"), pages=1),
    *_listing("announcements", "announcement"),
    *_listing("library", "resource"),
    *_listing("webinars", "webinar"),
    *_listing("calendar", "event", "call"),
    Surface("people", _fixed("/people/", "/people/?state=ohio&q=canary")),
    Surface(
        "person",
        lambda world: sorted({told.profile.get_absolute_url() for told in world.told if told.field != "name"}),
        shows_told=tuple(TELLS),
        pages=1,
    ),
    *(Surface(model.__name__, _open_pages(name), pages=1) for name, model in MODELS.items()),  # with what is like them
    Surface(
        "search",
        _fixed("/search/?q=canar*", "/search/?q=canar*&section=texas"),
        lambda thing: True,
        shows_told=("name",),
    ),
    Surface("search", _fixed("/search/?q=quill*"), lambda thing: not is_call_of_anyone(thing), shows_files=True),
    Surface("search", _misspelled, pages=1),
    Surface("search", _fixed("/search/?q=canar*&type=resource&topic=housing"), lambda thing: thing.type == "resource"),
    Surface("search", _fixed("/search/?q=canery", "/search/?q=titel+canaryaaax&year=1999", "/search/?q=zzz&only=1")),
    Surface(
        "search_suggest",
        _fixed(
            *(
                f"/search/suggest/?q={word}"
                for word in ("c", "ca", "can", "canary", "title canary", "t", "tit", "su", "fil")
            )
        ),
        pages=1,
    ),
    Surface(
        "search_suggest",
        lambda world: [f"/search/suggest/?q={thing.word}" for thing in world.things],
        lambda thing: True,
        pages=1,
    ),
    Surface(
        "search_suggest",
        _fixed("/search/suggest/?q=canaryname", "/search/suggest/?q=canary+CANARYNAMEFO", "/search/suggest/?q=quill"),
        pages=1,
        shows_told=("name",),
    ),
    Surface(
        "search_feed",
        _fixed("/search/feed.atom?q=canar*", "/search/feed.atom"),
        lambda thing: True,
        public_only=True,
    ),
    Surface("search", _fixed("/search/?state=ohio"), lambda thing: thing.place == "Ohio"),
    Surface(
        "feed",
        _fixed("/feeds/all.atom"),
        lambda thing: thing.type in ("announcement", "resource", "webinar"),
        public_only=True,
    ),
    Surface("feed", _fixed("/feeds/ohio.atom", "/feeds/texas/resources.atom"), public_only=True),
    Surface(
        "calendar",
        _fixed("/calendars/all.ics"),
        lambda thing: thing.type in ("event", "call", "webinar"),
        public_only=True,
    ),
    Surface("calendar", _fixed("/calendars/ohio.ics"), public_only=True),
    Surface("sitemap", _fixed("/sitemap.xml"), lambda thing: False, public_only=True),
]

# Addresses that show no content of pages, with the reason. `account_`, `mfa_` and other names of allauth are known by
# their prefix; the admin (namespace `wagtailadmin` and Wagtail's other ones) has a walk of its own in test_rights.
WITHOUT_CONTENT = {
    "search_wish": "takes a wish and shows nothing; test_search_wishes",
    "robots": "what search engines leave alone",
    "livez": "whether the process answers",
    "readyz": "whether the site can do its work; test_readyz_says_what_is_wrong_to_administrators_only",
    "wagtail_serve": "the page types above",
    "wagtailcore_login": "leads to the sign-in page",
    "wagtailcore_authenticate_with_password": "Wagtail's page passwords, which are off: always 404",
    "django.views.generic.base.view": "leads to the sign-in page",
    "contact": "a form; test_each_reads_and_answers_what_is_theirs_and_nothing_else",
    "contact_sent": "a sentence",
    "rosters": "people, no pages; test_a_member_list_opens_for_those_who_look_after_the_place_alone",
    "roster": "the same",
    "roster_person": "the same",
    "roster_hand_over": "the same",
    "roster_export": "the same",
    "roster_appoint": "the same",
    "second_step": "a form of one's own; test_second_step",
    "my": "what waits for a person; test_my_worksite",
    "my_settings": "a person's own choices; test_my_worksite",
    "letter_stop": "a sentence, by a signed address; test_letters",
    "my_seen": "the same",
    "my_follow": "the same",
    "my_beginning": "the same",
    "session": "how long one's own session lasts; test_session_end",
    "session_back": "a sentence",
    "unsent": "what somebody typed, for themselves; test_what_somebody_typed_is_offered_to_nobody_else",
    "join": "a person's own requests; test_requests",
    "requests": "people, no pages; test_each_sees_and_answers_the_requests_of_their_own_section_alone",
    "request": "the same",
    "invite": "the same; test_invitations_open_for_those_who_look_after_the_section_alone",
    "invite_send": "the same",
    "invite_withdraw": "the same",
    "invitation": "a section's name, by a signed address; test_invitations",
    "person_photo": "no pages; test_a_photo_is_as_visible_as_its_field",
    "person_write": "a form; test_writing",
    "messages": "a person's own; test_writing",
    "message": "the same",
    "my_data": "a person's own; test_privacy",
    "my_delete": "the same",
    "my_consent": "the same",
    "my_profile": "a person's own; test_profile_form",
    "my_profile_preview": "the same",
    "file": "test_a_file_and_its_text_are_as_visible_as_the_pages_that_use_it",
    "search_click": "takes a count, gives nothing; test_an_opened_result_is_counted_for_its_words",
    "save_search": "leads back to a search; test_saved_searches",
    "saved_searches": "one's own searches; test_nobody_reads_changes_or_drops_the_saved_search_of_somebody_else",
    "change_search": "the same",
    "file_text": "test_a_file_and_its_text_are_as_visible_as_the_pages_that_use_it",
    "event_calendar": "test_the_calendar_file_of_an_event_is_as_visible_as_its_page",
    "styleguide": "made-up content alone; test_styleguide",
    "restricted_image": "test_a_restricted_image_is_as_visible_as_the_pages_that_use_it",
}
PREFIXES = {
    "account_": "allauth: a person's own account",
    "mfa_": "allauth: a person's own second factor",
    "usersessions_": "allauth: a person's own sessions",
}
