"""People: users, their memberships, and the log of what concerns both; one family a file."""

from members.models.audit import Action, AuditEntry, record
from members.models.consents import Consent
from members.models.following import Beginning, Follow, Told
from members.models.invitations import Invitation
from members.models.memberships import Membership, Role, RoleGroup
from members.models.messages import PersonMessage
from members.models.profiles import Profile, ProfileFacet
from members.models.requests import Helper, JoinRequest
from members.models.unsent import UnsentForm
from members.models.users import Letter, User

__all__ = [
    "Action",
    "AuditEntry",
    "Beginning",
    "Consent",
    "Follow",
    "Helper",
    "Invitation",
    "JoinRequest",
    "Letter",
    "Membership",
    "PersonMessage",
    "Profile",
    "ProfileFacet",
    "Role",
    "RoleGroup",
    "Told",
    "UnsentForm",
    "User",
    "record",
]
