"""People: users and their memberships; one family a file."""

from members.models.memberships import Membership, Role, RoleGroup
from members.models.users import User

__all__ = ["Membership", "Role", "RoleGroup", "User"]
