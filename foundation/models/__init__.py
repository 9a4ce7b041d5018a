from foundation.models.budgets import Budget
from foundation.models.content import Changes, ContentChange, ContentVersion
from foundation.models.hours import Holiday, OpeningHours
from foundation.models.logos import LogoFile
from foundation.models.own_numbers import OwnNumber, told
from foundation.models.profile import ClinicProfile, ProcessStep
from foundation.models.profile_revisions import ProfileRevision, was_ever_shown
from foundation.models.required_notices import RequiredNotice, RequiredNoticeRevision
from foundation.models.wordings import ConsentWording

__all__ = [
    "Budget",
    "Changes",
    "ClinicProfile",
    "ConsentWording",
    "ContentChange",
    "ContentVersion",
    "Holiday",
    "LogoFile",
    "OpeningHours",
    "OwnNumber",
    "ProcessStep",
    "ProfileRevision",
    "RequiredNotice",
    "RequiredNoticeRevision",
    "told",
    "was_ever_shown",
]
