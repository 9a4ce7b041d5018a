"""The clinic's own words and details: one row, edited by staff, read by every page and mail."""

import zoneinfo
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.business_hours import BusinessHours, week_of
from foundation.models.logos import size_of
from foundation.outage import last_known
from foundation.own_countries import are_countries
from foundation.own_texts import can_be_filled_in
from foundation.palette import COLOR, Palette, digest, faint_accent, faint_ink
from foundation.palette import palette as palette_of
from foundation.signals import what_speaks_against
from foundation.social_links import SocialLink, are_links, links_in

NO_PRICE = Q(price_low=None, price_high=None, price_currency="", price_covers="", price_on=None)
WHOLE_PRICE = (
    Q(price_low__isnull=False, price_high__isnull=False, price_high__gte=F("price_low"), price_on__isnull=False)
    & ~Q(price_currency="")
    & ~Q(price_covers="")
)
TOO_FAINT = _(
    "Words in %(chosen)s cannot be read on %(other)s: their contrast is %(ratio)s to 1, and people need 4.5 to 1. The "
    "nearest color that can be read is %(nearest)s."
)
OWN_TEXT = _(
    "Empty for the text that came with the site. {name}, {email}, {phone}, {postal_address}, {kept_months} and "
    "{confirm_days} are filled in with your details and with what the site goes by."
)
# Some five weeks of a usual clinic. Beyond the years that a calendar has, no form could say by when somebody answers.
MOST_ANSWER_HOURS = 200


# Long ago, so that the tables of both have it, however old either is.
A_SUMMER = datetime(2020, 7, 1, 12, tzinfo=UTC)


def is_time_zone(name: str) -> None:
    """One clock to Python, which writes times, and to Postgres, which counts by days; "localtime" is to one of them."""
    if not (name in known_to_python() and clock_of_postgres(name) == clock_of_python(name)):
        city = "/" + name.strip().replace(" ", "_").casefold()
        meant = next((zone for zone in sorted(known_to_python()) if zone.casefold().endswith(city)), "")
        raise ValidationError(_("Write a time zone such as %(zone)s.") % {"zone": meant or "America/New_York"})


# Two of them read six hundred files to say it, which whoever types beside a preview would wait for at each word.
@cache
def known_to_python() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def clock_of_postgres(name: str) -> datetime | None:
    """What AT TIME ZONE says in a summer, to which CET, EET, MET and WET have none; None of an unknown name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s AT TIME ZONE name FROM pg_timezone_names WHERE name = %s", [A_SUMMER, name])
        found = cursor.fetchone()
        return found and found[0]


def clock_of_python(name: str) -> datetime:
    return A_SUMMER.astimezone(zoneinfo.ZoneInfo(name)).replace(tzinfo=None)


def is_color(text: str) -> None:
    if not COLOR.fullmatch(text.lower()):
        raise ValidationError(_("Write a color as # and six of 0-9 and a-f, such as #0f5257."))


class ProfileManager(models.Manager["ClinicProfile"]):
    def current(self) -> "ClinicProfile":
        """The profile with its hours; while the database is away, the last one that was seen, else an unnamed one."""
        return _current()


# With its business hours, which every page says: one query instead of three.
WITH_HOURS = """
SELECT profile.*,
    ARRAY(SELECT weekday FROM articles_openinghours WHERE profile_id = profile.id ORDER BY id) AS weekdays,
    ARRAY(SELECT opens FROM articles_openinghours WHERE profile_id = profile.id ORDER BY id) AS opens,
    ARRAY(SELECT closes FROM articles_openinghours WHERE profile_id = profile.id ORDER BY id) AS closes,
    ARRAY(SELECT day FROM articles_holiday WHERE profile_id = profile.id) AS days
