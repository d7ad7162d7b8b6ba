"""A search that one keeps is told of by mail: only what is new, only what one may see, never twice, never nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from members.models import Membership
from search.models import SavedSearch, ToldResult
from search.saved import keeping
from tests import factories, html
from tests.personas import person


def keep(client, address: str = "?q=jail", pace: str = "daily"):
    return client.post("/search/save/", {"address": address, "pace": pace}, follow=True)


def later(days: float):
    return time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False)


def test_a_mail_lists_exactly_the_new_results_that_the_person_may_see_and_each_once(as_persona, mailoutbox):
    factories.resource(title="Old jail form", audience="public")
    keep(as_persona("ohio-member"))
    with later(0.1):
        factories.resource(title="New jail form", audience="public", summary="For counties.")
        factories.resource("Ohio", title="Ohio jail memo", audience="section")
        factories.resource("Texas", title="Texas jail memo", audience="section")
        factories.resource(title="Something else", audience="public")
    with later(1.1):
        keeping.tell_due()
        keeping.tell_due()
    [message] = mailoutbox
    assert message.to == ["ohio-member@worksite.example"]
    assert message.subject == "2 new results: “jail”"
    assert "New jail form" in message.body
    assert "For counties." in message.body
    assert "Ohio jail memo" in message.body
    for other in ("Old jail form", "Texas jail memo", "Something else"):
        assert other not in message.body
    with later(2.2):
        keeping.tell_due()
    assert len(mailoutbox) == 1
    assert ToldResult.objects.count() == 2


def test_rights_are_those_of_the_moment_of_sending(as_persona, mailoutbox):
    keep(as_persona("ohio-member"))
    with later(0.1):
        factories.resource("Ohio", title="Ohio jail memo", audience="section")
    Membership.objects.get(user=person("ohio-member")).delete()
    with later(1.1):
        keeping.tell_due()
    assert mailoutbox == []


def test_a_crash_in_the_middle_tells_nothing_twice_and_loses_nothing(as_persona, mailoutbox, monkeypatch):
    keep(as_persona("ohio-member"))
    with later(0.1):
        factories.resource(title="New jail form", audience="public")
    whole = keeping.mail.send

    def crash(*args, **kwargs):
        raise OSError

    with later(1.1):
        monkeypatch.setattr(keeping.mail, "send", crash)
        with pytest.raises(OSError):  # noqa: PT011
            keeping.tell_due()
        assert not ToldResult.objects.exists()
        monkeypatch.setattr(keeping.mail, "send", whole)
        keeping.tell_due()
    assert len(mailoutbox) == 1


def test_who_has_left_gets_no_mail(as_persona, mailoutbox):
    keep(as_persona("ohio-member"))
    with later(0.1):
        factories.resource(title="New jail form", audience="public")
    user = person("ohio-member")
    user.is_active = False
    user.save()
    with later(1.1):
        keeping.tell_due()
    assert mailoutbox == []


def test_a_search_is_saved_from_the_page_listed_changed_and_dropped(as_persona):
    client = as_persona("ohio-member")
    assert "Save this search" in client.get("/search/?q=jail&state=ohio").content.decode()
    saved = keep(client, "?q=jail&state=ohio", "weekly").content.decode()
    assert "Saved: “jail”, Ohio." in saved
    keep(client, "?q=jail&state=ohio", "weekly")
    [row] = SavedSearch.objects.all()
    page = client.get("/my/searches/").content.decode()
    assert html.problems(page) == []
    assert 'href="/search/?q=jail&amp;state=ohio"' in page
    client.post(f"/my/searches/{row.pk}/", {"pace": "daily"})
    row.refresh_from_db()
    assert row.pace == "daily"
    assert client.post(f"/my/searches/{row.pk}/", {"pace": "hourly"}).status_code == 302
    client.post(f"/my/searches/{row.pk}/", {"drop": "1"})
    assert "You have no saved searches." in client.get("/my/searches/").content.decode()


def test_nobody_reads_changes_or_drops_the_saved_search_of_somebody_else(as_persona):
    keep(as_persona("ohio-member"))
    [row] = SavedSearch.objects.all()
    other = as_persona("texas-member")
    assert "jail" not in other.get("/my/searches/").content.decode()
    assert other.post(f"/my/searches/{row.pk}/", {"drop": "1"}).status_code == 404
    assert SavedSearch.objects.count() == 1


def test_a_visitor_is_led_to_sign_in_and_nothing_is_saved(as_persona):
    client = as_persona("visitor")
    assert client.post("/search/save/", {"address": "?q=jail"}).status_code == 302
    assert client.get("/my/searches/").status_code == 302
    assert "Save this search" not in client.get("/search/?q=jail").content.decode()
    assert not SavedSearch.objects.exists()


def test_one_more_than_may_be_kept_is_refused_in_a_sentence(as_persona, monkeypatch):
    monkeypatch.setattr("search.saved.keeping.MOST", 1)
    client = as_persona("ohio-member")
    keep(client, "?q=one")
    assert "Delete one first." in keep(client, "?q=two").content.decode()
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize("address", ["", "?", "?q=" + "x" * 5000, "?page=%00", "https://elsewhere.example/?q=a"])
def test_an_address_that_is_no_search_leads_nowhere_else(as_persona, address):
    answer = as_persona("ohio-member").post("/search/save/", {"address": address})
    assert answer["Location"].startswith("/search/")
