"""Listings: what they show, how their filters count, and that nothing typed into an address breaks them."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_app.models import EventPage
from home import access, bulk, planner
from home.filters import TYPES, FilterSet
from home.listings import FACETS_OF
from home.models import AnnouncementPage, Entry, Topic
from home.models.vocabularies import Population, Setting
from home.retirement import retire
from library.models import ResourcePage
from tests import factories
from tests.html import problems, text_of, tree_of
from tests.personas import person

if TYPE_CHECKING:
    from django.test import Client

LISTINGS = ["/announcements/", "/calendar/", "/library/", "/webinars/", "/search/"]


def topic(slug: str) -> Topic:
    return Topic.objects.get(slug=slug)


def tree(client: Client, address: str) -> Any:
    """The middle of a listing, once its HTML is found to be right."""
    response = client.get(address)
    assert response.status_code == 200, address
    body = response.content.decode()
    assert problems(body) == [], address
    return next(tree_of(body).iter("main"))


def titles(client: Client, address: str) -> list[str]:
    """The titles of the rows of one page."""
    return [text_of(part) for part in tree(client, address).iter() if part.get("class") == "row-title"]


def total(client: Client, address: str) -> str:
    """The heading with the count."""
    return next(text_of(part) for part in tree(client, address).iter("h2") if part.get("id") == "results")


def choices(client: Client, address: str) -> dict[tuple[str, str], tuple[int, bool]]:
    """Every checkbox: (facet, value) -> (its count, whether it is chosen)."""
    found = {}
    for option in tree(client, address).iter("div"):
        if option.get("class") == "fopt":
            box = option.find("input")
            count = next(part for part in option.iter("span") if part.get("class") == "count")
            found[box.get("name"), box.get("value")] = (int(text_of(count)), box.get("checked") is not None)
    return found


def chips(client: Client, address: str) -> dict[str, str]:
    """The choices that can be taken off: name -> address without it."""
    found = [part for part in tree(client, address).iter("ul") if part.get("class") == "chips"]
    return {
        text_of(link).removeprefix("Remove ").removesuffix(" ×"): link.get("href")
        for part in found
        for link in part.iter("a")
    }


@pytest.fixture
def library(django_db_setup):
    """Twelve resources of three places: public, for members, for one section."""
    housing, financing, training = topic("housing"), topic("financing"), topic("training")
    settings_, people = list(Setting.objects.all()[:2]), list(Population.objects.all()[:2])
    rows = [
        ("Ohio", "Jail screening form", [housing], "screening_tool", 2024, "OH", "public"),
        ("Ohio", "Jail budget", [financing], "budget", 2024, "OH", "public"),
        ("Ohio", "Rent guide", [housing, financing], "guide", 2025, "OH", "members"),
        ("Ohio", "Rate memo", [financing], "policy", 2025, "", "section"),
        ("Texas", "Texas jail report", [housing], "report", 2023, "TX", "public"),
        ("Texas", "Training slides", [training], "slides", 2025, "TX", "public"),
        ("Texas", "Texas memo", [training], "policy", None, "", "section"),
        (None, "Glossary", [], "guide", 2022, "", "public"),
        (None, "Charter", [training], "policy", 2024, "ME", "members"),
    ]
    return [
        factories.resource(
            place,
            title=title,
            topics=topics,
            kind=kind,
            year=year,
            source_state=source,
            audience=audience,
            settings=settings_[: number % 3],
            populations=people[number % 2 :],
            summary=f"About {'counties' if number % 2 else 'cities'}.",
        )
        for number, (place, title, topics, kind, year, source, audience) in enumerate(rows)
    ]


# Counts


@pytest.mark.slow
@pytest.mark.parametrize("name", ["visitor", "ohio-member", "texas-member"])
def test_the_count_beside_every_filter_is_the_length_of_the_list_behind_it(name, library, as_persona):
    client = as_persona(name)
    for start in ("/library/?", "/sections/ohio/library/?", "/library/?topic=housing&", "/search/?q=jail&kind=budget&"):
        chosen = dict(re.findall(r"(\w+)=([\w-]+)", start))
        found = choices(client, start.rstrip("?&"))
        assert found
        for (facet, value), (count, _) in found.items():
            # Without the facet's own choices: its values widen, so a count is what a value alone would give.
            others = {key: wanted for key, wanted in chosen.items() if key != facet}
            address = f"{start.split('?')[0]}?{urlencode({**others, facet: value})}"
            assert client.get(address).content.count(b'class="row-title"') == count, address


def test_several_values_of_one_facet_widen_and_several_facets_narrow(library, client):
    assert set(titles(client, "/library/?topic=housing")) == {"Jail screening form", "Texas jail report"}
    both = titles(client, "/library/?topic=housing&topic=training")
    assert set(both) == {"Jail screening form", "Texas jail report", "Training slides"}
    assert titles(client, "/library/?topic=housing&topic=training&source=TX&year=2025") == ["Training slides"]
    assert titles(client, "/library/?topic=housing&kind=budget") == []


def test_of_thousands_of_topics_the_most_used_are_offered_and_what_is_chosen(client):
    rare = [Topic.objects.create(name=f"Rare {number:03}") for number in range(130)]
    pages = [ResourcePage(title=f"Item {number:03}", audience="public") for number in range(130)]
    for page, term in zip(pages, rare, strict=True):
        page.topics = [topic("housing"), term]
    bulk.create(factories.index(ResourcePage, "Ohio"), pages)
    page = client.get("/library/?topic=rare-129").content.decode()
    assert "The 100 most used of 131 topics" in page
    offered = re.findall(r'name="topic" value="([a-z0-9-]+)"( checked)?', page)
    assert ("housing", "") in offered
    assert ("rare-129", " checked") in offered
    assert len(offered) == 101


def test_hidden_items_change_no_count_and_no_choice(client):
    factories.resource(title="Open", topics=[topic("housing")], kind="guide", year=2024, audience="public")
    before = choices(client, "/library/"), total(client, "/library/"), titles(client, "/library/")
    values = {"topics": [topic("housing"), topic("training")], "kind": "report", "year": 1999}
    for audience in ("members", "section"):
        factories.resource(audience=audience, **values)
    factories.resource(audience="public", publish=False, **values)
    retire(factories.resource(audience="public", **values), None)
    gone = factories.resource(audience="public", **values)
    ResourcePage.objects.filter(pk=gone.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    ResourcePage.objects.get(pk=gone.pk).save_derived()
    assert (choices(client, "/library/"), total(client, "/library/"), titles(client, "/library/")) == before


def test_a_choice_that_finds_nothing_stands_with_its_zero_so_that_it_can_be_taken_off(library, client):
    found = choices(client, "/library/?topic=housing&kind=budget")
    assert found["topic", "housing"] == (0, True)
    assert found["kind", "budget"] == (0, True)
    assert ("kind", "slides") not in found


def test_the_root_offers_sections_and_a_section_does_not(library, client):
    found = choices(client, "/library/")
    assert found["state", "ohio"] == (2, False)
    assert found["state", "texas"] == (2, False)
    assert set(titles(client, "/library/?state=texas")) == {"Texas jail report", "Training slides"}
    assert not [key for key in choices(client, "/sections/ohio/library/") if key[0] == "state"]


def test_what_is_also_listed_elsewhere_stands_in_both_sections(as_persona):
    factories.resource("Ohio", title="Lent", audience="section", also_in=[factories.section("Texas")])
    for name, address in (("ohio-member", "/sections/ohio/library/"), ("texas-member", "/sections/texas/library/")):
        assert titles(as_persona(name), address) == ["Lent"]
    assert titles(as_persona("texas-member"), "/library/?state=texas") == ["Lent"]
    assert titles(as_persona("visitor"), "/sections/texas/library/") == []


# Words, chips, order, pages


def test_words_are_looked_for_in_title_and_summary(library, client):
    assert set(titles(client, "/library/?q=JAIL")) == {"Jail screening form", "Jail budget", "Texas jail report"}
    assert titles(client, "/library/?q=jail+counties") == ["Jail budget"]
    assert titles(client, "/search/?q=memo&type=resource") == []
    assert total(client, "/library/?q=jail") == "3 items of 5"
    assert total(client, "/library/?q=budget") == "1 item of 5"
    assert titles(client, "/library/?q=100%25") == []


def test_each_chip_leads_to_the_list_without_it(library, client):
    found = chips(client, "/library/?q=jail&topic=housing&source=TX&sort=title")
    assert set(found) == {"“jail”", "Housing", "Texas"}
    assert found["“jail”"] == "?topic=housing&source=TX&sort=title"
    assert found["Housing"] == "?q=jail&source=TX&sort=title"
    assert set(titles(client, f"/library/{found['Texas']}")) == {"Jail screening form", "Texas jail report"}


def test_the_order_is_newest_oldest_or_by_title(library, client):
    newest = titles(client, "/library/")
    assert newest == ["Glossary", "Training slides", "Texas jail report", "Jail budget", "Jail screening form"]
    assert titles(client, "/library/?sort=oldest") == newest[::-1]
    assert titles(client, "/library/?sort=title") == sorted(newest)
    assert titles(client, "/library/?sort=-pk;drop") == newest


def test_pinned_announcements_stand_first_until_their_day_is_over(client):
    today = timezone.localdate()
    factories.announcement(title="Pinned", audience="public", pinned_until=today)
    factories.announcement(title="Was pinned", audience="public", pinned_until=today - dt.timedelta(days=1))
    factories.announcement(title="Newest", audience="public")
    assert titles(client, "/announcements/") == ["Pinned", "Newest", "Was pinned"]
    assert titles(client, "/announcements/?sort=oldest") == ["Pinned", "Was pinned", "Newest"]


def test_the_pager_leads_through_every_item_once_and_keeps_the_filters(client):
    pages = [ResourcePage(title=f"Item {number:02}", kind="guide") for number in range(45)]
    bulk.create(factories.index(ResourcePage, "Ohio"), pages)
    factories.resource(title="Item of another kind", kind="report", audience="public")
    address, seen = "?kind=guide&sort=title", []
    while address:
        middle = tree(client, f"/library/{address}")
        seen.append(titles(client, f"/library/{address}"))
        address = next((link.get("href") for link in middle.iter("a") if link.get("rel") == "next"), None)
    assert [len(page) for page in seen] == [20, 20, 5]
    assert sum(seen, []) == [f"Item {number:02}" for number in range(45)]  # noqa: RUF017
    assert "Page 3 of 3" in text_of(middle)
    back = next(link.get("href") for link in middle.iter("a") if link.get("rel") == "prev")
    assert back == "?kind=guide&sort=title&page=2"
    assert total(client, "/library/?kind=guide") == "45 items of 46"


# What nobody should type


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=0",
        "page=999999999999999999999",
        "page=last",
        "page=%00",
        "q=%00",
        "q=%00jail%00&topic=%00",
        "topic=" + "x" * 3000,
        "topic=no-such-topic&year=abc&kind=&state=nowhere&source=ZZ",
        "year=99999999999999999999",
        "q=" + "word+" * 400,
        "q=%F0%9F%98%80%ED%A0%80&sort=%00&when=%00",
        "q=%25_%5C%27%22--",
        "&".join(f"topic=t{number}" for number in range(100)),
        "when=yesterday",
    ],
)
def test_values_that_make_no_sense_are_harmless(query, client):
    factories.resource(audience="public", topics=[topic("housing")])
    for address in LISTINGS:
        assert client.get(f"{address}?{query}").status_code == 200, address
    tree(client, f"/library/?{query}")


NAMES = st.sampled_from(
    ["q", "topic", "kind", "year", "state", "type", "source", "setting", "sort", "page", "when", "x"]
)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    address=st.sampled_from(LISTINGS),
    pairs=st.lists(st.tuples(NAMES, st.text(max_size=40) | st.integers().map(str)), max_size=8),
)
def test_no_query_string_breaks_a_listing(address, pairs, client):
    text = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs])
    assert client.get(f"{address}?{text}").status_code == 200


# Nothing there


def test_an_empty_listing_says_so_and_an_empty_result_says_what_to_do(as_persona):
    client = as_persona("visitor")
    empty = text_of(tree(client, "/library/"))
    assert "Nothing has been shared here yet. Good first things: the screening form you use" in empty
    assert "Members may see more. Sign in to look." in empty
    assert "Ohio has not shared anything here yet." in text_of(tree(client, "/sections/ohio/library/"))
    member = text_of(tree(as_persona("ohio-member"), "/sections/ohio/library/"))
    assert "Good first things: the screening form you use" in member
    assert "No dates in Ohio yet." in text_of(tree(client, "/sections/ohio/calendar/"))
    factories.resource(audience="public")
    middle = tree(client, "/sections/ohio/library/?q=bed+registry")
    assert "Nothing matches “bed registry” in Ohio. Search all States" in text_of(middle)
    assert {"/search/?q=bed+registry", "/contact/?section=ohio"} <= {link.get("href") for link in middle.iter("a")}
    nowhere = text_of(tree(client, "/search/?q=zzz"))
    assert "Nothing matches “zzz”. Try fewer words, remove a filter, or tell us you are looking for it" in nowhere


def test_an_empty_calendar_of_a_section_names_the_next_date_for_all(client):
    event = factories.event(None, audience="public")
    middle = tree(client, "/sections/ohio/calendar/")
    assert "No dates in Ohio yet. Next for every State:" in text_of(middle)
    assert event.url in [link.get("href") for link in middle.iter("a")]


# Calendar and webinars


def test_the_calendar_shows_dates_to_come_soonest_first_and_past_ones_on_request(client):
    today = timezone.localdate()
    for days in (9, 2, -2, -9, 5):
        model = factories.call if days == 5 else factories.event
        model(title=f"In {days} days", audience="public", start_date=today + dt.timedelta(days=days))
    factories.webinar(title="A webinar", audience="public", start_date=today + dt.timedelta(days=3))
    assert titles(client, "/calendar/") == ["In 2 days", "A webinar", "In 5 days", "In 9 days"]
    assert titles(client, "/calendar/?when=past") == ["In -2 days", "In -9 days"]
    assert total(client, "/calendar/") == "4 items"
    for address in ("/calendar/", "/calendar/?when=past"):
        counted = sum(count for (facet, _), (count, _) in choices(client, address).items() if facet == "kind")
        assert counted == len(titles(client, address))
    assert titles(client, "/calendar/?kind=event&when=past") == ["In -2 days", "In -9 days"]


def test_the_calendar_offers_no_order_but_that_of_time(client):
    factories.event(title="B soon", audience="public", start_date=timezone.localdate() + dt.timedelta(days=1))
    factories.event(title="A later", audience="public")
    assert tree(client, "/calendar/").find(".//select") is None
    assert titles(client, "/calendar/?sort=title") == ["B soon", "A later"]


def test_past_dates_stay_past_when_a_filter_is_sent(client):
    factories.event(audience="public", start_date=timezone.localdate() - dt.timedelta(days=3))
    form = next(form for form in tree(client, "/calendar/?when=past").iter("form"))
    hidden = {part.get("name"): part.get("value") for part in form.iter("input") if part.get("type") == "hidden"}
    assert hidden == {"when": "past"}


def test_an_event_that_is_on_now_is_still_to_come(client):
    now = timezone.localtime()
    start = now - dt.timedelta(minutes=30)
    factories.event(
        title="On now",
        audience="public",
        start_date=start.date(),
        start_time=start.time().replace(second=0, microsecond=0),
    )
    assert EventPage.objects.get(title="On now").tz == timezone.get_current_timezone_name()
    assert titles(client, "/calendar/") == ["On now"]


def test_the_webinar_archive_shows_what_comes_and_then_what_was_held(client):
    today = timezone.localdate()
    for days in (-9, 9, -2, 2):
        factories.webinar(
            title=f"In {days} days",
            audience="public",
            start_date=today + dt.timedelta(days=days),
            transcript="<p>Words</p>" if days < 0 else "",
        )
    assert titles(client, "/webinars/") == ["In 2 days", "In 9 days", "In -2 days", "In -9 days"]
    text = text_of(tree(client, "/webinars/"))
    assert "Webinar · Ohio · on" in text
    assert "Webinar · Ohio · held" in text
    assert "· Transcript" in text


# Sitemap


def test_the_sitemap_names_what_anyone_may_see_and_nothing_else(as_persona):
    shown = [factories.resource(audience="public"), factories.event(None, audience="public")]
    hidden = [factories.resource(audience=audience) for audience in ("members", "section")]
    hidden += [factories.resource(audience="public", publish=False)]
    for name in ("visitor", "ohio-member", "admin"):
        response = as_persona(name).get("/sitemap.xml")
        found = [part.text or "" for part in ET.fromstring(response.content).iter() if part.tag.endswith("loc")]
        paths = [re.sub(r"^https?://[^/]+", "", address) for address in found]
        assert {page.url for page in shown} <= set(paths)
        assert not {page.get_url() for page in hidden} & set(paths)
        assert {"/", "/sections/", "/sections/ohio/", "/sections/ohio/library/", "/about/"} <= set(paths)
        assert len(paths) == len(set(paths))


# Counts, tried at random


@pytest.fixture
def everything(django_db_setup):
    """A hundred things of three types at every level, each with terms of its own choosing; some past their expiry."""
    luck = random.Random(7)
    topics, settings_, people = (list(terms.objects.all()[:5]) for terms in (Topic, Setting, Population))
    pages = []
    for model, place in itertools.product(
        (AnnouncementPage, EventPage, ResourcePage), ("Ohio", "Texas", "Maine", None)
    ):
        made = []
        for number in range(16 if model is ResourcePage else 5):
            values: dict[str, Any] = {
                "title": f"{luck.choice(['Jail', 'Peer'])} {luck.choice(['form', 'memo'])} {number}",
                "audience": luck.choice(["public", "members", "section"] if place else ["public", "members"]),
                "topics": luck.sample(topics, luck.randint(0, 3)),
                "also_in": [factories.section("Maine")] * (place in ("Ohio", "Texas") and luck.random() < 0.3),
                "expire_at": timezone.now() - dt.timedelta(minutes=1) if luck.random() < 0.1 else None,
            }
            if model is EventPage:
                values["start_date"] = timezone.localdate()
            if model is ResourcePage:
                values |= {
                    "kind": luck.choice(ResourcePage.Kind.values[:4]),
                    "year": luck.choice([None, 2023, 2024, 2025]),
                    "source_state": luck.choice(["", "OH", "TX"]),
                    "settings": luck.sample(settings_, luck.randint(0, 2)),
                    "populations": luck.sample(people, luck.randint(0, 2)),
                }
            several = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)}
            page = model(**values)
            for name, value in several.items():
                setattr(page, name, value)
            made.append(page)
        pages += bulk.create(factories.index(model, place), made)
    planner.tell()
    return pages


OFFERED = {
    "library": (("resource",), [*FACETS_OF["resource"], "state"]),
    "announcements": (("announcement",), [*FACETS_OF["announcement"], "state"]),
    "everything": (tuple(TYPES), ["type", "state", "topic", "kind", "setting", "population", "source", "year"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["visitor", "ohio-member", "texas-member", "admin"])
@pytest.mark.parametrize("where", list(OFFERED))
def test_whatever_is_chosen_each_count_is_what_its_value_alone_would_find(where, name, everything):
    types, offered = OFFERED[where]
    user, luck = person(name), random.Random(f"{where} {name}")
    seen = [page for page in everything if page.type_name in types and access.can_see(user, page)]
    values = {page.pk: page.entry_facets() | {("type", page.type_name)} for page in everything}
    known = sorted({pair for pairs in values.values() for pair in pairs if pair[0] in offered})
    for _ in range(25):
        chosen: dict[str, list[str]] = {}
        for facet, value in luck.sample(known, luck.randint(0, 4)):
            chosen.setdefault(facet, []).append(value)
        word = luck.choice(["", "", "jail", "memo"])
        data = QueryDict(urlencode({"q": word, **chosen}, doseq=True))
        base = Entry.objects.visible_to(user).of_type(*types)
        groups = FilterSet(data, base, user=user, types=types, facets=offered).groups()

        def found(facet, value, word=word, chosen=chosen):
            wanted = {**chosen, facet: [value]}
            return sum(
                word in page.title.lower()
                and all(any((key, one) in values[page.pk] for one in several) for key, several in wanted.items())
                for page in seen
            )

        shown = {
            (group.name, choice.value): (choice.count, choice.chosen) for group in groups for choice in group.choices
        }
        expected = {pair: (found(*pair), pair[1] in chosen.get(pair[0], [])) for pair in known}
        assert shown == {pair: both for pair, both in expected.items() if any(both)}, (chosen, word)


@pytest.mark.parametrize(
    "asked", ["", "q=jail", "topic=housing", "topic=housing&kind=guide&year=2024&state=ohio&q=memo"]
)
def test_all_counts_together_take_one_query_or_two_and_their_names_one(
    asked, everything, django_assert_max_num_queries
):
    for types, offered in OFFERED.values():
        base = Entry.objects.visible_to(person("visitor")).of_type(*types)
        filterset = FilterSet(QueryDict(asked), base, user=person("visitor"), types=types, facets=offered)
        with django_assert_max_num_queries(3) as queries:
            assert filterset.groups()
        assert sum("COUNT(" in query["sql"] for query in queries.captured_queries) == 1


def test_four_values_stand_open_and_all_of_them_behind_one_word(client):
    for year in range(2015, 2022):
        factories.resource(audience="public", year=year)
    group = next(part for part in tree(client, "/library/?year=2016").iter("fieldset") if "Year" in text_of(part))
    folded = group.find(".//details")
    assert text_of(folded.find("summary")) == "All 7 years"
    assert [box.get("value") for box in folded.iter("input")] == ["2017", "2015"]
    boxes = [(box.get("value"), box.get("checked") is not None) for box in group.iter("input")]
    assert [value for value, _ in boxes] == ["2021", "2020", "2019", "2018", "2016", "2017", "2015"]
    assert [value for value, checked in boxes if checked] == ["2016"]
    assert "2014" not in text_of(group)
