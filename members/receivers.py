"""A new place gets its groups and its workflow."""

from django.dispatch import receiver
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from home.signals import place_created
from members import roles


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
