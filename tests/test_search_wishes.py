"""A search that finds nothing becomes a wish of the member's section, and one mail when something published matches."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from home.models import SectionPage, Wish
from search import wishes
from search.models import Wanted
from tests import factories
from tests.personas import person
from tests.test_search_page import said

TICKED = {"q": "bed registry", "section": "ohio", "wish": "yes"}


def mails() -> list[tuple[str, str, str]]:
    return [(sent.to[0], sent.subject, sent.body) for sent in mail.outbox]


def test_a_member_wishes_for_what_nothing_matches_and_gets_one_mail_when_something_does(as_persona):
    member = as_persona("ohio-member")
    assert "Put “bed registry” under what Ohio is looking for" in said(member, "/search/?q=bed+registry")
    factories.resource(title="Beds", audience="public")
    assert "Put “bed registry” under" in said(member, "/search/?q=bed+registry")  # some of the words are not enough
    assert "Wish for it" not in said(member, "/search/?q=beds")
    answer = member.post("/search/wish/", TICKED, follow=True).content.decode()
    assert "It stands now under what Ohio is looking for." in answer
    assert "bed registry" in as_persona("visitor").get("/sections/ohio/").content.decode()
    wishes.answer()
    assert mails() == []
    factories.resource("Texas", title="A registry of beds", audience="public")
    factories.resource("Texas", title="Hidden bed registry", audience="section")
    wishes.answer()
    wishes.answer()
    [(recipient, subject, body)] = mails()
    assert (recipient, subject) == ("ohio-member@worksite.example", "Found: bed registry")
    assert "A registry of beds" in body
    assert "Hidden" not in body


def test_a_mail_goes_by_the_rights_of_the_day_it_is_written(as_persona):
    as_persona("ohio-member").post("/search/wish/", TICKED)
    factories.resource("Ohio", title="Bed registry", audience="section")
    user = person("ohio-member")
    user.memberships.update(active=False)
    wishes.answer()
    assert mails() == []
    user.memberships.update(active=True)
    wishes.answer()
    assert len(mails()) == 1


def test_what_was_there_before_answers_nothing(as_persona):
    factories.resource("Texas", title="Bed registry", audience="public")
    as_persona("ohio-member").post("/search/wish/", TICKED)
    Wanted.objects.update(asked_at=timezone.now() + dt.timedelta(seconds=1))
    wishes.answer()
    assert mails() == []


def test_the_same_wish_is_kept_once(as_persona):
    for typed in ("bed registry", "Bed  REGISTRY"):
        as_persona("ohio-member").post("/search/wish/", TICKED | {"q": typed})
    as_persona("ohio-editor").post("/search/wish/", TICKED)
    assert Wish.objects.filter(section__slug="ohio").count() == 1
    assert Wanted.objects.count() == 2


def test_a_draft_that_an_editor_has_begun_keeps_the_wish_and_stays_a_draft(as_persona):
    ohio = SectionPage.objects.get(slug="ohio")
    ohio.introduction = "Unfinished"
    ohio.save_revision()
    as_persona("ohio-member").post("/search/wish/", TICKED)
    ohio = SectionPage.objects.get(slug="ohio")
    assert ohio.introduction != "Unfinished"
    assert ohio.has_unpublished_changes
    assert ohio.wishes.get().text == "bed registry"
    ohio.get_latest_revision().publish()
    ohio = SectionPage.objects.get(slug="ohio")
    assert (ohio.introduction, ohio.wishes.get().text) == ("Unfinished", "bed registry")
    assert Wanted.objects.get().wish == ohio.wishes.get()


@pytest.mark.parametrize(
    ("name", "sent", "sentence"),
    [
        ("ohio-member", {"wish": ""}, "Tick the box first"),
        ("ohio-member", {"section": "texas"}, "Only members of a section"),
        ("pending", {}, "Only members of a section"),
        ("community-editor", {}, "Only members of a section"),
        ("ohio-member", {"q": "?!"}, "Say in a few words"),
    ],
)
def test_a_wish_that_cannot_be_kept_is_told_why(as_persona, name, sent, sentence):
    answer = as_persona(name).post("/search/wish/", TICKED | sent, follow=True)
    assert sentence in answer.content.decode()
    assert not Wish.objects.exists()


@pytest.mark.slow
def test_wishing_takes_signing_in_a_post_and_the_sites_own_form_and_ends_after_a_few_a_day(as_persona):
    assert as_persona("visitor").post("/search/wish/", TICKED).status_code == 302
    assert as_persona("ohio-member").get("/search/wish/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("ohio-member"))
    assert strict.post("/search/wish/", TICKED).status_code == 403
    assert not Wish.objects.exists()
    for number in range(7):
        as_persona("ohio-member").post("/search/wish/", TICKED | {"q": f"registry number {number}"})
    assert Wish.objects.count() == 5
    assert "Wish for it" not in said(as_persona("visitor"), "/search/?q=zzz")


def test_a_wish_of_a_year_ago_is_forgotten(as_persona):
    as_persona("ohio-member").post("/search/wish/", TICKED)
    Wanted.objects.update(asked_at=timezone.now() - dt.timedelta(days=366))
    wishes.answer()
    assert not Wanted.objects.exists()
