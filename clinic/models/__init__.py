"""The accounts of the people who work here, what they did that must be answered for, and when each job last ticked."""

from clinic.models.account_mails import AccountMail
from clinic.models.accounts import StaffUser, StaffUserManager
from clinic.models.audit import AuditEvent
from clinic.models.invitations import StaffInvitation
from clinic.models.jobs import JobTick
from clinic.models.review_reminders import ReviewReminder

__all__ = ["AccountMail", "AuditEvent", "JobTick", "ReviewReminder", "StaffInvitation", "StaffUser", "StaffUserManager"]
