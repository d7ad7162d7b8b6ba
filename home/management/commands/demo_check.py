"""`manage.py demo_check`: opens the whole demonstration as everybody, and says what is wrong.

Every page, listing, feed, calendar and file, and every address that a page links to, as each persona. Wrong is: an error of
the server, an answer other than the audience rule's, a link that leads nowhere, HTML that a validator refuses. Of what is
made by one template from many rows (the choices of a listing, the markup of a page), each person sees the first few.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.models import Page

from home import access, feeds
from home.models import ContentPage, SectionPage, SiteDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

VISITOR = "visitor"
SIGN_IN = "/accounts/login/"
OWN = "/my/"  # a person's own room: the privacy page leads there, and visitors are asked to sign in first
# What is not followed: the admin and the account pages have tests of their own, files below these are served elsewhere.
NOT_FOLLOWED = ("/admin/", "/accounts/", "/static/", "/media/", "/django-admin/")
LINKS = re.compile(r"""(?:href|src)=["']([^"'#]+)""")
CHOICES = re.compile(r"""<input type="checkbox"[^>]* name="([^"]+)" value="([^"]+)\"""")
# Of one shape (`_shape`), so many addresses are validated as everybody together, and so many with choices followed by each.
VALIDATED, NARROWED = 12, 3
IDS = re.compile(r"""\sid=["']([^"']+)["']""")


@dataclass
class Check:
    """One run, as everybody or as some, on the whole site or below one address. `problems` fills up with sentences;
    `opened` counts answers."""

    people: tuple[str, ...] = ()
    below: str = "/"
    problems: list[str] = field(default_factory=list)
    opened: int = 0
    _validated: Counter = field(default_factory=Counter)
    _followed: Counter = field(default_factory=Counter)

    def run(self) -> Check:
        """Open everything as everybody."""
        people: dict[str, Any] = {VISITOR: AnonymousUser()}
        users = get_user_model().objects.order_by("pk")
        people |= {user.email.split("@")[0]: user for user in users if user.has_usable_password()}
        for name, user in people.items():
            if self.people and name not in self.people:
                continue
            client = Client(raise_request_exception=False)
            if user.is_authenticated:
                client.force_login(user)
            self._as(name, user, client)
        return self

    def _as(self, name: str, user: Any, client: Client) -> None:
        # Sections in which nothing was published show everybody the same: two see them all.
        thorough = name in (VISITOR, "admin")
        quiet = () if thorough else _quiet()
        expected = {
            address: status
            for address, status in _expected(user)
            if address.startswith(self.below) and not _below(address, quiet)
        }
        found: dict[str, str] = {}
        for address, status in expected.items():
            if self._seen_enough(name, address):
                continue
            for link in self._open(name, client, address, {status}):
                found.setdefault(link, address)
        for link in sorted(link for link in found.keys() - expected.keys() if link.startswith(self.below)):
            # What may not be seen is not linked to, so nothing that is linked to is refused, missing or asks to sign in.
            if not (_below(link, quiet) or self._seen_enough(name, link)):
                self._open(name, client, link, {200, 301, 302}, linked_from=found[link])

    def _seen_enough(self, name: str, address: str) -> bool:
        """Whether this person has followed enough addresses with choices of this shape; counts it if not."""
        if "?" not in address:
            return False
        self._followed[name, _shape(address)] += 1
        return self._followed[name, _shape(address)] > NARROWED

    def _open(self, name: str, client: Client, address: str, expected: set[int], linked_from: str = "") -> list[str]:
        response = client.get(address)
        self.opened += 1
        where = f"{address} as {name}" + (f" (linked from {linked_from})" if linked_from else "")
        if response.status_code not in expected:
            wanted = " or ".join(map(str, sorted(expected)))
            self.problems.append(f"{where}: {response.status_code} instead of {wanted}")
            return []
        if linked_from and not address.startswith(OWN) and response.get("Location", "").startswith(SIGN_IN):
            self.problems.append(f"{where}: asks to sign in")
            return []
        if response.streaming:
            # Read to its end: closed before, it would also close the connection of a transaction that goes on.
            for _ in response:
                pass
            return []
        if response.status_code in (301, 302) or not response.get("Content-Type", "").startswith("text/html"):
            return []
        body = response.content.decode()
        # A page says the same to most people: the visitor's and the administrator's are validated.
        if name in (VISITOR, "admin"):
            self._validated[name, _shape(address)] += 1
            if self._validated[name, _shape(address)] <= VALIDATED:
                self.problems += [f"{where}: {problem}" for problem in invalid(body)]
        if response.status_code != 200:
            return []
        links = [link for link in _links(body, address) if not link.startswith(NOT_FOLLOWED)]
        return links if "?" in address else links + _narrowed(body, address)


def _expected(user: Any) -> Iterator[tuple[str, int]]:
    """Every address that is known beforehand, with the answer that this person should get."""
    refused = 403 if user.is_authenticated else 302
    for page in Page.objects.filter(depth__gt=1).order_by("path").specific():
        address = page.get_url() or "/"
        shown = page.live and not (isinstance(page, ContentPage) and page.has_expired_by_now())
        status = (200 if access.can_see(user, page) else refused) if shown else 404
        yield address, status
        if hasattr(page, "uid"):
            yield reverse("event_calendar", args=[page.uid]), status
        if not isinstance(page, ContentPage) and hasattr(page, "lists"):
            yield f"{address}?q=care&sort=title&year=2026", 200
            yield f"{address}?page=2", 200
    for slug in [feeds.ALL, *SectionPage.objects.values_list("slug", flat=True)]:
        yield reverse("feed", args=[slug]), 200
        yield from ((reverse("feed", args=[slug, narrowed]), 200) for narrowed in feeds.NARROWED)
        yield reverse("calendar", args=[slug]), 200
    for document in SiteDocument.objects.order_by("pk"):
        yield document.url, 200 if access.can_see_file(user, document) else refused
    yield reverse("search"), 200
    yield f"{reverse('search')}?q=jail&state=ohio", 200
    yield reverse("sitemap"), 200
    # People are found through the directory: what its pages lead to is opened too.
    yield from ((f"{reverse('people')}{query}", 200) for query in ("", "?page=2", "?q=jo&role=lead"))


def _quiet() -> tuple[str, ...]:
    """The slugs of the sections without content."""
    busy = ContentPage.objects.exclude(section=None).values("section")
    return tuple(SectionPage.objects.exclude(pk__in=busy).values_list("slug", flat=True))


def _below(address: str, slugs: tuple[str, ...]) -> bool:
    """Whether an address is of one of these sections: a page, a feed or a calendar."""
    return any(part.split(".")[0] in slugs for part in address.partition("?")[0].split("/")[2:3])


def _shape(address: str) -> tuple[str, ...]:
    """What addresses of one kind share: `/sections/ohio/library/a/?q=b` and the like are all library, page, q."""
    path, _, query = address.partition("?")
    parts = path.strip("/").split("/")
    if parts[0] == "sections":
        parts = ["section", *parts[2:]] if len(parts) > 1 else parts
    if len(parts) > 1:
        parts[-1] = parts[-1] if parts[0] == "section" and len(parts) == 2 else "page"
    return (*parts, *sorted({choice.partition("=")[0] for choice in query.split("&")}))


def _links(body: str, address: str) -> list[str]:
    """Addresses of this site that a page leads to, without fragments, as the browser would read them."""
    found = []
    for link in LINKS.findall(body):
        parts = urlsplit(urljoin(f"http://testserver{address}", link.replace("&amp;", "&")))
        if parts.scheme == "http" and parts.netloc in ("testserver", "localhost:8000"):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def _narrowed(body: str, address: str) -> list[str]:
    """A listing's address with the first choice of each of its filters, and with all of these at once."""
    first: dict[str, str] = {}
    for name, value in CHOICES.findall(body):
        first.setdefault(name, value)
    choices = [{name: value} for name, value in first.items()]
    return [f"{address}?{urlencode(chosen)}" for chosen in [*choices, first] if chosen]


def invalid(body: str) -> list[str]:
    """What is wrong with a page: parse errors of the HTML standard, and ids that stand twice."""
    import html5lib

    parser = html5lib.HTMLParser()
    parser.parse(body)
    problems = [f"line {line}, {code} {data or ''}".strip() for (line, _), code, data in parser.errors[:3]]
    ids = IDS.findall(body)
    problems += [
        f"the id {value} stands {ids.count(value)} times" for value in sorted(set(ids)) if ids.count(value) > 1
    ]
    return problems


class Command(BaseCommand):
    """Runs the check on the present database."""

    help = "Open every page, listing, feed, calendar and file of the demonstration as every persona."

    def handle(self, *args, **options) -> None:
        """Print what is wrong; an error where anything is."""
        logging.disable(logging.WARNING)  # a line an answer would hide what is wrong
        try:
            with override_settings(ALLOWED_HOSTS=["*"]):
                check = Check().run()
        finally:
            logging.disable(logging.NOTSET)
        for problem in check.problems:
            self.stdout.write(problem)
        self.stdout.write(f"{check.opened} answers, {len(check.problems)} problems.")
        if check.problems:
            raise CommandError("The demonstration has problems.")
