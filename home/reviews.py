"""What follows when a review ends well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

SOMEBODY_ELSE = "Somebody else has to approve what you submitted: an editor, or another reviewer of the section."


def publish_approved(workflow_state: WorkflowState, user: Any = None) -> None:
    """Publish what was approved (`WAGTAIL_FINISH_WORKFLOW_ACTION`).

    A reviewer approves without a right to publish, which Wagtail's own function would ask for. Raises ValidationError
    where somebody without that right approves what they submitted themselves.
    """
    page = workflow_state.content_object
    if user and user == workflow_state.requested_by and not page.permissions_for_user(user).can_publish():
        raise ValidationError(SOMEBODY_ELSE)
    page.get_latest_revision().publish(user=user, skip_permission_checks=True)
