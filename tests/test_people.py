"""Profiles and the directory: what each field shows to whom, how people are found, and what does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home import terms
from home.models import Topic
from members.models import Membership, Profile, ProfileFacet, Role, User
from members.profiles import facets
from members.profiles.fields import FIELDS, Audience, fields_for, visible_fields
from tests import factories
from tests.html import problems, text_of, tree_of
from tests.personas import person
from tests.reading import block, links_of, titles_of, words

if TYPE_CHECKING:
    from django.test import Client

DIRECTORY = "/people/"


def profile_of(name: str, **values) -> Profile:
    """A persona's profile with these values; account fields included."""
    profile = Profile.objects.get(user=person(name))
    for field in ("first_name", "last_name", "job_title", "organization"):
        if field in values:
            setattr(profile.user, field, values.pop(field))
    topics = values.pop("topics", None)
    for field, value in values.items():
        setattr(profile, field, value)
    profile.user.save()
    profile.save()
    if topics is not None:
        profile.topics.set(Topic.objects.filter(slug__in=topics))
    return Profile.objects.with_parts().get(pk=profile.pk)


def somebody(first: str, last: str = "Example", place: str | None = "Ohio", role: str = "member", **values) -> Profile:
    user = factories.user("", (place, role), first_name=first, last_name=last, **values)
    return Profile.objects.with_parts().get(user=user)


def found(client: Client, query: str) -> list[str]:
    response = client.get(f"{DIRECTORY}{query}")
    assert response.status_code == 200
    return titles_of(response)


LEVELS = {  # audience -> the personas who read a field of the Ohio member, beside that member
    Audience.PUBLIC: {"visitor", "pending", "ohio-reviewer", "texas-member", "admin"},
    Audience.MEMBERS: {"ohio-reviewer", "texas-member", "admin"},
    Audience.SECTIONS: {"ohio-reviewer", "admin"},
    Audience.NOBODY: set(),
}


@pytest.mark.slow
@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("field", ["phone", "email", "about", "asked_about", "links"])
def test_a_field_is_read_by_its_audience_and_by_nobody_else(field, audience, as_persona):
    values = {"phone": "555-0142 canaryphone", "about": "canaryabout", "asked_about": "canaryasked"}
    values |= {"links": "https://canarylink.example/"}
    canary = {"phone": "canaryphone", "email": "ohio-member@", "about": "canaryabout", "asked_about": "canaryasked"}
    canary |= {"links": "canarylink"}
    profile = profile_of("ohio-member", **values, audiences={"name": "public", field: audience})
    for name in ("visitor", "pending", "ohio-reviewer", "texas-member", "admin", "ohio-member"):
        reads = name == "ohio-member" or name in LEVELS[audience]
        body = as_persona(name).get(profile.get_absolute_url()).content.decode()
        assert (canary[field] in body) is reads, name
        assert (field in visible_fields(profile, person(name))) is reads, name


def test_unless_somebody_says_otherwise_members_see_a_name_and_nobody_sees_an_address(as_persona):
    profile = profile_of("ohio-member", first_name="Dana", last_name="Whitfield", phone="555-0142")
    page = as_persona("texas-member").get(profile.get_absolute_url())
    assert "Dana Whitfield" in words(page)
    assert "Member in Ohio" in words(page)
    assert "ohio-member@" not in page.content.decode()
    assert "555-0142" not in page.content.decode()
    assert as_persona("visitor").get(profile.get_absolute_url()).status_code == 302
    assert as_persona("pending").get(profile.get_absolute_url()).status_code == 403


def test_somebody_without_a_name_is_not_called_by_their_address(as_persona):
    profile = somebody("", "")
    body = as_persona("texas-member").get(profile.get_absolute_url()).content.decode()
    assert "Somebody without a name" in body
    assert profile.user.email not in body


@pytest.mark.parametrize("ending", ["closed", "membership", "waiting"])
def test_whoever_has_no_part_here_has_no_page_and_is_in_no_list(ending, as_persona):
    profile = profile_of("ohio-member", first_name="Canary", audiences={"name": "public"})
    if ending == "closed":
        User.objects.filter(pk=profile.user_id).update(is_active=False)
    elif ending == "membership":
        membership = profile.user.memberships.get()
        membership.active = False
        membership.save()
    else:
        profile.user.memberships.all().delete()
    profile = Profile.objects.with_parts().get(pk=profile.pk)
    assert fields_for(profile, frozenset({"public", "members", "everything"})) == {}
    for name in ("visitor", "ohio-reviewer", "admin"):
        client = as_persona(name)
        assert client.get(profile.get_absolute_url()).status_code == (302 if name == "visitor" else 404)
        assert "Canary" not in client.get(DIRECTORY).content.decode()
        assert "Canary" not in client.get("/sections/ohio/").content.decode()


