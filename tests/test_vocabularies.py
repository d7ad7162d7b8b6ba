"""The vocabularies in the admin: lists with counts, two terms made one, no term deleted that pages carry."""

from __future__ import annotations

import pytest
from django.urls import reverse

from home.models import AnnouncementPage, EntryFacet, Setting, Topic
from home.terms import merge, use_count, with_uses
from library.models import ResourcePage
from tests import factories
from tests.personas import person

LISTS = ["topic", "setting", "population", "stage", "requirement"]


def address(action, term=None, model="topic"):
    return reverse(f"home_{model}_modeladmin_{action}", args=[term.pk] if term else [])


def topic(name):
    return Topic.objects.create(name=name)


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("name", ["ohio-editor", "ohio-reviewer", "community-editor", "admin"])
def test_everybody_who_works_in_the_admin_sees_the_lists(as_persona, model, name):
    assert as_persona(name).get(address("index", model=model)).status_code == 200


def test_the_list_counts_uses_in_one_query(django_assert_num_queries, as_persona):
    peers, jail = topic("Peers"), topic("Jail diversion")
    factories.announcement(topics=[peers])
    factories.resource("Texas", topics=[peers, jail])
    with django_assert_num_queries(1):
        counts = {term.name: term.uses for term in with_uses(Topic.objects.all())}
    assert (counts["Peers"], counts["Jail diversion"]) == (2, 1)
    shown = as_persona("ohio-editor").get(address("index"), {"q": "Peers"}).content.decode()
    assert "Peers" in shown
    assert "Jail diversion" not in shown


@pytest.mark.parametrize("name", ["community-editor", "admin"])
def test_community_editors_and_administrators_change_terms(as_persona, name):
    client = as_persona(name)
    client.post(address("create"), {"name": "Warmlines", "description": "Peer-run telephone lines"})
    term = Topic.objects.get(name="Warmlines")
    client.post(address("edit", term), {"name": "Peer warmlines", "description": ""})
    term.refresh_from_db()
    assert (term.name, term.slug) == ("Peer warmlines", "warmlines")
    client.post(address("delete", term))
    assert not Topic.objects.filter(pk=term.pk).exists()


@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead", "ohio-reviewer", "ohio-member", "visitor"])
def test_nobody_else_changes_terms(as_persona, name):
    term, other = topic("Tiny houses"), topic("Small houses")
    client = as_persona(name)
    client.post(address("create"), {"name": "Hijacked"})
    client.post(address("edit", term), {"name": "Hijacked"})
    client.post(address("merge", term), {"into": other.pk, "confirmed": "yes"})
    client.post(address("delete", term))
    assert not Topic.objects.filter(name="Hijacked").exists()
    assert Topic.objects.get(pk=term.pk).name == "Tiny houses"


def test_a_second_term_of_the_same_name_is_refused_in_words(as_persona):
    topic("Rural care")
    answer = as_persona("admin").post(address("create"), {"name": "rural  care!"})
    assert "There is a term of this name already." in answer.content.decode()
    assert Topic.objects.filter(slug="rural-care").count() == 1


def test_a_term_in_use_is_not_deleted_and_merging_is_offered(as_persona):
    term = topic("Crisis")
    factories.announcement(topics=[term])
    client = as_persona("admin")
    for answer in (client.get(address("delete", term)), client.post(address("delete", term))):
        assert "in use on 1 page" in answer.content.decode()
        assert address("merge", term) in answer.content.decode()
    assert Topic.objects.filter(pk=term.pk).exists()


def test_a_term_that_only_a_draft_carries_is_in_use():
    term = topic("Only drafted")
    page = factories.announcement()
    page.topics = [term]
    page.save_revision()
    assert [found.uses for found in with_uses(Topic.objects.filter(pk=term.pk))] == [0]
    assert use_count(term) == 1


def test_merging_asks_first_and_tells_the_counts(as_persona):
    old, new = topic("Peer support"), topic("Peers")
    factories.announcement(topics=[old])
    factories.announcement(topics=[old, new])
    client = as_persona("community-editor")
    asked = client.post(address("merge", old), {"into": new.pk}).content.decode()
    assert "is on 2 pages" in asked
    assert Topic.objects.filter(pk=old.pk).exists()
    done = client.post(address("merge", old), {"into": new.pk, "confirmed": "yes"}, follow=True).content.decode()
    assert "on 2 pages" in done
    assert not Topic.objects.filter(pk=old.pk).exists()


def test_pages_drafts_older_versions_and_rows_follow_a_merge():
    old, new, other = topic("Peer helpers"), topic("Peers"), topic("Tiny houses")
    live = factories.announcement(topics=[other, old])
    both = factories.resource(topics=[new, old])
    drafted = factories.announcement(topics=[other])
    drafted.topics = [old, other]
    drafted.save_revision()
    merge(old, new, person("admin"))
    assert set(AnnouncementPage.objects.get(pk=live.pk).topics.all()) == {other, new}
    assert list(ResourcePage.objects.get(pk=both.pk).topics.all()) == [new]
    assert set(AnnouncementPage.objects.get(pk=drafted.pk).get_latest_revision_as_object().topics.all()) == {new, other}
    assert set(live.revisions.first().content["topics"]) == {other.pk, new.pk}
    assert both.revisions.first().content["topics"] == [new.pk]
    rows = EntryFacet.objects.filter(name="topic").values_list("entry_id", "value")
    assert set(rows) == {(live.pk, "peers"), (live.pk, "tiny-houses"), (both.pk, "peers"), (drafted.pk, "tiny-houses")}


def test_a_number_inside_another_number_is_left_alone():
    Topic.objects.create(pk=7001, name="Seven thousand and one")
    Topic.objects.create(pk=70, name="Seventy")
    Topic.objects.create(pk=700, name="Seven hundred")
    page = factories.announcement(topics=list(Topic.objects.filter(pk__in=[70, 7001])))
    merge(Topic.objects.get(pk=700), Topic.objects.get(pk=70), person("admin"))
    assert sorted(page.revisions.first().content["topics"]) == [70, 7001]


def test_terms_of_two_vocabularies_do_not_merge(as_persona):
    peers, clinic = topic("Peers"), Setting.objects.create(name="A clinic")
    with pytest.raises(ValueError, match="one vocabulary"):
        merge(peers, clinic, person("admin"))
    with pytest.raises(ValueError, match="Two different terms"):
        merge(peers, peers, person("admin"))
    as_persona("admin").post(address("merge", peers), {"into": clinic.pk, "confirmed": "yes"})
    assert Topic.objects.filter(pk=peers.pk).exists()


def test_another_vocabularys_term_of_the_same_slug_keeps_its_rows():
    old, new = topic("Veterans"), topic("Former soldiers")
    from home.models import Population

    population, _ = Population.objects.get_or_create(slug="veterans", defaults={"name": "Veterans"})
    page = factories.resource(topics=[old], populations=[population])
    merge(old, new, person("admin"))
    rows = EntryFacet.objects.filter(entry=page.pk, name__in=["topic", "population"]).values_list("name", "value")
    assert set(rows) == {("topic", "former-soldiers"), ("population", "veterans")}


def test_an_export_holds_no_formula(as_persona):
    topic("=cmd|' /C calc'!A0")
    csv = b"".join(as_persona("admin").get(address("index"), {"export": "csv"}).streaming_content).decode()
    assert "'=cmd" in csv
