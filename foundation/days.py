"""How the clinic writes days to whoever reads English; any other language writes them its own way.

For visitors' pages, mails and packets. Staff pages stay by the language of whoever is signed in.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language

from foundation.models import ClinicProfile

Dates = ClinicProfile.Dates
# By the names that Django has for what each language does.
PATTERNS: dict[str, dict[str, str]] = {
    Dates.MONTH_FIRST: {"DATE_FORMAT": "F j, Y", "MONTH_DAY_FORMAT": "F j", "YEAR_MONTH_FORMAT": "F Y"},
    Dates.DAY_FIRST: {"DATE_FORMAT": "j F Y", "MONTH_DAY_FORMAT": "j F", "YEAR_MONTH_FORMAT": "F Y"},
    # Without its year nobody would know which of two numbers is the day.
    Dates.NUMBERS: {"DATE_FORMAT": "Y-m-d", "MONTH_DAY_FORMAT": "Y-m-d", "YEAR_MONTH_FORMAT": "Y-m"},
}


def day(value: date | None, name: str = "DATE_FORMAT", profile: ClinicProfile | None = None) -> str:
    """profile: one that is typed and not saved yet; a moment is taken to be in the reader's zone already."""
    if not value:
        return ""
    chosen = (profile or ClinicProfile.objects.current()).dates
    is_english = (get_language() or "").split("-")[0] == "en"
    patterns = PATTERNS.get(chosen, {}) if is_english else {}
    return date_format(value, patterns.get(name, name))