def test_a_person_who_is_not_there_and_one_who_may_not_be_seen_are_answered_alike(as_persona):
    hidden = profile_of("ohio-member").get_absolute_url()
    unknown = "/people/00000000-0000-4000-8000-000000000000/"
    for name, status in (("visitor", 302), ("pending", 403)):
        answers = [as_persona(name).get(address) for address in (hidden, unknown)]
        assert [answer.status_code for answer in answers] == [status, status]
    assert as_persona("texas-member").get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "typed"),
    [
        ("José", "Álvarez", "jose alvarez"),
        ("Jose", "Alvarez", "José"),
        ("William", "Poe", "bill"),
        ("Bill", "Poe", "William"),
        ("Elizabeth", "Poe", "Liz"),
        ("Liz", "Poe", "elizabeth poe"),
        ("Lorena", "Begay-Stone", "begay stone"),
        ("Lorena", "Begay-Stone", "Begay-Stone"),
        ("Lorena", "Begay-Stone", "begaystone"),
        ("Siobhán", "O’Brien", "obrien"),
        ("Siobhán", "O'Brien", "O'Brien"),
        ("Zoë", "Łukasz", "zoe lukasz"),
        ("Margaret", "Poe", "mar"),
        ("Noël", "Zzyzx", "zzy"),
    ],
)
def test_a_name_is_found_without_accents_by_nicknames_and_by_its_beginning(first, last, typed, as_persona):
    somebody(first, last)
    somebody("Quentin", "Other")
    assert found(as_persona("texas-member"), f"?q={typed}") == [f"{first} {last}"]


def test_a_name_is_not_found_by_what_stands_elsewhere_in_a_profile(as_persona):
    profile = somebody("Quentin", "Poe", organization="Searchword House")
    profile.about = "Searchword"
    profile.save()
    assert found(as_persona("texas-member"), "?q=searchword") == []


@pytest.mark.parametrize("typed", ["%25", "_", "%27%27", "%00", "(", "%22", "a%00b", "x" * 600, "-", "zzzzz"])
def test_whatever_is_typed_into_the_search_is_answered(typed, as_persona):
    assert as_persona("texas-member").get(f"{DIRECTORY}?q={typed}&state=%00&role=nothing&page=x").status_code == 200


def test_filters_narrow_together_and_widen_within(as_persona):
    client = as_persona("texas-member")
    somebody("Ada", "A", "Ohio", "lead", organization="House One")
    somebody("Ben", "B", "Texas", "lead", organization="House Two")
    somebody("Cyd", "C", "Ohio", "reviewer", organization="House Two")
    assert {"Ada A", "Ben B", "Cyd C"} <= set(found(client, ""))
    assert {"Ada A", "Ben B"} <= set(found(client, "?role=lead"))
    assert "Cyd C" not in found(client, "?role=lead")
    assert set(found(client, "?organization=House+Two&organization=House+One")) == {"Ada A", "Ben B", "Cyd C"}
    assert found(client, "?organization=House+Two&state=ohio") == ["Cyd C"]
    page = client.get(f"{DIRECTORY}?organization=House+Two&state=ohio")
    assert "1 person of" in words(page)
    assert "?state=ohio" in links_of(page)  # the chip that takes the other off
    assert problems(page.content.decode()) == []


def test_a_filter_finds_and_counts_only_those_whose_field_this_reader_may_see(as_persona):
    profile_of(
        "ohio-member",
        first_name="Canary",
        topics=["housing"],
        organization="Secret House",
        audiences={"name": "public", "topics": "sections", "organization": "nobody", "places": "members"},
    )
    expected = {"visitor": False, "texas-member": False, "ohio-reviewer": True, "admin": True}
    for name, finds in expected.items():
        client = as_persona(name)
        assert ("Canary" in " ".join(found(client, "?topic=housing"))) is finds, name
        body = client.get(DIRECTORY).content.decode()
        assert ('value="housing"' in body) is finds, name
        assert "Secret House" not in body
        assert found(client, "?organization=Secret+House") == []
    assert found(as_persona("visitor"), "?state=ohio") == []


