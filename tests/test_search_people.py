"""People can be found as far as their profiles allow, and no further."""

from __future__ import annotations

import pytest

from home.models import Topic
from members.models import Membership, Profile, User
from search import audit
from search.models import SearchDocument
from tests import factories
from tests.personas import person


def someone(**audiences: str) -> User:
    user = factories.user("", ("Ohio", "member"), first_name="Rosalind", last_name="Marrow", job_title="Canaryjob")
    profile = Profile.objects.get(user=user)
    profile.about, profile.phone, profile.asked_about = "Canaryabout", "614-555-0199", "Canaryasked"
    profile.audiences = audiences
    profile.save()
    profile.topics.add(Topic.objects.get(slug="housing"))
    return user


def document_of(user: User) -> SearchDocument:
    return SearchDocument.objects.get(key=f"person:{user.pk}")


def test_a_member_is_found_by_name_work_and_topics():
    found = document_of(someone())
    assert (found.type, found.title, found.access.text) == ("person", "Rosalind Marrow", "|members|")
    for word in ("Canaryjob", "Canaryabout", "Canaryasked", "Housing"):
        assert word in found.text
    assert "614-555-0199" not in found.text + found.members_text
    assert ["topic", "housing"] in found.facets.values
    assert ["state", "ohio"] in found.facets.values


@pytest.mark.parametrize("audience", ["sections", "nobody"])
def test_what_is_for_few_or_for_nobody_is_no_word_of_the_search(audience):
    found = document_of(someone(about=audience, topics=audience, places=audience))
    assert "Canaryabout" not in found.text + found.members_text
    assert found.facets.values == [["type", "person"]]


def test_where_the_name_is_public_what_members_read_are_words_for_members():
    found = document_of(someone(name="public", job_title="public"))
    assert found.access.text == "|public|"
    assert "Canaryjob" in found.text
    assert "Canaryabout" not in found.text
    assert "Canaryabout" in found.members_text
    assert found.facets.values == [["type", "person"]]


@pytest.mark.parametrize("way", ["membership ends", "account is closed", "account is deleted"])
def test_who_has_no_part_here_any_more_cannot_be_found(way):
    user = someone()
    key = f"person:{user.pk}"
    if way == "membership ends":
        Membership.objects.get(user=user).delete()
    elif way == "account is closed":
        user.is_active = False
        user.save()
    else:
        user.delete()
    found = SearchDocument.objects.get(key=key)
    assert found.deleted
    assert found.title == ""


def test_who_waits_for_an_answer_cannot_be_found():
    assert not SearchDocument.objects.present().filter(key=f"person:{person('pending').pk}").exists()


def test_a_person_is_written_anew_where_the_document_is_missing():
    user = someone()
    SearchDocument.objects.filter(key=f"person:{user.pk}").delete()
    audit.mend()
    assert document_of(user).title == "Rosalind Marrow"
