"""Suggestions while somebody types: within their rights, and by the keyboard alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendar_app.models import WebinarPage
from home.models import AccessRule, SectionPage, Topic
from members.models import Profile
from search import spelling
from search.engines import titles, titles_schema
from search.models import SearchDocument
from tests import content, factories
from tests.browser import browser_page
from tests.test_accessibility import found_by_axe, wider_than_the_screen

if TYPE_CHECKING:
    from django.test import Client


def offered(client: Client, typed: str) -> list[str]:
    answer = client.get("/search/suggest/", {"q": typed})
    assert answer.status_code == 200
    return [one["label"] for one in answer.json()["suggestions"]]


def test_sections_topics_and_titles_that_begin_like_what_was_typed_are_offered(client):
    factories.resource(title="Housing first", audience="public")
    factories.resource(title="A guide to housing", audience="public")
    factories.resource(title="Warehousing", audience="public")
    assert offered(client, "hous") == ["Housing", "Housing first", "A guide to housing"]
    assert offered(client, "oh") == ["Ohio"]
    assert offered(client, "guide hou") == ["A guide to housing"]
    assert "Privacy" in offered(client, "priv")
    assert offered(client, "h") == []
    assert offered(client, "") == []


@pytest.mark.slow
def test_what_is_hidden_is_offered_to_nobody_else_and_no_cache_keeps_what_members_get(as_persona):
    factories.resource(title="Zebra crossing", audience="section")
    factories.resource(title="Zebra draft", audience="public", publish=False)
    assert offered(as_persona("ohio-member"), "zeb") == ["Zebra crossing"]
    for name in ("visitor", "pending", "texas-member"):
        for typed in ("z", "ze", "zeb", "zebra cro"):
            assert offered(as_persona(name), typed) == []
    assert "no-store" in as_persona("ohio-member").get("/search/suggest/?q=zeb").headers["Cache-Control"]


def someone(first_name: str, last_name: str, **audiences: str):
    """A member in Ohio who shows these fields to these audiences."""
    user = factories.user("", ("Ohio", "member"), first_name=first_name, last_name=last_name, job_title="Nurse")
    profile = Profile.objects.get(user=user)
    profile.audiences = audiences
    profile.save()
    return user


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Jail screening in Ohio", "jail scr"),
        ("Jail screening in Ohio", "JAIL SCREENI"),
        ("Salud mental en prisión", "prisio"),
        ("Salud mental en prision", "PRISIÓ"),
        ("Co-occurring disorders", "co occ"),
        ("Co-occurring disorders", "co-occ"),
        ("O’Brien’s (short) “form”", "form"),
        ("Straße zur Hilfe", "hil"),
        ("9-8-8 for families", "9 8 8"),
    ],
)
def test_words_in_any_case_and_with_or_without_accents_the_last_one_unfinished_find_a_title(client, title, typed):
    factories.resource(title=title, audience="public")
    assert offered(client, typed) == [title]


def test_each_word_but_the_last_has_to_stand_there(client):
    factories.resource(title="Jail screening in Ohio", audience="public")
    for typed in ("jai scr", "prison scr", "jail in scre ohios"):
        assert offered(client, typed) == []


@pytest.mark.parametrize(
    "typed",
    ['"zebra', "zebra'", "ze* OR", "title:zebra", "-zebra", "zebra)", "ze\\", "NEAR(zebra", "=resource", "%_", "’’"],
)
def test_signs_are_no_language_of_the_index(client, typed):
    factories.resource(title="Zebra", audience="public")
    assert offered(client, typed) in ([], ["Zebra"])


def test_a_section_is_found_by_its_code_once(client):
    assert offered(client, "tx") == ["Texas"]
    SectionPage.objects.filter(code="ME").update(title="Me")
    SearchDocument.objects.filter(title="Maine").update(title="Me")
    assert offered(client, "me").count("Me") == 1


def test_a_title_that_was_changed_or_taken_down_is_not_offered_any_more(client):
    page = factories.resource(title="Zebra crossing", audience="public")
    page.title = "Giraffe crossing"
    page.save_revision().publish()
    assert offered(client, "zeb") == []
    assert offered(client, "gir") == ["Giraffe crossing"]
    page.unpublish()
    assert offered(client, "gir") == []
    other = factories.resource(title="Gnu", audience="public")
    SearchDocument.objects.filter(key=f"page:{other.pk}").update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert offered(client, "gnu") == []


def test_people_are_offered_as_far_as_their_profiles_allow(as_persona):
    someone("Zoë", "Marrow")
    someone("Zora", "Open", name="public", job_title="public")
    someone("Zoltan", "Near", name="sections")
    someone("Zola", "Hidden", name="nobody")
    inside = offered(as_persona("ohio-member"), "zo")
    assert inside == ["Zoë Marrow", "Zoltan Near", "Zora Open"]
    assert offered(as_persona("texas-member"), "zo") == ["Zoë Marrow", "Zora Open"]
    for name in ("visitor", "pending"):
        assert offered(as_persona(name), "zo") == ["Zora Open"]
    assert offered(as_persona("texas-member"), "marrow zoe") == ["Zoë Marrow"]
    [said] = as_persona("visitor").get("/search/suggest/?q=zora").json()["suggestions"]
    assert said["what"] == "Person · Nurse"
    assert as_persona("visitor").get(said["url"]).status_code == 200


def test_many_people_or_titles_leave_room_for_the_others(client):
    for number in range(8):
        someone("Zebulon", f"Person{number}", name="public")
        factories.resource(title=f"Zebra {number}", audience="public")
    assert [label.split()[0] for label in offered(client, "zeb")] == ["Zebra"] * 6 + ["Zebulon"] * 3


@pytest.mark.slow
def test_suggestions_cost_as_many_queries_for_many_as_for_one(as_persona):
    for name in ("visitor", "ohio-member"):
        client = as_persona(name)
        numbers = []
        for more in range(2):
            for number in range(1 + 9 * more):
                factories.resource(title=f"Zebra {number}", audience="public")
                someone("Zebulon", f"Person{number}", name="public")
            with CaptureQueriesContext(connection) as asked:
                assert offered(client, "zeb")
            numbers.append(len(asked))
        assert numbers[0] == numbers[1] <= 12


def test_the_index_of_titles_is_made_anew_with_what_is_there(client):
    """As an upgrade does it."""
    factories.resource(title="Zebra crossing", audience="public")
    factories.resource(title="Zebra draft", audience="public", publish=False)
    titles_schema.install(connection)
    assert offered(client, "zeb") == ["Zebra crossing"]
    rules = AccessRule.objects.values_list("pk", flat=True)
    assert [row.title for row in titles.begun(["zeb"], list(rules))] == ["Zebra crossing"]
    assert titles.begun(["zeb"], []) == titles.begun([], list(rules)) == []


# Whether the list that the script drew is the one of the style guide, but for what only the script needs.
SAME = """(list, html) => {
    const [drawn, shown] = [list.cloneNode(true), document.createElement("div")];
    shown.innerHTML = html;
    for (const one of [drawn, ...drawn.children]) {
        one.removeAttribute("id");
        one.removeAttribute("data-url");
    }
    drawn.normalize();
    return drawn.isEqualNode(shown.firstElementChild);
}"""


def the_component(client: Client, typed: str, *, current: int) -> str:
    """The component of the style guide with what is offered for these letters, without the space between its parts."""
    offers = client.get("/search/suggest/", {"q": typed}).json()["suggestions"]
    html = render_to_string("components/suggestions.html", {"suggestions": offers, "current": current})
    return re.sub(r">\s+<(?!span)", "><", html).strip()


@pytest.mark.browser
def test_who_types_faster_than_the_script_comes_is_offered_what_they_typed(client):
    factories.resource(title="Screening form", audience="public")
    with browser_page(client) as page:
        held: list[Any] = []
        page.route("**/suggest.js", lambda route: held.append(route))  # noqa: PLW0108 - the driver reads its signature
        page.goto("/")
        page.get_by_role("combobox", name="Search all States").focus()
        page.keyboard.type("screening fo")
        while not held:
            page.wait_for_timeout(50)
        assert page.get_by_role("option", name="Screening form").count() == 0
        held[0].fallback()
        page.get_by_role("option", name="Screening form").wait_for()


@pytest.mark.browser
def test_a_person_searches_with_the_keyboard_and_every_state_of_the_page_is_accessible(client):
    for number in range(3):
        factories.resource(
            title=f"Screening form {number}",
            summary="Ask twice.",
            topics=[Topic.objects.get(slug="housing")],
            audience="public",
        )
    webinar = content.full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 5))
    passage = SearchDocument.objects.get(key=f"page:{webinar.pk}").passages.filter(source="").last()
    spelling.learn()
    with browser_page(client, width=360) as page:
        problems = {}
        page.goto("/sections/ohio/")
        box = page.get_by_role("combobox", name="Search Ohio first")
        box.focus()
        page.keyboard.type("screening fo")
        page.get_by_role("option").first.wait_for()
        assert box.get_attribute("aria-expanded") == "true"
        assert page.get_by_role("status").filter(has_text="3 suggestions").count() == 1
        page.keyboard.press("ArrowDown")
        assert page.get_by_role("option", selected=True).inner_text().startswith("Screening form")
        assert box.get_attribute("aria-activedescendant")
        assert page.locator(".suggestions").evaluate(SAME, the_component(client, "screening fo", current=1))
        problems["suggestions"] = found_by_axe(page)
        problems["suggestions, wide"] = wider_than_the_screen(page)
        page.keyboard.press("Escape")
        assert box.get_attribute("aria-expanded") == "false"
        assert box.input_value() == "screening fo"
        page.keyboard.press("ArrowDown")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/library/screening-form*/")
        for address in (
            "/search/?q=scrrening",
            "/search/?q=zzz&type=event",
            "/search/?q=screening&section=ohio&kind=other",
        ):
            page.goto(address)
            problems[address] = found_by_axe(page)
            problems[f"{address}, wide"] = wider_than_the_screen(page)
        page.goto(f"{passage.url}#recording")
        second = passage.url.split("t=")[1]
        assert page.locator(".player source").get_attribute("src").endswith(f"#t={second}" if int(second) else "")
        assert page.locator(".transcript [aria-current]").count() == int(int(second) > 0)
    assert {where: what for where, what in problems.items() if what} == {}
