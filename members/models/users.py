"""The user: somebody who signs in with an e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from home import access

if TYPE_CHECKING:
    from collections.abc import Iterable


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


class User(AbstractUser):
    """A person with an account. Signing in gives no rights by itself: memberships do."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    organization = models.CharField(max_length=160, blank=True)
    job_title = models.CharField(max_length=120, blank=True)

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

    @property
    def enters_admin(self) -> bool:
        """Whether a role of this person opens the admin: what menus ask. The admin itself asks for the right."""
        roles = {membership.role for membership in self.active_memberships()}
        return self.is_superuser or not roles.isdisjoint({"reviewer", "editor", "lead"})

    @property
    def is_member(self) -> bool:
        """Whether this person has been approved: an active membership, or an administrator."""
        return access.MEMBERS in self.access_keys()
