"""What people tell of themselves, and the flat rows by which the directory finds them.

Name, job title and organization are the account's. `members.profiles.fields` says who sees which field.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from home.models import AccessRule, Topic
from members.models.memberships import Membership


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Groups of people."""

    def listed(self) -> ProfileQuerySet:
        """People with a part here: neither those who wait, nor who were declined, nor whose account is closed."""
        active = Membership.objects.filter(user=models.OuterRef("user"), active=True)
        return self.filter(models.Exists(active), user__is_active=True)

    def visible_to(self, user: Any) -> ProfileQuerySet:
        """The people whose name this reader may see."""
        return self.listed().filter(access__in=AccessRule.objects.allowing(user))

    def with_parts(self) -> ProfileQuerySet:
        """With all that `visible_fields` reads, in a fixed number of queries."""
        active = Membership.objects.filter(active=True).select_related("section")
        parts = models.Prefetch("user__memberships", active, to_attr="_active_memberships")
        return self.select_related("user").prefetch_related(parts, "topics")


class Profile(models.Model):
    """One person's. Made with the first membership; a person without a membership may have one that nobody sees."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    photo = models.CharField(max_length=32, blank=True, editable=False)  # see members.profiles.photos
    pronouns = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    asked_about = models.TextField(max_length=400, blank=True)
    about = models.TextField(max_length=1000, blank=True)
    links = models.TextField(max_length=1000, blank=True)  # one address a line
    audiences = models.JSONField(default=dict)  # field -> audience, where it is not the field's own default
    # Who may see the name, and so that there is such a person. Derived, like the facets, by members.profiles.facets.
    access = models.ForeignKey(AccessRule, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    objects = ProfileQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        """The person's page."""
        return reverse("person", args=[self.uuid])


class ProfileFacet(models.Model):
    """One value by which the directory finds a person (`state`, `role`, `topic`, `organization`, and the `word`s of the
    name), with the rule of the field that it comes from."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=16)
    value = models.CharField(max_length=80)
    access = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["profile", "name", "value"], name="profile_value_once")]
        indexes = [models.Index(fields=["name", "value", "access"], name="profile_found_by")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
