"""What search keeps of a person: their saved searches, in "My worksite" and in the data that they take along."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from members.my.rooms import Room, room
from members.privacy.parts import Part, part
from search.models import SavedSearch, Wanted


@room
def saved_searches(user: Any) -> Room:
    """The searches that one keeps."""
    return Room("Saved searches", reverse("saved_searches"), "You get a mail when something new matches.")


@part
def searches(user: Any) -> Part:
    """The searches that a person keeps, and what they wait for."""
    kept = SavedSearch.objects.filter(user=user)
    rows: list[dict[str, Any]] = [
        {"search": one.name, "address": f"{reverse('search')}{one.address}", "mail": one.get_pace_display()}
        for one in kept
    ]
    waits = Wanted.objects.filter(user=user).order_by("pk")
    rows += [{"waits_for": one.query, "asked": one.asked_at, "answered": one.answered_at} for one in waits]
    return Part("searches", "Searches that you keep", rows)