def test_the_counts_beside_the_choices_are_what_the_choice_finds(as_persona):
    for number in range(4):
        profile = somebody(f"Person{number}", "Poe", "Ohio" if number else "Texas")
        profile.topics.set(Topic.objects.filter(slug="housing"))
    client = as_persona("texas-member")
    tree = tree_of(client.get(DIRECTORY).content.decode())
    labels = {label.get("for"): text_of(label) for label in tree.iter("label")}
    checked = 0
    for box in tree.iter("input"):
        if box.get("type") == "checkbox":
            count = int(labels[box.get("id")].rpartition(" ")[2])
            assert len(found(client, f"?{box.get('name')}={box.get('value')}")) == count
            checked += 1
    assert checked > 5


def test_visitors_read_who_is_public_or_honestly_that_nobody_is(as_persona):
    assert "Nobody has made a profile public" in words(as_persona("visitor").get(DIRECTORY))
    profile_of("ohio-lead", first_name="Joanne", audiences={"name": "public"})
    page = as_persona("visitor").get(DIRECTORY)
    assert titles_of(page) == ["Joanne"]
    assert "These people are visible to anyone" in words(page)
    assert "Ohio" not in block(page, "results") + " ".join(titles_of(page))


@pytest.mark.slow
def test_a_list_of_people_costs_the_same_queries_for_one_and_for_fifty(as_persona):
    client = as_persona("texas-member")

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = (f"{DIRECTORY}?q=many", "/sections/maine/")
    somebody("Many", "A", "Maine")
    few = [cost(address) for address in addresses]
    for number in range(49):
        profile = somebody("Many", f"B{number}", "Maine")
        profile.topics.set(Topic.objects.all()[:3])
        Membership.objects.create(user=profile.user, section=factories.section("Texas"))
    assert [cost(address) for address in addresses] == few
    assert len(found(client, "?q=many")) == 50


def test_a_section_shows_its_people_leads_first_as_far_as_the_reader_may_see(as_persona):
    somebody("Zed", "Lead", "Maine", "lead")
    somebody("Ann", "Member", "Maine")
    hidden = somebody("Hid", "Den", "Maine")
    hidden.audiences = {"places": "sections"}
    hidden.save()
    page = as_persona("texas-member").get("/sections/maine/")
    shown = block(page, "people")
    assert shown.index("Zed Lead") < shown.index("Ann Member")
    assert "Hid Den" not in shown
    assert "/people/?state=maine" in links_of(page)
    assert "Zed Lead" not in as_persona("visitor").get("/sections/maine/").content.decode()
    assert problems(page.content.decode()) == []


def test_a_merged_topic_a_deleted_one_and_a_renamed_section_keep_the_directory_right(as_persona):
    profile = somebody("Tess", "Poe", "Maine")
    profile.topics.set(Topic.objects.filter(slug__in=["housing", "training"]))
    terms.merge(Topic.objects.get(slug="housing"), Topic.objects.get(slug="telehealth"), person("admin"))
    client = as_persona("texas-member")
    assert found(client, "?topic=telehealth") == ["Tess Poe"]
    assert found(client, "?topic=housing") == []
    Topic.objects.get(slug="training").delete()
    assert found(client, "?topic=training") == []
    section = factories.section("Maine")
    section.slug = "state-of-maine"
    section.save_revision().publish()
    assert found(client, "?state=state-of-maine") == ["Tess Poe"]


def test_members_from_before_there_were_profiles_get_one_by_the_clock(as_persona):
    Profile.objects.all().delete()
    facets.complete()
    facets.complete()
    members = User.objects.filter(memberships__active=True, is_active=True).distinct().count()
    assert Profile.objects.listed().exclude(access=None).count() == members
    assert ProfileFacet.objects.filter(name="role", value=Role.LEAD).exists()


def test_every_field_has_a_default_that_it_allows_and_no_address_is_open_by_default():
    assert all(field.default in field.choices for field in FIELDS.values())
    assert FIELDS["email"].default == Audience.NOBODY
    assert Audience.NOBODY not in FIELDS["name"].choices
