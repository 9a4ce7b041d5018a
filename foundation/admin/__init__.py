from foundation.admin.profile import ClinicProfileAdmin
from foundation.admin.wordings import ConsentWordingAdmin

__all__ = ["ClinicProfileAdmin", "ConsentWordingAdmin"]
