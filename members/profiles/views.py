"""The pages of people: the directory, one person, a photo, and one's own profile."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from home import access
from home.listings import page_of
from home.views import refuse
from members.models import Profile
from members.profiles import photos
from members.profiles.directory import PeopleFilterSet
from members.profiles.fields import FIELDS, Audience, Card, audience_of, card, fields_for, visible_fields
from members.profiles.forms import ProfileForm, profile_of
from members.writing.post import may_write

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

PER_PAGE = 50


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The directory: whom this reader may see, by section, role, topic, organization and name."""
    filterset = PeopleFilterSet(request.GET, request.user)
    context = page_of(request, filterset, filterset.results(), PER_PAGE)
    cards = [card(profile, request.user) for profile in context["page_obj"]]
    return render(request, "members/profiles/people.html", context | {"cards": cards})


@require_safe
def person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One person, as far as this reader may see."""
    profile = _profile(uuid)
    fields = visible_fields(profile, request.user) if profile else {}
    if not (profile and fields):
        return _nobody(request)
    own = profile.user_id == request.user.pk
    audiences = {name: _only(audience_of(profile, name)) for name in fields} if own else {}
    context = {
        "person": Card(profile, fields),
        "own": own,
        "audiences": audiences,
        "writes": may_write(request.user, profile),
    }
    return render(request, "members/profiles/person.html", context)


@require_safe
def photo(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """A photo, for those who may see it. Public ones may be kept by a cache that asks each time; others by nobody."""
    profile = _profile(uuid)
    stem, _, size = name.rpartition("-")
    if not profile or visible_fields(profile, request.user).get("photo") != stem or size not in map(str, photos.SIZES):
        return _nobody(request)
    try:
        content = photos.read(stem, int(size))
    except FileNotFoundError as error:
        raise Http404("The file of this photo is missing.") from error
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="image/webp")
    if fields_for(profile, access.keys_for(None)).get("photo") != stem:
        patch_cache_control(response, private=True, no_store=True)
        return response
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=response) or response


def _profile(uuid: UUID) -> Profile | None:
    return Profile.objects.with_parts().filter(uuid=uuid).first()


def _nobody(request: HttpRequest) -> HttpResponse:
    """The same for a person who is not there and for one who may not be seen: the address tells nothing."""
    if request.user.is_authenticated and request.user.is_member:
        raise Http404("There is no such person.")
    return refuse(request)


def _only(audience: Audience) -> str:
    """Who sees a field, beside it on one's own page."""
    return "Only you" if audience == Audience.NOBODY else audience.label


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own profile, to change it."""
    if not request.user.is_authenticated:
        return refuse(request)
    profile = profile_of(request.user)
    form = ProfileForm(*((request.POST, request.FILES) if request.method == "POST" else ()), profile=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("my_profile")
    context = {"form": form, "profile": profile, "photo": _own_card(profile).small_photo}
    return render(request, "members/profiles/mine.html", context)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """One's own profile as a visitor, a member and a member of one's section see it."""
    if not request.user.is_authenticated:
        return refuse(request)
    profile: Any = Profile.objects.with_parts().filter(user=request.user).first() or Profile(user=request.user)
    sections = [one.section for one in profile.user.active_memberships() if one.section_id]
    readers = [("A visitor", frozenset({access.PUBLIC})), ("A member", frozenset({access.PUBLIC, access.MEMBERS}))]
    if sections:
        keys = frozenset({access.PUBLIC, access.MEMBERS, *(access.section_key(one.pk) for one in sections)})
        readers.append((f"A member in {' or '.join(sorted(one.title for one in sections))}", keys))
    views = [(reader, Card(profile, fields_for(profile, keys))) for reader, keys in readers]
    hidden = [field.label for name, field in FIELDS.items() if audience_of(profile, name) == Audience.NOBODY]
    context = {"views": views, "hidden": hidden, "member": bool(profile.user.active_memberships())}
    return render(request, "members/profiles/preview.html", context)


def _own_card(profile: Profile) -> Card:
    return Card(profile, {"photo": profile.photo} if profile.photo else {})
