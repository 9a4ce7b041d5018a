"""The clinic's own numbers and its prices in a sentence each, with all that they are no good without."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from foundation import days
from foundation.models import ClinicProfile, OwnNumber


def sentence(number: OwnNumber) -> str:
    words = _(
        "Of %(of)s %(who)s from %(since)s to %(until)s, %(count)s %(what)s. %(others)s did not, and of "
        "%(not_known)s it is not known."
    )
    counted = {name: grouped(getattr(number, name)) for name in ("of", "count", "others", "not_known")}
    since, until = (days.day(day, "YEAR_MONTH_FORMAT") for day in (number.since, number.until))
    return words % {**counted, "who": number.who, "what": number.what, "since": since, "until": until}


def price(profile: ClinicProfile) -> str:
    """Empty where none is told."""
    if profile.price_low is None or profile.price_high is None:
        return ""
    one, several = (
        _("%(high)s %(currency)s for %(covers)s."),
        _("From %(low)s to %(high)s %(currency)s for %(covers)s."),
    )
    told = (one if profile.price_low == profile.price_high else several) % {
        "low": grouped(profile.price_low),
        "high": grouped(profile.price_high),
        "currency": profile.price_currency,
        "covers": profile.price_covers.strip().rstrip("."),
    }
    as_of = _("As of %(day)s. What you would pay, and for what, stands in your written quote.")
    return f"{told} {as_of % {'day': days.day(profile.price_on, profile=profile)}}"


def grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