FROM articles_clinicprofile AS profile
"""


@last_known(default=lambda: ClinicProfile(), of_the_frame=True)
def _current() -> "ClinicProfile":
    found: Any = next(iter(ClinicProfile.objects.raw(WITH_HOURS)), None)
    if found is None:
        return ClinicProfile()
    spans = zip(found.weekdays, found.opens, found.closes, strict=True)
    found.hours_as_read = BusinessHours(found.zone, week_of(spans), frozenset(found.days))
    return cast(ClinicProfile, found)


class ClinicProfile(models.Model):
    class Paper(models.TextChoices):
        """As typst names them."""

        LETTER = "us-letter", _("US Letter")
        A4 = "a4", _("A4")

    class Dates(models.TextChoices):
        MONTH_FIRST = "month_first", _("November 29, 2026")
        DAY_FIRST = "day_first", _("29 November 2026")
        NUMBERS = "numbers", _("2026-11-29")

        __empty__ = _("as the reader's language does it")

    # Of the texts below.
    language = models.CharField(
        _("language"), max_length=20, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE, editable=False
    )
    name = models.CharField(_("name"), max_length=100, default=_("The clinic"))
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    hours = models.CharField(
        _("note on the opening hours"),
        max_length=200,
        blank=True,
        help_text=_("Printed behind the opening hours below, such as “by appointment”."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[is_time_zone])
    first_answer_hours = models.PositiveSmallIntegerField(
        _("first answer within"),
        default=4,
        db_default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ANSWER_HOURS)],
        help_text=_("Opening hours in which a person answers an enquiry. Enquiries already here keep their time."),
    )
    assigns_new_leads = models.BooleanField(
        _("new leads are given to coordinators by turns"),
        default=False,
        db_default=False,
        help_text=_("Those who are away are left out."),
    )
    # Names of LogoFile, not numbers: mails are rendered from these fields alone, and pages while the database is away.
    logo = models.CharField(_("logo"), max_length=80, blank=True, default="", db_default="", editable=False)
    own_icon = models.CharField(_("icon"), max_length=80, blank=True, default="", db_default="", editable=False)
    accent_color = models.CharField(
        _("color of buttons, links and headings"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        validators=[is_color],
        help_text=_("Such as #0f5257; empty for that of the site. At night the same hue is shown lighter."),
    )
    on_accent_color = models.CharField(
        _("color of the words on buttons"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        validators=[is_color],
        help_text=_("Such as #ffffff; empty for white."),
    )
    sender_name = models.CharField(
        _("name of the sender of mails"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("Shown in mailboxes; empty for the name of the clinic."),
    )
    footer_notice = models.TextField(
        _("line at the foot of each page"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Such as who licensed the clinic, or its number in a register of companies."),
    )
    social_links = models.TextField(
        _("where else you are found"),
        blank=True,
        default="",
        db_default="",
        validators=[are_links],
        help_text=_("One address a line, such as: Our videos https://video.example.org/us"),
    )
    paper = models.CharField(
        _("paper of the packet"),
        max_length=10,
        choices=Paper,
        default=Paper.LETTER,
        db_default=Paper.LETTER,
    )
    dates = models.CharField(
        _("how days are written"),
        max_length=20,
        choices=Dates,
        blank=True,
        default="",
        db_default="",
        help_text=_("On the site, in mails and in the packet, where these speak English."),
    )
    countries_first = models.CharField(
        _("countries at the top of lists"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        validators=[are_countries],
        help_text=_(
            "Where most people come from, as codes: US, CA, GB. The country of your address stands before them by "
            "itself; empty for those of the site."
        ),
    )
    notice = models.TextField(_("notice"), blank=True, help_text=_("Shown on top of every page while it is not empty."))
    home_heading = models.CharField(_("home page heading"), max_length=200, blank=True)
    home_text = models.TextField(_("home page text"), blank=True)
    about = models.TextField(_("about the clinic"), blank=True)
    packet_intro = models.TextField(_("line under “Request Information Packet”"), blank=True)
    packet_thanks = models.TextField(_("text after a packet request"), blank=True)
    newsletter_intro = models.TextField(_("line under “Subscribe To Our Newsletter”"), blank=True)
    known = models.TextField(_("what is known"), blank=True)
    unknown = models.TextField(_("what is not known"), blank=True)
    costs = models.TextField(_("costs"), blank=True)
    price_low = models.PositiveIntegerField(_("price from"), null=True, blank=True)
    price_high = models.PositiveIntegerField(_("price to"), null=True, blank=True, help_text=_("The highest so far."))
    price_currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator("^[A-Z]{3}$", _("Write a currency as its code, such as USD."))],
        help_text=_("Its code, such as USD."),
    )
    price_covers = models.CharField(
        _("what it covers"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Such as: the consultation, collecting the cells, and one treatment visit"),
    )
    price_on = models.DateField(_("prices as of"), null=True, blank=True)
    privacy_text = models.TextField(
        _("privacy"), blank=True, default="", db_default="", validators=[can_be_filled_in], help_text=OWN_TEXT
    )
    accessibility_text = models.TextField(
        _("accessibility"), blank=True, default="", db_default="", validators=[can_be_filled_in], help_text=OWN_TEXT
    )
    questions_to_ask = models.TextField(_("questions to ask any clinic"), blank=True)

    # Of a profile that was read with them.
    hours_as_read: BusinessHours | None = None

    objects = ProfileManager()

    class Meta:
        verbose_name = _("clinic profile")
        verbose_name_plural = _("clinic profile")
        permissions = [("promise_answers", _("Can change by when answers are promised and who is given new leads"))]
        # Of the room in which it was made.
        db_table = "articles_clinicprofile"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="clinicprofile_one_row"),
            models.CheckConstraint(
                condition=NO_PRICE | WHOLE_PRICE,
                name="clinicprofile_price_is_whole",
                violation_error_message=_(
                    "A price is told whole or not at all: from, to (not less), currency, what it covers, and of when."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        self.accent_color, self.on_accent_color = self.accent_color.lower(), self.on_accent_color.lower()
        chosen = [color for color in (self.accent_color, self.on_accent_color) if color]
        if all(COLOR.fullmatch(color) for color in chosen):
            self.refuse_what_cannot_be_read()
        self.refuse_a_price_that_misleads()

    def refuse_a_price_that_misleads(self) -> None:
        if against := what_speaks_against(self.price_covers):
            raise ValidationError({"price_covers": against})
        if self.price_on and self.price_on > self.today():
            raise ValidationError({"price_on": _("This day is still to come.")})

    def refuse_what_cannot_be_read(self) -> None:
        name, faint = "accent_color", faint_accent(self.accent_color) if self.accent_color else None
        if faint is None:
            name, faint = "on_accent_color", faint_ink(self.accent_color, self.on_accent_color)
        if faint:
            raise ValidationError({name: TOO_FAINT % {**faint._asdict(), "ratio": f"{faint.ratio:.2f}"}})

    def links(self) -> list[SocialLink]:
        return links_in(self.social_links)

    @property
    def palette(self) -> Palette:
        return palette_of(self.accent_color, self.on_accent_color)

    @property
    def colors(self) -> str:
        """Of the address of what is other than in palette.css; empty where nothing is."""
        return digest(self.accent_color, self.on_accent_color)

    @property
    def icon(self) -> str:
        """Of a tab and a home screen; a wide logo is hard to make out there, so it may have one of its own."""
        return self.own_icon or self.logo

    @property
    def logo_size(self) -> tuple[int, int]:
        return size_of(self.logo)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self, now: datetime | None = None) -> date:
        """The date where the clinic is: what staff call today. now: some other moment."""
        return timezone.localdate(now, timezone=self.zone)

    def business_hours(self) -> BusinessHours:
        """When the clinic is open, as the rows say now: two queries, unless it was read with them."""
        if self.hours_as_read:
            return self.hours_as_read
        # The unnamed profile of an empty database has no rows to ask for.
        spans = self.opening_hours.values_list("weekday", "opens", "closes") if self.pk else []
        days = self.holidays.values_list("day", flat=True) if self.pk else []
        return BusinessHours(self.zone, week_of(spans), frozenset(days))


class ProcessStep(models.Model):
    """One step of the clinic's treatment process, as the packet tells it."""

    profile = models.ForeignKey(ClinicProfile, models.CASCADE, related_name="process_steps")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("step of the process")
        verbose_name_plural = _("steps of the process")
        # Of the room in which it was made.
        db_table = "articles_processstep"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title
