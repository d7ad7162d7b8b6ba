"""A new place gets its groups and its workflow; a new page of the whole community its editors."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from home.models import HomePage, StandardPage
from home.signals import place_created
from members import roles
from members.models import Membership
from members.models.memberships import NO_ROLE, sync_groups


@receiver(place_created)
def add_groups_and_workflow(page, **kwargs) -> None:
    """Make the groups of a new home page or section, and its one-step workflow."""
    groups = roles.make_groups(page)
    name = f"{roles.place_name(page)} review"
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.set(groups)
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=page.pk)


@receiver(post_save, sender=StandardPage)
def give_it_to_the_community(instance, created, **kwargs) -> None:
    """A new page right below home is shared by all, so the community's groups get their rights over it."""
    home = HomePage.objects.first() if created else None
    if home and instance.is_child_of(home):
        roles.make_groups(home)


@receiver(post_delete, sender=Membership)
def take_the_groups_back(instance, origin=None, **kwargs) -> None:
    """A membership that is deleted, alone or with others, takes its rights along.

    What goes with a person or a section leaves no line: the log could not point to what is being deleted.
    """
    sync_groups(instance.user)
    if getattr(origin, "model", type(origin)) is Membership:
        instance.note(instance.standing, NO_ROLE)
