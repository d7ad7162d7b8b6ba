"""Scratch while the rooms are being built."""

from django.contrib.auth.models import AnonymousUser

from home.models import Entry
from tests import factories
from tests.personas import person


def test_a_section_only_announcement_is_for_its_members():
    factories.announcement(audience="section", title="Only Ohio")
    titles = lambda name: list(Entry.objects.visible_to(person(name)).values_list("title", flat=True))  # noqa: E731
    assert titles("ohio-member") == ["Only Ohio"]
    assert titles("texas-member") == []
    assert list(Entry.objects.visible_to(AnonymousUser())) == []
