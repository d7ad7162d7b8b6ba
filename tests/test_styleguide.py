"""The living page of components, and what rows mark."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from home.models import Entry
from home.templatetags.row_tags import found
from styleguide.samples import samples
from tests import factories
from tests.html import problems, text_of
from tests.reading import main_of, words


def test_every_component_stands_there_in_every_state_as_a_valid_page(as_persona):
    response = as_persona("admin").get("/styleguide/")
    assert response.status_code == 200
    assert problems(response.content.decode()) == []
    main = main_of(response)
    headings = [text_of(heading) for heading in main.iter("h2")]
    states = [text_of(line) for line in main.iter("p") if line.get("class") == "eyebrow"]
    for name, shown in samples().items():
        assert name in headings
        for sample in shown:
            assert sample.state[0].upper() + sample.state[1:] in states
    for words_of_a_state in (
        "Join opens at",
        "You can join now.",
        "This call is on now",
        "This call is over.",
        "the call is cancelled",
        "4 things to fix",
        "Nothing matches “bed registry” in Ohio.",
        "4 items of 1,284",
        "Remove Screening tool",
        "In Intake guide, page 3",
        "Said at 12:30 in the recording",
        "Jail screening, step by step Report · Ohio",
        "Put “bed registry” under what Ohio is looking for",
        "because nothing has happened for a while.",
        "You are signed out",
    ):
        assert words_of_a_state in words(response)


def test_where_no_demonstration_is_allowed_only_administrators_open_it(as_persona, settings):
    settings.DEMONSTRATION = False
    assert as_persona("admin").get("/styleguide/").status_code == 200
    for name in ("visitor", "ohio-member", "ohio-lead", "community-editor"):
        assert as_persona(name).get("/styleguide/").status_code == 403, name


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Bed registry", "", "Bed registry"),
        ("Bed registry for jails", "JAIL bed", "<mark>Bed</mark> registry for <mark>jail</mark>s"),
        ("Costs & rates <b>", "rates &", "Costs <mark>&amp;</mark> <mark>rates</mark> &lt;b&gt;"),
        ("Care & amp", "amp", "Care &amp; <mark>amp</mark>"),
        ("What is (a) plan?", "(a) ?", "What is <mark>(a)</mark> plan<mark>?</mark>"),
        ("reentry", "re reentry", "<mark>reentry</mark>"),
    ],
)
def test_found_words_are_marked_and_nothing_else_is_changed(text, query, marked):
    assert found(text, query) == marked


def test_a_search_marks_its_words_in_titles(client):
    factories.resource(title="Registry of beds", audience="public")
    assert "<mark>Registry</mark> of beds" in client.get("/search/?q=registry").content.decode()


def test_what_was_published_this_week_is_called_new_but_not_in_a_list_of_what_is_new(as_persona):
    factories.announcement(title="Young", place="Ohio", audience="public")
    old = factories.announcement(title="Old", place="Ohio", audience="public")
    Entry.objects.filter(pk=old.pk).update(published_at=timezone.now() - dt.timedelta(days=8))
    rows = {
        text_of(row.find("div/h3")): text_of(row)
        for row in main_of(Client().get("/sections/ohio/")).iter("li")
        if row.get("class") == "row"
    }
    assert "New Announcement" in rows["Young"]
    assert "New" not in rows["Old"]
    member = words(as_persona("ohio-member").get("/"))
    assert "Young" in member
    assert "New Announcement" not in member
