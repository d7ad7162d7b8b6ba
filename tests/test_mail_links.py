"""Programs that guard mailboxes open every link of a mail, and so do people who only look: nothing may come of it.

Every mail of the site is made to happen (`tests.mails`), and each of its links is opened by GET and by HEAD, signed out and
as whom it was written to. Then the database is what it was.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.signals import template_rendered

from members.models import User
from tests.mails import FLOWS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Frames that others extend, and what is sent only where a setting that is off would be on.
NOT_SENT = {"mail/base.txt", "account/email/base_message.txt", "account/email/base_notification.txt"}
NOT_SENT |= {"wagtailadmin/notifications/base.txt"}
# A session is the reader's own, not what the link is about.
LEFT_OUT = {"django_session", "usersessions_usersession"}
LAST_HERE = {"active_at", "seen_at"}  # of a person: so is when they were here last
# Wagtail notes for whoever is signed in that they have a form of the admin open, and that they want no notice of comments.
OF_AN_EDITOR = ("wagtailadmin_editingsession", "wagtailcore_pagesubscription")
SIGNED_OUT = "signed out"
LINK = re.compile(r"https?://[^\s<>\"]+")


def links(message) -> list[str]:
    """The addresses of this site in a mail, as programs find them."""
    host = urlsplit(settings.SITE_URL).netloc
    found = [urlsplit(link.rstrip(".,)")) for link in LINK.findall(message.body)]
    return [f"{one.path or '/'}{f'?{one.query}' if one.query else ''}" for one in found if one.netloc == host]


def database() -> dict[str, list[str]]:
    """Every row of every table as it is stored, but for sessions."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.django_table_names(only_existing=True)) - LEFT_OUT:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            kept = [place for place, column in enumerate(cursor.description) if column[0] not in LAST_HERE]
            found[table] = sorted(repr([row[place] for place in kept]) for row in cursor.fetchall())
    return found


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted({*before[name]} ^ {*after[name]}) for name in before if before[name] != after[name]}


@pytest.mark.slow
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_opening_the_links_of_a_mail_changes_nothing(flow):
    flow()
    assert mail.outbox, "no mail was written"
    # Of many who get the same mail, one opens it.
    first = {message.subject: address for message in reversed(mail.outbox) for address in message.to}
    readers = [(SIGNED_OUT, Client())]
    for user in User.objects.filter(email__in=first.values(), is_active=True):
        client = Client()
        client.force_login(user)
        readers.append((user.email, client))
    opened = [(message, link) for message in mail.outbox for link in links(message)]
    assert opened, "no mail leads anywhere, not even to the site"
    messages = len(mail.outbox)
    for reader, client in readers:
        before = database()
        for link in sorted({link for message, link in opened if reader in (SIGNED_OUT, *message.to)}):
            for method in (client.get, client.head):
                response = method(link, follow=True)
                assert response.status_code in (200, 403, 404), f"{link} as {reader}"
        found = changed(before, database())
        for table in OF_AN_EDITOR if reader != SIGNED_OUT else ():
            found.pop(table, None)
        assert not found, "\n".join(f"{table}: {row[:300]}" for table, rows in found.items() for row in rows)
    assert len(mail.outbox) == messages, "opening a link sent a mail"


@pytest.mark.slow
def test_every_mail_that_the_site_can_send_is_among_them():
    rendered: set[str] = set()

    def note(sender, template, **kwargs) -> None:
        rendered.add(template.name)

    template_rendered.connect(note)
    try:
        for flow in FLOWS:
            cache.clear()
            with transaction.atomic():
                flow()
                transaction.set_rollback(True)
    finally:
        template_rendered.disconnect(note)
    found = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.txt")}
    mails = {
        name
        for name in found
        if name.startswith(("mail/", "account/email/", "wagtailadmin/notifications/"))
        and not name.endswith("_subject.txt")
    }
    assert mails - NOT_SENT - rendered == set(), "make these mails happen in tests/mails.py"


def test_the_comparison_sees_a_change():
    before = database()
    User.objects.filter(email="ohio-member@worksite.example").update(job_title="Changed")
    assert list(changed(before, database())) == ["members_user"]
