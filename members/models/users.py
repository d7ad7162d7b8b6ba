"""The user: somebody who signs in with an e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from home import access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from home.models import SectionPage


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for what is no IANA name of a zone."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A new user. Raises ValueError without an address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A new administrator of the site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def holding(self, keys: Iterable[str]) -> models.QuerySet[User]:
        """The active people whom a membership gives one of these keys of `home.access`."""
        membership = models.Q(memberships__active=True)
        if access.MEMBERS not in keys:
            membership &= models.Q(memberships__section__in=access.sections_of(keys))
        return self.filter(membership, is_active=True).distinct()

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses are the same whatever their case."""
        return self.get(email__iexact=username)


class Letter(models.TextChoices):
    """What somebody wants to read on Mondays."""

    ALL = "all", "News of all States, mine first"
    FOLLOWED = "followed", "Only my sections, what is for all, and what I follow"
    OFF = "off", "No letter"


class User(AbstractUser):
    """A person with an account. Signing in gives no rights by itself: memberships do."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    organization = models.CharField(max_length=160, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    # Empty: the zone of the home State. A page then leaves the reader's own hours to the browser, which knows better.
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    home_section = models.ForeignKey(
        "home.SectionPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    letter = models.CharField("weekly letter", max_length=16, choices=Letter.choices, default=Letter.ALL)
    letter_on = models.DateField(null=True, editable=False)  # the Monday whose letter is done, sent or found empty
    # `members.visits` writes these two: when this person was last here, and up to when all news counts as seen.
    active_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = UserManager()  # type: ignore[assignment]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["first_name", "last_name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="email_once_whatever_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def position(self) -> str:
        """What they do and where, as far as they said: "Nurse, Twin Falls hospital"."""
        return ", ".join(filter(None, [self.job_title, self.organization]))

    def access_keys(self) -> frozenset[str]:
        """The keys of `home.access` that this person holds, from the memberships that are active now."""
        if self.is_superuser:
            return frozenset({access.PUBLIC, access.MEMBERS, access.EVERYTHING})
        sections = [membership.section_id for membership in self.active_memberships()]
        keys = {access.PUBLIC}
        if sections:
            keys.add(access.MEMBERS)
        return frozenset(keys | {access.section_key(pk) for pk in sections if pk is not None})

    def active_memberships(self) -> list[Any]:
        """The active memberships, read once an instance (that is, once a request)."""
        if not hasattr(self, "_active_memberships"):
            self._active_memberships = list(self.memberships.filter(active=True).select_related("section"))
        return self._active_memberships

    def own_sections(self) -> list[SectionPage]:
        """The sections that this person belongs to, the home State first, the others by name."""
        mine = [membership for membership in self.active_memberships() if membership.section_id]
        if not mine:
            return []
        oldest = min(mine, key=lambda membership: (membership.since, membership.pk))
        home = next((one for one in mine if one.section_id == self.home_section_id), oldest)
        return [home.section, *(one.section for one in mine if one is not home)]

    @property
    def zone(self) -> str:
        """The IANA name of the zone that times are shown in: chosen, else the home State's, else the site's."""
        return self.time_zone or next((section.time_zone for section in self.own_sections()), settings.TIME_ZONE)

    @property
    def enters_admin(self) -> bool:
        """Whether a role of this person opens the admin: what menus ask. The admin itself asks for the right."""
        roles = {membership.role for membership in self.active_memberships()}
        return self.is_superuser or not roles.isdisjoint({"reviewer", "editor", "lead"})

    @property
    def is_member(self) -> bool:
        """Whether this person has been approved: an active membership, or an administrator."""
        return access.MEMBERS in self.access_keys()
