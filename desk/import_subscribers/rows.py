"""What the export of another newsletter program says of each person, known by the headings of its columns.

Mailchimp writes OPTIN_TIME and CONFIRM_TIME, and who left or whose address is dead in files of their own, by UNSUB_TIME
and CLEAN_TIME. HubSpot has a column for each kind of mail that somebody opted out of, and a file of its own of all who
left or are dead. listmonk has a status, which says nothing of whoever left one list.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desk.import_list.guesses import guess
from desk.import_list.reading import Table
from enquiries.actions.imports.columns import DayWidget, address_of, by_field
from enquiries.actions.imports.erased import erased_among
from enquiries.actions.imports.faults import Fault, RowFault, Unreadable
from enquiries.actions.imports.stops import stop_of
from enquiries.folding import fold
from foundation.models import ClinicProfile
from mailings.models import Suppression
from newsletters.actions.imports import Row

Reason = Suppression.Reason
# When they said yes: the sooner in this list, the better a proof. That a row was made some day proves nothing.
WHEN = [
    *("confirmtime", "confirmedat", "confirmedon", "confirmationtime", "optinconfirmedat", "doubleoptinat"),
    *("optintime", "optinat", "optindate", "optedinat", "subscribedat", "subscribedon", "subscribedate"),
    *("consentdate", "consentgivenon", "consentedat", "agreedon", "einwilligungam", "angemeldetam"),
]
NOT_A_LETTER = re.compile(r"[\W\d_]+")
# Words of a status for whoever was asked to confirm and did not, or never asked for a newsletter.
NOT_CONFIRMED = {"unconfirmed", "notconfirmed", "pending", "nonsubscribed", "transactional"}
# listmonk's word for whom nothing is sent to.
DISABLED = "disabled"
# How the files of a Mailchimp export begin, each of them about people of one kind.
NEVER_ASKED, OF_WHO_LEFT, OF_THE_DEAD = "nonsubscribed_", "unsubscribed_", "cleaned_"
# HubSpot's file of whoever left or is dead: its other columns are named as the clinic named its kinds of mail.
OF_STOPS = "portalunsubscribe"
# No other program's export has all of these.
LISTMONK = {"uuid", "email", "attributes", "status"}
# Each is about that newsletter: none keeps a packet from whoever asks for one here, which tries for itself.
STOPS = {
    RowFault.SAYS_STOP.value: Reason.UNSUBSCRIBED,
    RowFault.SAYS_DEAD.value: Reason.COMES_BACK,
    RowFault.SAYS_COMPLAINT.value: Reason.UNSUBSCRIBED,
}


def letters(text: str) -> str:
    return NOT_A_LETTER.sub("", fold(text))


def rows_of(table: Table, file_name: str = "") -> list[Row]:
    """Raises ValidationError for a table in which nothing is an address."""
    columns = guess(table.headings, [[cells[place] for _number, cells in table.rows] for place in places(table)])
    if "email" not in columns:
        raise ValidationError(_("No column of this file holds e-mail addresses."))
    days, clock = day_columns(table.headings), DayWidget()
    clock.clinic = ClinicProfile.objects.current()
    never_asked, all_stopped = file_name.startswith(NEVER_ASKED), stop_of_all(table.headings, file_name)
    rows = [
        Row(
            number,
            address_in(cells),
            stop_in(cells) or all_stopped,
            day_in([line[place] for place in days], clock),
            waits=never_asked or letters(cells.get("status", "")) in NOT_CONFIRMED,
        )
        for number, line in table.rows
        for cells in [by_field(columns, line)]
    ]
    erased = erased_among(row.address for row in rows)
    return [row._replace(erased=row.address in erased) for row in rows]


def stop_of_all(headings: list[str], file_name: str) -> str:
    """Of a file in which nobody else stands: what its rows do not say is a kind of mail that they left."""
    if file_name.startswith(OF_THE_DEAD):
        return Reason.COMES_BACK.value
    left = file_name.startswith(OF_WHO_LEFT) or OF_STOPS in map(letters, headings)
    return Reason.UNSUBSCRIBED.value if left else ""


def caution(headings: list[str]) -> str:
    """What whoever brings it should know of a program's file before its people get mail; mostly nothing."""
    if not {*map(letters, headings)} >= LISTMONK:
        return ""
    return _(
        "This is a file of listmonk, which calls everybody “enabled” who is not blocked, also who left a list or "
        "never confirmed. Bring only those whose subscription there is “confirmed”: choose that in listmonk before "
        "you export."
    )


def places(table: Table) -> range:
    return range(len(table.headings))


def day_columns(headings: list[str]) -> list[int]:
    known = {letters(heading): place for place, heading in reversed([*enumerate(headings)])}
    return [known[word] for word in WHEN if word in known]


def address_in(cells: Mapping[str, str]) -> str:
    return address_of(cells.get("email", ""))


def stop_in(cells: Mapping[str, str]) -> str:
    """The reason of a suppression, or nothing."""
    said = stop_of(cells)
    if said is None and letters(cells.get("status", "")) == DISABLED:
        said = Fault(RowFault.SAYS_STOP.value)
    return STOPS[said.code].value if said else ""


def day_in(cells: list[str], clock: DayWidget) -> str:
    """The best proof that can be read, and is not still to come."""
    for cell in cells:
        try:
            day = clock.clean(cell)
        except Unreadable:
            continue
        if day and day <= clock.clinic.today():
            return day.isoformat()
    return ""
