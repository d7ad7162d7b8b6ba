"""People: users, their memberships, and the log of what concerns both; one family a file."""

from members.models.audit import Action, AuditEntry, record
from members.models.memberships import Membership, Role, RoleGroup
from members.models.users import User

__all__ = ["Action", "AuditEntry", "Membership", "Role", "RoleGroup", "User", "record"]
