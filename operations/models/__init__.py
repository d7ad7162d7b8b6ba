"""What keeps the worksite running: mail waiting to leave, and the beats of the clock."""

from operations.models.heartbeats import Heartbeat
from operations.models.mail import OutgoingMail

__all__ = ["Heartbeat", "OutgoingMail"]
