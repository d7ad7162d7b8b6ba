"""Deleting one's account: what is personal goes, what was written for the community stays and is a former member's.

The row of the account stays as an empty shell called "Former member", so that pages, versions, reviews and the log keep
somebody to point to. Everything that points to it with `on_delete=CASCADE` is personal and goes, in any app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.models import ModelLogEntry, Page

from home import mail
from members import authority
from members.models import Action, Invitation, Membership, Role, User, record
from members.privacy.own import addresses_of
from members.profiles import photos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

FORMER = ("Former", "member")
# What somebody wrote about a page is part of its history.
STAYS = {"wagtailcore.comment", "wagtailcore.commentreply"}


@transaction.atomic
def leave(user: Any, request: HttpRequest) -> None:
    """Delete somebody's account at their own wish. Raises ValidationError, in words, where they lead a place alone."""
    # Two leads who leave at the same moment wait here, and the second one is told.
    led = user.memberships.filter(active=True, role=Role.LEAD).values("section")
    leads = Membership.objects.filter(models.Q(section__in=led) | models.Q(section=None), role=Role.LEAD)
    list(leads.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    list(User.objects.filter(is_superuser=True).order_by("pk").select_for_update().values_list("pk"))
    authority.ask_before_leaving(user)
    address = user.email
    _forget_files(user)
    Invitation.objects.filter(email__in=addresses_of(user)).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    for rows in _personal(user):
        _forget_names(rows)
        rows.delete()
    _forget_names(User.objects.filter(pk=user.pk))
    Page.objects.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
    _empty(user)
    record(Action.ACCOUNT, about=user, detail="Deleted by its owner", request=request)
    mail.send("account_deleted", "Your account is deleted", address, {})


def _personal(user: Any) -> Iterator[models.QuerySet]:
    """The rows that would go with the account."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.CASCADE:
            continue
        if relation.related_model._meta.label_lower not in STAYS:
            yield relation.related_model._base_manager.filter(**{relation.field.name: user})


def _forget_names(rows: models.QuerySet) -> None:
    """Wagtail's log repeats what it is about in words; of these rows it keeps none."""
    kind = ContentType.objects.get_for_model(rows.model, for_concrete_model=False)
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys).update(label=" ".join(FORMER))


def _forget_files(user: Any) -> None:
    stem = getattr(getattr(user, "profile", None), "photo", "")
    avatar = getattr(getattr(user, "wagtail_userprofile", None), "avatar", None)
    if stem:
        transaction.on_commit(lambda: photos.remove(stem))
    if avatar:
        transaction.on_commit(lambda: avatar.storage.delete(avatar.name))


def _empty(user: Any) -> None:
    """Every field back to what it starts with, whichever app added it; then what makes the shell."""
    for field in User._meta.concrete_fields:
        if field.name not in ("id", "date_joined"):
            setattr(user, field.attname, field.get_default())
    user.first_name, user.last_name = FORMER
    user.email = f"former-{user.pk}@former.invalid"
    user.is_active = False
    user.set_unusable_password()
    user.save()
