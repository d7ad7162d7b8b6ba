"""Memberships: which person belongs to which section, in which role; and the groups that carry a role's rights."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import models, transaction

from members.models.audit import Action, record


class Role(models.TextChoices):
    """Lead > editor > reviewer > member. Each may do what those below it may."""

    MEMBER = "member", "Member"
    REVIEWER = "reviewer", "Reviewer"
    EDITOR = "editor", "Editor"
    LEAD = "lead", "Lead"


class RoleGroup(models.Model):
    """Ties a Django group to the place and the kind of right that it stands for. Made with the place."""

    class Kind(models.TextChoices):
        """Reviewers write drafts and approve; editors publish."""

        REVIEWERS = "reviewers", "Reviewers"
        EDITORS = "editors", "Editors"

    group = models.OneToOneField(Group, on_delete=models.CASCADE, primary_key=True, related_name="role")
    section = models.ForeignKey("home.SectionPage", null=True, on_delete=models.CASCADE, related_name="role_groups")
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "kind"], name="role_group_once_a_section"),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(section=None), name="role_group_once_for_all"),
        ]

    def __str__(self) -> str:
        return self.group.name


# What a role gives in the admin. Members need no group; leads are editors.
KIND_OF_ROLE = {
    Role.REVIEWER: RoleGroup.Kind.REVIEWERS,
    Role.EDITOR: RoleGroup.Kind.EDITORS,
    Role.LEAD: RoleGroup.Kind.EDITORS,
}


NO_ROLE = "No role"
ALREADY_THERE = "This person already has a membership there. Change its role instead."


class Membership(models.Model):
    """One person's part in one section, or (section empty) in the whole community.

    Saving it, and deleting it by any way (`members.receivers`), brings the person's groups into line at once and writes
    a line into the audit log. Who may do it is decided in `members.authority`.
    """

    changed_by: Any = None  # the person who saves or deletes it, for the audit log

    user = models.ForeignKey("members.User", on_delete=models.CASCADE, related_name="memberships")
    section = models.ForeignKey(
        "home.SectionPage",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="memberships",
        help_text="Leave empty for the whole community.",
    )
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    active = models.BooleanField(default=True, help_text="Untick to end it without forgetting it.")
    since = models.DateField(auto_now_add=True)

    class Meta:
        ordering = ["section__title", "user__last_name", "user__first_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], name="membership_once_a_section", violation_error_message=ALREADY_THERE
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(section=None),
                name="membership_once_for_all",
                violation_error_message=ALREADY_THERE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display().lower()} in {self.section or 'the whole community'}"

    def save(self, *args, **kwargs) -> None:
        """Save, and give or take the groups that follow; also from the person who had it before."""
        with transaction.atomic():
            before = Membership.objects.filter(pk=self.pk).select_related("user").first()
            super().save(*args, **kwargs)
            sync_groups(self.user)
            if before and (before.user, before.section_id) != (self.user, self.section_id):
                sync_groups(before.user)
                before.changed_by = self.changed_by
                before.note(before.standing, NO_ROLE)
                before = None
            self.note(before.standing if before else NO_ROLE, self.standing)

    @property
    def standing(self) -> str:
        """The role in a word, or that there is none."""
        return str(self.get_role_display()) if self.active else NO_ROLE

    def note(self, before: str, now: str) -> None:
        """Write into the audit log what changed; nothing where nothing did."""
        if before != now:
            record(Action.ROLE, by=self.changed_by, about=self.user, section=self.section, detail=f"{before} → {now}")


def sync_groups(user) -> None:
    """Give a person exactly the role groups that their active memberships call for. Other groups are left alone."""
    wanted = set()
    for membership in user.memberships.filter(active=True):
        kind = KIND_OF_ROLE.get(Role(membership.role))
        if kind:
            wanted |= set(
                RoleGroup.objects.filter(section=membership.section_id, kind=kind).values_list("pk", flat=True)
            )
    held = set(RoleGroup.objects.filter(group__user=user).values_list("pk", flat=True))
    user.groups.remove(*(held - wanted))
    user.groups.add(*(wanted - held))
    user.__dict__.pop("_active_memberships", None)
