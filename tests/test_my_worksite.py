"""My worksite: what is new since the last visit, what waits, the home State, settings, following, a new member's path."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home import terms
from home.models import Entry, Topic
from members import following
from members.models import Beginning, Follow, Membership, User
from members.my import rooms
from tests import factories
from tests.personas import PERSONAS, person
from tests.reading import block, links_of, titles_of, words

NOW = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)  # a Tuesday, 10 a.m. Eastern


@pytest.fixture(autouse=True)
def _visits():
    """Visits are noted here."""


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def published(when: dt.datetime, place: str | None = "Ohio", **values):
    page = factories.announcement(place, **{"audience": "members"} | values)
    Entry.objects.filter(pk=page.pk).update(published_at=when)
    return page


def visit(client: Client, when: dt.datetime, path: str = "/"):
    with time_machine.travel(when, tick=False):
        return client.get(path)


def marker(name: str = "ohio-member") -> dt.datetime | None:
    return person(name).seen_at


def test_the_marker_moves_when_somebody_comes_back_after_half_an_hour_and_not_before(as_persona):
    client = as_persona("ohio-member")
    visit(client, NOW)
    visit(client, NOW + minutes(20), "/library/")
    visit(client, NOW + minutes(49))  # 29 minutes away
    assert marker() is None
    last = NOW + minutes(60)
    published(last + minutes(5), title="While away")
    published(last - minutes(5), title="Before that")
    visit(client, last)
    home = visit(client, last + minutes(31))
    assert marker() == last
    assert titles_of(home) == ["While away"]
    assert "1 new item, 1 of them from Ohio." in words(home)
    again = visit(client, last + minutes(45))
    assert titles_of(again) == titles_of(home)
    assert marker() == last


def test_whoever_was_never_here_reads_the_news_of_a_week(as_persona):
    published(timezone.now() - dt.timedelta(days=6), title="This week")
    published(timezone.now() - dt.timedelta(days=8), title="Older")
    home = as_persona("ohio-member").get("/")
    assert titles_of(home) == ["This week"]
    assert "your last visit" not in words(home)


def test_mark_all_as_seen_moves_the_marker_at_once_and_a_get_does_not(as_persona):
    client = as_persona("ohio-member")
    visit(client, NOW)
    published(NOW + minutes(10), title="News")
    assert titles_of(visit(client, NOW + minutes(60))) == ["News"]
    with time_machine.travel(NOW + minutes(61), tick=False):
        assert client.get("/my/seen/").status_code == 405
        assert client.post("/my/seen/").url == "/"
    home = visit(client, NOW + minutes(62))
    assert titles_of(home) == []
    assert "Since 11:01 a.m. today" in words(home).replace("\u00a0", " ")
    assert "Nothing new since 11:01 a.m. today." in words(home).replace("\u00a0", " ")


def test_the_days_stay_selectable_by_an_address_that_can_be_shared(as_persona):
    client = as_persona("ohio-member")
    visit(client, NOW)
    published(NOW - dt.timedelta(days=3), title="Three days")
    published(NOW - dt.timedelta(days=20), title="Twenty days")
    now = NOW + minutes(60)
    assert titles_of(visit(client, now)) == []
    assert titles_of(visit(client, now, "/?days=7")) == ["Three days"]
    assert titles_of(visit(client, now, "/?days=30")) == ["Three days", "Twenty days"]
    assert {"/?days=7", "/?days=30"} <= set(links_of(visit(client, now)))
    assert titles_of(visit(client, now, "/?days=x")) == []
    assert "Mark all as seen" not in words(visit(client, now, "/?days=7"))


def test_a_visit_costs_one_narrow_write_a_minute_at_most(as_persona):
    client = as_persona("ohio-member")

    def writes(when: dt.datetime, method: str = "get") -> int:
        with time_machine.travel(when, tick=False), CaptureQueriesContext(connection) as asked:
            getattr(client, method)("/about/")
        return sum(query["sql"].startswith(("UPDATE", "INSERT", "DELETE")) for query in asked)

    visit(client, NOW, "/about/")  # the first look at a fresh site also makes the row of its settings
    assert writes(NOW + minutes(2)) == 1
    assert writes(NOW + minutes(2) + dt.timedelta(seconds=59)) == 0
    assert writes(NOW + minutes(5), "head") == 0
    assert writes(NOW + minutes(5)) == 1
    assert person("ohio-member").active_at == NOW + minutes(5)


def test_what_nobody_has_to_know_is_not_written_of_visitors(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/about/")
    assert not [query for query in asked if "active_at" in query["sql"]]


def test_the_home_state_comes_first_and_is_chosen_in_the_settings():
    user = factories.user("two@agency.example", ("Texas", "member"), ("Maine", "member"), ("Ohio", "member"))
    client = Client()
    client.force_login(user)
    for place in ("Ohio", "Maine", "Texas"):
        published(timezone.now(), place, title=f"News of {place}")
    assert titles_of(client.get("/"))[0] == "News of Texas"  # the first membership
    assert block(client.get("/"), "mine").startswith("Texas, your State")
    sent = {"time_zone": "", "letter": "all", "home_section": factories.section("Ohio").pk}
    assert client.post("/my/settings/", sent).status_code == 302
    assert titles_of(client.get("/")) == ["News of Ohio", "News of Maine", "News of Texas"]
    assert [section.title for section in User.objects.get(pk=user.pk).own_sections()] == ["Ohio", "Maine", "Texas"]
    Membership.objects.filter(user=user, section__title="Ohio").update(active=False)
    assert titles_of(client.get("/"))[0] == "News of Texas"


def test_nobody_chooses_a_home_state_that_is_not_theirs():
    user = factories.user("", ("Texas", "member"), ("Maine", "member"))
    client = Client()
    client.force_login(user)
    sent = {"time_zone": "", "letter": "all", "home_section": factories.section("Ohio").pk}
    assert client.post("/my/settings/", sent).status_code == 200
    assert User.objects.get(pk=user.pk).home_section is None


def test_times_are_shown_in_the_zone_that_was_chosen(as_persona):
    client = as_persona("ohio-member")
    published(NOW, title="News", urgent_from=NOW, urgent_until=NOW + dt.timedelta(days=1))
    page = visit(client, NOW + minutes(60), "/sections/ohio/")
    assert "until Wed, Nov 25, 2026, 10:00 a.m. Eastern" in words(page).replace("\u00a0", " ")
    assert client.post("/my/settings/", {"time_zone": "Pacific/Guam", "letter": "all"}).status_code == 302
    page = visit(client, NOW + minutes(60), "/sections/ohio/")
    assert "until Thu, Nov 26, 2026, 1:00 a.m. Chamorro (Guam)" in words(page).replace("\u00a0", " ")
    other = visit(as_persona("texas-member"), NOW + minutes(60), "/sections/ohio/")
    assert "Central" in words(other)
    assert "Chamorro" not in words(other)
    assert timezone.get_current_timezone_name() == "America/New_York"  # nothing is left behind for the next reader


def test_dates_show_the_hours_of_the_chosen_zone_without_any_script(as_persona):
    call = factories.call(
        title="The board", start_date=timezone.localdate() + dt.timedelta(days=9), tz="America/New_York"
    )
    client = as_persona("ohio-member")
    assert "data-until" in client.get("/").content.decode()
    User.objects.filter(pk=person("ohio-member").pk).update(time_zone="America/Chicago")
    for address in ("/", call.get_url()):
        page = client.get(address)
        assert "1:00–2:00 p.m. for you (Central)" in words(page).replace("\u00a0", " "), address
        assert "js/times" not in page.content.decode()
    assert "Central (you) 1:00–2:00 p.m. Eastern 2:00–3:00 p.m." in words(client.get(call.get_url())).replace(
        "\u00a0", " "
    )
    User.objects.filter(pk=person("ohio-member").pk).update(time_zone="America/New_York")
    assert "for you" not in words(client.get("/")).replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "Etc/GMT+5\x00", "Eastern"])
def test_a_zone_that_is_none_is_refused_and_the_rest_stays_chosen(as_persona, name):
    client = as_persona("ohio-member")
    page = client.post("/my/settings/", {"time_zone": name, "letter": "off"})
    assert page.status_code == 200
    assert "Choose a time zone from the list." in words(page)
    assert 'value="off" checked' in page.content.decode()
    assert person("ohio-member").time_zone == ""


def test_the_zone_holds_in_the_admin_too(as_persona):
    client = as_persona("ohio-editor")
    client.post("/my/settings/", {"time_zone": "America/Denver", "letter": "all"})
    assert person("ohio-editor").wagtail_userprofile.get_current_time_zone() == "America/Denver"


def test_whoever_waits_finds_honest_pages_and_follows_nothing(as_persona):
    client = as_persona("pending")
    page = client.get("/my/")
    assert "not yet a member" in words(page)
    assert "/join/" in links_of(page)
    form = client.get("/my/settings/")
    assert "You are not yet a member." in words(form)
    assert "Weekly letter" not in words(form)
    assert "Follow" not in words(client.get("/sections/ohio/"))
    assert client.post("/my/follow/", {"section": "ohio"}).status_code == 403
    assert client.post("/my/seen/").status_code == 403
    assert client.post("/my/settings/", {"time_zone": "America/Denver", "letter": "followed"}).status_code == 302
    assert (person("pending").time_zone, person("pending").letter) == ("America/Denver", "all")
    assert not Follow.objects.exists()


def test_visitors_are_led_to_sign_in(client):
    for address in ("/my/", "/my/settings/"):
        assert client.get(address).url == f"/accounts/login/?next={address}"
    for address in ("/my/seen/", "/my/follow/", "/my/beginning/", "/my/settings/"):
        assert client.post(address).status_code == 302
        assert not Follow.objects.exists()


def test_a_section_is_followed_and_left_by_a_button_on_its_pages(as_persona):
    client = as_persona("ohio-member")
    published(timezone.now() - minutes(1), "Maine", title="Of Maine")
    published(timezone.now(), "Texas", title="Of Texas")
    assert "Follow Maine" in words(client.get("/sections/maine/"))
    assert "Follow Ohio" not in words(client.get("/sections/ohio/"))
    assert titles_of(client.get("/")) == ["Of Texas", "Of Maine"]
    answer = client.post("/my/follow/", {"section": "maine", "next": "/sections/maine/library/"})
    assert answer.url == "/sections/maine/library/"
    page = client.get("/sections/maine/library/")
    assert "You follow Maine." in words(page)
    assert "Stop following Maine" in words(page)
    assert titles_of(client.get("/")) == ["Of Maine", "Of Texas"]
    assert "Maine, followed" in words(client.get("/"))
    client.post("/my/follow/", {"section": "maine"})  # a second press
    assert Follow.objects.count() == 1
    client.post("/my/follow/", {"section": "maine", "stop": "1"})
    assert titles_of(client.get("/")) == ["Of Texas", "Of Maine"]


def test_a_topic_is_followed_where_a_list_shows_it(as_persona):
    client = as_persona("ohio-member")
    housing = Topic.objects.get(slug="housing")
    published(timezone.now() - minutes(1), "Texas", title="On housing", topics=[housing])
    published(timezone.now(), "Texas", title="Something else")
    assert "Follow Housing" in words(client.get("/search/?topic=housing"))
    assert "Follow" not in words(client.get("/search/?topic=housing&topic=financing"))
    client.post("/my/follow/", {"topic": "housing", "next": "/search/?topic=housing"})
    assert "Stop following Housing" in words(client.get("/library/?topic=housing"))
    home = client.get("/")
    assert "On housing" in block(home, "topics")
    assert "On housing" not in block(home, "others")


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", ""])
def test_a_button_leads_back_to_this_site_alone(as_persona, back):
    answer = as_persona("ohio-member").post("/my/follow/", {"section": "texas", "next": back})
    assert answer.url == "/my/settings/"


def test_what_is_gone_cannot_be_followed(as_persona):
    client = as_persona("ohio-member")
    client.post("/my/follow/", {"section": "atlantis"})
    assert "This is not there any more." in words(client.get("/my/settings/"))


def test_following_reveals_nothing_that_one_may_not_see(as_persona):
    published(timezone.now(), "Texas", title="Texas alone", audience="section")
    client = as_persona("ohio-member")
    client.post("/my/follow/", {"section": "texas"})
    assert "Texas alone" not in words(client.get("/"))


def test_settings_say_what_is_followed_and_change_it(as_persona):
    client = as_persona("ohio-member")
    following.follow(person("ohio-member"), factories.section("Texas"))
    assert 'value="{}" checked'.format(factories.section("Texas").pk) in client.get("/my/settings/").content.decode()
    housing = Topic.objects.get(slug="housing")
    sent = {"time_zone": "", "letter": "followed", "sections": [factories.section("Maine").pk], "topics": [housing.pk]}
    client.post("/my/settings/", sent)
    chosen = following.followed(person("ohio-member"))
    assert ([one.title for one in chosen.sections], [one.slug for one in chosen.topics]) == (["Maine"], ["housing"])
    assert person("ohio-member").letter == "followed"


def test_whoever_followed_a_topic_that_became_another_one_follows_that():
    housing, financing = Topic.objects.get(slug="housing"), Topic.objects.get(slug="financing")
    for name, topics in {"ohio-member": [housing], "texas-member": [housing, financing]}.items():
        following.follow_exactly(person(name), topics)
    terms.merge(housing, financing, person("admin"))
    for name in ("ohio-member", "texas-member"):
        assert [one.slug for one in following.followed(person(name)).topics] == ["financing"]


def test_news_of_a_busy_place_does_not_hide_the_home_state(as_persona):
    client = as_persona("ohio-member")
    following.follow(person("ohio-member"), factories.section("Texas"))
    published(timezone.now() - dt.timedelta(days=2), title="A quiet word from Ohio")
    for number in range(8):
        published(timezone.now() - minutes(number), "Texas", title=f"Texas {number}")
    home = client.get("/")
    assert titles_of(home)[0] == "A quiet word from Ohio"
    assert len([title for title in titles_of(home) if title.startswith("Texas")]) == 6


@pytest.mark.slow
def test_the_front_page_asks_the_same_however_much_there_is(as_persona, monkeypatch):
    monkeypatch.setattr("members.visits.note", lambda user, now: None)

    def queries() -> int:
        client = as_persona("ohio-lead")
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return len(asked)

    following.follow(person("ohio-lead"), factories.section("Maine"))
    published(timezone.now(), "Maine")
    few = queries()
    for number in range(20):
        published(timezone.now(), ("Ohio", "Texas", "Maine", None)[number % 4])
    assert queries() <= few + 1  # the last may find its first place among the others


@pytest.mark.slow
def test_each_room_holds_only_what_is_theirs(as_persona):
    page = factories.announcement(title="A proposal", publish=False)
    page.get_workflow().start(page, person("ohio-editor"))
    told = {name: "A proposal" in words(as_persona(name).get("/my/")) for name in PERSONAS if name != "visitor"}
    approve = {"ohio-reviewer", "ohio-editor", "ohio-lead", "admin"}
    assert {name for name, is_told in told.items() if is_told} == approve
    assert "Reviews" not in words(as_persona("ohio-member").get("/my/"))


def test_an_app_adds_its_room_by_one_function(as_persona, monkeypatch):
    monkeypatch.setattr(rooms, "_makers", list(rooms._makers))

    @rooms.room
    def submissions(user):
        waiting = [rooms.Waiting("Finish “My form”", "Saved on Monday", "/submit/1/")]
        return rooms.Room("Submissions", "/submit/", "What you proposed.", waiting) if user.is_member else None

    page = as_persona("ohio-member").get("/my/")
    assert {"/submit/", "/submit/1/"} <= set(links_of(page))
    assert "Finish “My form”" in block(as_persona("ohio-member").get("/"), "waiting")
    assert "Submissions" not in words(as_persona("pending").get("/my/"))


def newcomer() -> Client:
    client = Client()
    client.force_login(factories.user("new@agency.example", ("Ohio", "member")))
    return client


def test_a_new_member_finds_five_items_the_next_call_peers_and_one_thing_to_share():
    factories.furnish_ohio()
    housing = Topic.objects.get(slug="housing")
    carol = factories.user("", ("Texas", "member"), first_name="Carol", last_name="Tisdale")
    hidden = factories.user("", ("Texas", "member"), first_name="Shy", last_name="Person")
    hidden.profile.audiences = {"topics": "nobody"}
    hidden.profile.save()
    for user in (carol, hidden):
        user.profile.topics.set([housing])
    factories.resource("Texas", title="From Texas", audience="members", topics=[housing])
    factories.resource("Texas", title="Closed to Ohio", audience="section")
    path = block(newcomer().get("/"), "beginning")
    assert "Five items to read" in path
    assert "From Texas" in path
    assert "Closed to Ohio" not in path
    assert "A closed call" in path
    assert "Carol Tisdale" in path
    assert "Shy Person" not in path  # tells nobody what they know about
    assert "One thing to share" in path


def test_the_path_goes_when_every_step_is_ticked_off():
    client = newcomer()
    for step, heading in {"read": "to read", "call": "Your next call", "peers": "peers to know"}.items():
        assert heading in block(client.get("/"), "beginning")
        client.post("/my/beginning/", {"step": step})
        assert heading not in block(client.get("/"), "beginning")
    client.post("/my/beginning/", {"step": "nonsense"})
    assert block(client.get("/"), "beginning")
    client.post("/my/beginning/", {"step": "share"})
    assert not block(client.get("/"), "beginning")


def test_a_closed_path_never_comes_back():
    client = newcomer()
    client.get("/my/beginning/")
    assert block(client.get("/"), "beginning")
    client.post("/my/beginning/")
    user = User.objects.get(email="new@agency.example")
    Membership.objects.create(user=user, section=factories.section("Texas"))
    membership = user.memberships.get(section__title="Ohio")
    membership.active = False
    membership.save()
    membership.active = True
    membership.save()
    assert not block(client.get("/"), "beginning")
    assert Beginning.objects.filter(user=user).count() == 1


def test_a_path_without_any_content_is_honest():
    path = block(newcomer().get("/"), "beginning")
    assert "Nothing is published yet." in path
    assert "No call is planned yet." in path
