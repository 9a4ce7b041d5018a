from foundation.admin.profile import ClinicProfileAdmin
from foundation.admin.required_notices import RequiredNoticeAdmin
from foundation.admin.wordings import ConsentWordingAdmin

__all__ = ["ClinicProfileAdmin", "ConsentWordingAdmin", "RequiredNoticeAdmin"]
