"""What administrators do to people in the admin, whatever the screen: nothing that leaves a seat empty by accident, all
of it in the audit log.

Wagtail has several ways to close or delete an account (form, bulk action, page of its own), so the state before and
after is compared, inside the transaction of the request, instead of each way being watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from home.models import SectionPage
from members.authority import NO_ADMINISTRATOR, NO_LEAD, place_name
from members.models import Action, Membership, Role, User, record
from members.models.memberships import sync_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class _State:
    """Who carries the site."""

    led: set[int | None]
    administrators: set[int]
    closed: set[int]

    @classmethod
    def now(cls) -> _State:
        leads = Membership.objects.filter(role=Role.LEAD, active=True, user__is_active=True)
        return cls(
            led=set(leads.values_list("section", flat=True)),
            administrators=set(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True)),
            closed=set(User.objects.filter(is_active=False).values_list("pk", flat=True)),
        )


def overseen(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an admin view, inside its transaction: raises ValidationError where a place or the site would lose its last
    lead or administrator, which undoes the whole; notes administrators, closed accounts and exports."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_superuser:
            response = view(request, *args, **kwargs)
            _note_export(request, response)
            return response
        before = _State.now()
        response = view(request, *args, **kwargs)
        after = _State.now()
        _refuse(before, after)
        _note_people(request, before, after)
        return response

    return answer


def _refuse(before: _State, after: _State) -> None:
    lost = before.led - after.led
    sections = list(SectionPage.objects.filter(pk__in=lost - {None}).order_by("title"))  # not those just deleted
    places: list[SectionPage | None] = [*sections, *([None] if None in lost else [])]
    sentences = [NO_LEAD.format(place=place_name(place)) for place in places]
    if before.administrators and not after.administrators:
        sentences.append(NO_ADMINISTRATOR)
    if sentences:
        raise ValidationError(sentences)


def _note_people(request: HttpRequest, before: _State, after: _State) -> None:
    _note(request, Action.ADMINISTRATOR, "Appointed", after.administrators - before.administrators)
    _note(request, Action.ADMINISTRATOR, "Dismissed", before.administrators - after.administrators)
    _note(request, Action.ACCOUNT, "Closed", after.closed - before.closed)
    _note(request, Action.ACCOUNT, "Opened again", before.closed - after.closed)


def _note(request: HttpRequest, action: Action, detail: str, people: Iterable[int]) -> None:
    for person in User.objects.filter(pk__in=people):
        record(action, about=person, detail=detail, request=request)


def _note_export(request: HttpRequest, response: HttpResponse) -> None:
    """Lists of the admin are taken along by `?export=`."""
    if request.GET.get("export") and response.headers.get("Content-Disposition", "").startswith("attachment"):
        record(Action.EXPORTED, detail=request.path, request=request)


def keep_groups_to_roles(request: HttpRequest, person: User) -> None:
    """After an account was edited: the groups that carry roles follow the memberships, whatever was ticked."""
    sync_groups(person)


def keep_groups_to_roles_of_many(request: HttpRequest, kind: str, objects: list[Any], *args: Any) -> None:
    """The same after a bulk action."""
    for person in objects:
        if isinstance(person, User) and person.pk and User.objects.filter(pk=person.pk).exists():
            sync_groups(person)
