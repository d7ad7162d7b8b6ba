"""The form of one's own choices."""

from __future__ import annotations

import functools
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db import transaction
from wagtail.users.models import UserProfile

from home.models import SectionPage, Topic
from home.places import TIME_ZONES
from members import following
from members.models import User

# Zones of some other kind: old names, and fixed offsets that know no summer time.
NO_PLACES = ("Etc/", "SystemV/", "US/", "posix", "right")


@functools.cache
def _elsewhere() -> list[tuple[str, str]]:
    ours = dict(TIME_ZONES)
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(NO_PLACES))
    return [(name, name.replace("_", " ")) for name in names if name not in ours]


def _zones(user: User) -> list[tuple[str, Any]]:
    """Not chosen, then the United States, then everywhere else; what is chosen is always among them."""
    home = next(iter(user.own_sections()), None)
    unset = f"{home.get_time_zone_display()}, like {home}" if home else "Eastern"
    elsewhere = _elsewhere()
    if user.time_zone and user.time_zone not in {name for name, _ in [*TIME_ZONES, *elsewhere]}:
        elsewhere = [(user.time_zone, user.time_zone), *elsewhere]
    return [("", unset), ("United States", TIME_ZONES), ("Elsewhere", elsewhere)]


class SettingsForm(forms.ModelForm):
    """Time zone, home State, letter, and what is followed."""

    sections = forms.ModelMultipleChoiceField(
        SectionPage.objects.none(),
        label="States and work groups that you follow",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Your own sections are always among them, and come first.",
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), label="Topics that you follow", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["time_zone", "home_section", "letter"]
        labels = {"home_section": "Home State", "time_zone": "Time zone"}
        help_texts = {
            "time_zone": "We show times in it, here and in mail, next to the event’s own.",
            "home_section": "It comes first everywhere.",
        }
        widgets = {"letter": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: User = self.instance
        own = user.own_sections()
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=_zones(user),
            required=False,
            error_messages={"invalid_choice": "Choose a time zone from the list."},
        )
        letter = self.fields["letter"]
        letter.help_text = "It comes on Mondays at 7 a.m. your time, and only when there is something new."
        home = self.fields["home_section"]
        home.queryset = SectionPage.objects.filter(pk__in=[section.pk for section in own]).order_by("title")  # type: ignore[attr-defined]
        home.empty_label = None  # type: ignore[attr-defined]
        if len(own) < 2:  # nothing to choose
            del self.fields["home_section"]
        else:
            self.initial["home_section"] = own[0].pk
        chosen = following.followed(user)
        others = SectionPage.objects.live().exclude(pk__in=[section.pk for section in own])
        self.fields["sections"].queryset = others.order_by("title")  # type: ignore[attr-defined]
        self.fields["topics"].queryset = Topic.objects.order_by("name")  # type: ignore[attr-defined]
        self.initial["sections"] = [one.pk for one in chosen.sections]
        self.initial["topics"] = [one.pk for one in chosen.topics]
        if not user.is_member:  # news and letters are for members
            for name in ("letter", "sections", "topics"):
                del self.fields[name]

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Save all of it; Wagtail's admin keeps the zone in a row of its own."""
        user: User = super().save(commit)
        if "sections" in self.cleaned_data:
            following.follow_exactly(user, [*self.cleaned_data["sections"], *self.cleaned_data["topics"]])
        if user.enters_admin or hasattr(user, "wagtail_userprofile"):
            profile = UserProfile.get_for_user(user)
            profile.current_time_zone = user.time_zone
            profile.save(update_fields=["current_time_zone"])
        return user
