"""Lists as people and programs really write them, from the bytes to the columns."""

import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from desk import csv_cells
from desk.import_list.cells import as_text
from desk.import_list.guesses import guess
from desk.import_list.headings import meaning
from desk.import_list.reading import Table, read
from tests.conftest import AWKWARD_NAME
from tests.lead_lists import rewritten, saved, workbook

pytestmark = pytest.mark.pure


def fields(table: Table) -> list[str]:
    columns = [[cells[place] for _number, cells in table.rows] for place in range(len(table.headings))]
    return guess(table.headings, columns)


def test_the_headings_are_the_first_row_with_two_that_are_known_and_what_stands_above_is_named() -> None:
    table = read(f"Congress in Cork, 3 May\n\nName;E-Mail\n{AWKWARD_NAME};zoe@example.org\n".encode())
    assert table.headings == ["Name", "E-Mail"]
    assert table.rows == [(4, [AWKWARD_NAME, "zoe@example.org"])]
    assert "Congress in Cork, 3 May" in table.notice


def test_a_line_break_in_the_first_heading_parts_no_row() -> None:
    table = read('"Full\nname (as in the passport)";"E-Mail";Land\nZoë;zoe@example.org;Irland\n'.encode())
    assert table.headings == ["Full name (as in the passport)", "E-Mail", "Land"]
    assert fields(table) == ["name", "email", "country"]
    assert table.rows == [(2, ["Zoë", "zoe@example.org", "Irland"])]


def test_columns_that_nobody_filled_in_do_not_count_and_all_of_a_crm_come_in() -> None:
    empty = [f"Property {number}" for number in range(300)]
    table = read((",".join(["Name", *empty, "Email"]) + "\nZoë" + "," * 301 + "zoe@example.org\n").encode())
    assert (table.headings, table.rows) == (["Name", "Email"], [(2, ["Zoë", "zoe@example.org"])])
    full = ["First Name", "Email", *empty[:122]]
    assert len(read(workbook(full, ["Zoë", "zoe@example.org", *["x"] * 122])).headings) == 124
    with pytest.raises(ValidationError, match="More than 200 columns"):
        read((",".join(empty) + "\n" + ",".join("x" * 300) + "\n").encode())


def book_of(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


PEOPLE = [["Name", "Email"], ["Zoë", "zoe@example.org"]]


def test_of_several_sheets_the_first_with_headings_is_read_and_the_others_are_offered() -> None:
    data = book_of(Info=[["Printed on 3 May"]], People=PEOPLE, Old=[["Name", "Email"], ["Bo", "bo@example.org"]])
    table = read(data)
    assert table.rows[0][1][0] == "Zoë"
    assert (table.sheet, table.others) == ("People", ["Info", "Old"])
    assert read(data, "old").rows[0][1][0] == "Bo"
    with pytest.raises(ValidationError, match="has no sheet “New”"):
        read(data, "New")
    assert read(book_of(People=PEOPLE)).others == []


FORMATS = [
    (30901820, "General", "30901820"),
    (30901820, "0", "30901820"),
    (30901820, "000000000", "030901820"),
    (1701234567, "00000000000", "01701234567"),
    (1701234567, "0000 0000000", "01701234567"),
    (1701234567, '"0"0', "01701234567"),
    (491701234567, '"+"0', "+491701234567"),
    (491701234567, "\\+0", "+491701234567"),
    (1701234567.0, "0;[Red]-0", "1701234567"),
    (555, "#,##0", "555"),
    (555, "0.00", "555"),
    (True, "General", "True"),
    (None, "General", ""),
]


@pytest.mark.parametrize(("value", "number_format", "text"), FORMATS)
def test_a_number_keeps_the_zeros_that_its_cell_shows(value: Any, number_format: str, text: str) -> None:
    assert as_text(value, number_format) == text


DAYS = [
    (datetime(2026, 5, 30, 23, 59, 16), "yyyy-mm-dd", "2026-05-31"),
    (datetime(2026, 5, 30, 23), "mm-dd-yy", "2026-05-31"),
    (datetime(2026, 5, 31, 5), "mm-dd-yy", "2026-05-31"),
    (datetime(2026, 5, 31), "yyyy-mm-dd h:mm:ss", "2026-05-31"),
    # Where hours can be read they are meant.
    (datetime(2026, 5, 31, 15), "yyyy-mm-dd h:mm:ss", "2026-05-31 15:00:00"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), DAYS)
def test_a_day_of_a_workbook_is_the_nearest(value: datetime, number_format: str, text: str) -> None:
    assert as_text(value, number_format) == text


def test_a_formula_that_nobody_worked_out_is_empty_and_never_nought() -> None:
    data = workbook(["Name", "Email", "Visits"], ["Zoë", "=HYPERLINK(A1)", 0], ["=A1", "bo@example.org", 0])
    # As XlsxWriter saves it: 0 stands for what it did not work out.
    data = rewritten(data, lambda part: re.sub(rb"</f><v */?>(</v>)?", b"</f><v>0</v>", part))
    assert read(data).rows == [(2, ["Zoë", "", "0"]), (3, ["", "bo@example.org", "0"])]


@pytest.mark.parametrize(
    ("held", "text"),
    # The second is how a workbook holds it when somebody typed _x000D_.
    [
        ("call first_x000D_\nthen write", "call first\nthen write"),
        ("_x005F_x000D_", "_x000D_"),
        ("T_x0009_Bo", "T\tBo"),
    ],
)
def test_what_a_workbook_writes_as_a_code_is_read_as_what_it_means(held: str, text: str) -> None:
    assert read(workbook(["Name", "Email", "Notes"], ["Zoë", "zoe@example.org", held])).rows[0][1][2] == text
    assert read(workbook(["Name_x000D_", "Email"], ["Zoë", "zoe@example.org"])).headings == ["Name", "Email"]


def test_numbers_of_a_workbook_come_with_their_zeros() -> None:
    book = openpyxl.Workbook()
    for row in (["Name", "Phone"], ["Zoë", 1701234567]):
        book.active.append(row)  # type: ignore[union-attr]
    book.active["B2"].number_format = "00000000000"  # type: ignore[index]
    assert read(saved(book)).rows == [(2, ["Zoë", "01701234567"])]


@pytest.mark.parametrize("phone", ["+49 30 901820; +49 170 1234567", "+49 30 901820", "+49 30 1\n+49 30 2"])
def test_numbers_that_left_this_site_come_back_as_they_were(phone: str) -> None:
    lines = csv_cells.BYTE_ORDER_MARK + "".join(csv_cells.lines([["Name", "Telephone"], ["Zoë", phone]]))
    assert read(lines.encode()).rows == [(2, ["Zoë", phone])]


def test_a_cell_that_a_spreadsheet_is_to_leave_as_it_is_is_read_as_it_is() -> None:
    assert read(b'Name,Phone\nZo,="+4930901820"\n').rows == [(2, ["Zo", "+4930901820"])]


# What stands in the first row of what each program exports, and what each column is.
HEADS = {
    "google": (
        "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Birthday,Notes,Photo,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,"
        "Address 1 - Country,Organization Name",
        "given_name,middle_name,family_name,,,,,note,,,,email,other_email,,phone,phone,country,",
    ),
    "outlook": (
        "First Name,Middle Name,Last Name,Title,E-mail Address,E-mail 2 Address,Home Phone,Business Phone,Mobile Phone,"
        "Business Fax,Company,Business Country/Region,Home Country/Region,Notes",
        "given_name,middle_name,family_name,,email,other_email,phone,phone,phone,,,country,country,note",
    ),
    "hubspot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Create Date,Lead Status,"
        "Country/Region,Unsubscribed from all email,Opted out of email: Marketing Information,"
        "Email hard bounce reason,Additional email addresses,Next Activity Date",
        ",given_name,family_name,email,phone,phone,owner,created_at,status,country,stopped,stopped,bounced,other_email,"
        "next_action_on",
    ),
    "salesforce": (
        "Salutation,First Name,Last Name,Company / Account,Lead Owner,Email,Phone,Mobile,Country,Lead Status,"
        "Created Date,Email Opt Out,Do Not Call,Description",
        ",given_name,family_name,,owner,email,phone,phone,country,status,created_at,stopped,stopped,note",
    ),
    "salesforce, report of leads": (
        "Lead ID,Lead Owner,Salutation,First Name,Middle Name,Last Name,Title,Company / Account,State/Province,"
        "Country (text only),Phone,Mobile,Fax,Email,Lead Source,Lead Status,Converted,Create Date,Last Activity,"
        "Unread By Owner,Email Opt Out,Fax Opt Out,Do Not Call,Email Bounced Reason",
        ",owner,,given_name,middle_name,family_name,,,,country,phone,phone,,email,,status,,created_at,,,stopped,stopped,"
        "stopped,bounced",
    ),
    "salesforce, report of contacts": (
        "Contact ID,Salutation,First Name,Last Name,Title,Account Name,Mailing State/Province,Mailing Country,Phone,"
        "Fax,Mobile,Home Phone,Other Phone,Asst. Phone,Assistant,Email,Contact Owner,Birthdate,Contact Description,"
        "Reports To: First Name,Created By,Created Date,Email Opt Out,Do Not Call,Email Bounced Date",
        ",,given_name,family_name,,,,country,phone,,phone,phone,phone,,,email,owner,,note,,,created_at,stopped,stopped,"
        "bounced",
    ),
    "salesforce, all of its data": (
        "Id,IsDeleted,LastName,FirstName,Name,Email,Phone,MobilePhone,AssistantPhone,MailingCountry,OwnerId,"
        "HasOptedOutOfEmail,DoNotCall,CreatedDate,Description,IsEmailBounced,Status,IsConverted",
        ",,family_name,given_name,name,email,phone,phone,,country,,stopped,stopped,created_at,note,bounced,status,",
    ),
    "linkedin": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        "given_name,family_name,,email,,,created_at",
    ),
    "linkedin's forms": (
        "Lead ID,Campaign Name,Form Name,Created at (UTC),First name,Last name,Email address,Work email,Phone number,"
        "Country/Region,Company name,Job title,LinkedIn Profile URL",
        ",,,created_at,given_name,family_name,email,other_email,phone,country,,,",
    ),
    "linkedin contacts": ("FullName,Emails,PhoneNumbers,CreatedAt,Companies", "name,email,phone,created_at,"),
    "google forms": (
        "Timestamp,What is your name?,Email Address,Your phone number,Which country do you live in?,"
        "Any questions?,Score",
        "created_at,name,email,phone,country,note,",
    ),
    "google forms, german": (
        "Zeitstempel,E-Mail-Adresse,Wie heißen Sie?,Wie ist Ihre Telefonnummer?,In welchem Land leben Sie?,Ihre Frage",
        "created_at,email,name,phone,country,note",
    ),
    "google forms, french": (
        "Horodateur,Adresse e-mail,Comment vous appelez-vous ?,Numéro de téléphone,Dans quel pays vivez-vous ?",
        "created_at,email,name,phone,country",
    ),
    "mailchimp": (
        "Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,CLEAN_TIME,LEID,NOTES",
        "email,given_name,family_name,phone,,created_at,stopped,bounced,,note",
    ),
    "this site": (
        "Number,Name,E-mail address,Telephone,Country code,Country,Stage,Owner,Next action on,Since,Asked,"
        "First answered,May be mailed",
        ",name,email,phone,country,country,,owner,next_action_on,created_at,,,may_mail",
    ),
    "german": (
        "Vorname,Nachname,E-Mail-Adresse,Telefon (mobil),Land,Bemerkung,Abgemeldet",
        "given_name,family_name,email,phone,country,note,stopped",
    ),
}


@pytest.mark.parametrize("program", HEADS)
def test_the_headings_of_other_programs_are_known(program: str) -> None:
    heads, expected = (text.split(",") for text in HEADS[program])
    assert guess(heads, [[]] * len(heads)) == expected


# As it was made for Outlook: most of it says nothing of whom we could reach.
LINKEDIN = """\
Title,First Name,Middle Name,Last Name,Suffix,E-mail Address,E-mail 2 Address,E-mail 3 Address,Business Street,
Business Street 2,Business Street 3,Business City,Business State,Business Postal Code,Business Country,Home Street,
Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country,Other Street,Other Street 2,
Other Street 3,Other City,Other State,Other Postal Code,Other Country,Company,Department,Job Title,Assistant's Phone,
Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,
ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Assistant's Name,Birthday,
Manager's Name,Notes,Other Address PO Box,Spouse,Web Page,Personal Web Page"""
OF_LINKEDIN = {
    "given_name": ["First Name"],
    "middle_name": ["Middle Name"],
    "family_name": ["Last Name"],
    "email": ["E-mail Address"],
    "other_email": ["E-mail 2 Address", "E-mail 3 Address"],
    "country": ["Business Country", "Home Country", "Other Country"],
    "phone": [
        *("Business Phone", "Business Phone 2", "Car Phone", "Company Main Phone", "Home Phone", "Home Phone 2"),
        *("Mobile Phone", "Other Phone", "Primary Phone", "Radio Phone"),
    ],
    "note": ["Notes"],
}


def test_each_of_the_59_headings_of_linkedin_is_known_or_known_to_be_nothing_of_ours() -> None:
    headings = LINKEDIN.replace("\n", "").split(",")
    assert len(headings) == 59
    found = zip(headings, guess(headings, [[]] * 59), strict=True)
    fields = {name: field for field, names in OF_LINKEDIN.items() for name in names}
    assert {name: field for name, field in found if field} == fields


def test_a_column_whose_values_speak_of_stopping_is_one_whatever_it_is_called() -> None:
    columns = [["zoe@example.org", "bo@example.org"], ["vip", "do not contact"], ["Cork", "Baja California"]]
    assert guess(["Contact point", "Group", "Place"], columns) == ["email", "status", ""]


ASKED = {
    "Where do you live?": "country",
    "Your phone / WhatsApp": "phone",
    "Mobile/WhatsApp number": "phone",
    "Contact No.": "phone",
    "Email Id": "email",
    "Email: Primary": "email",
    "Name\n(first and last)": "name",
    "What is your full name?": "name",
    "What's your email?": "email",
    "Please enter your phone number": "phone",
    "Best number to reach you": "phone",
    "In which country do you live?": "country",
    "What country are you from?": "country",
    "¿En qué país vives?": "country",
    "Nome e cognome": "name",
    "Comments or questions": "note",
    "Anything else you would like to tell us?": "note",
    "May we contact you?": "may_mail",
}


@pytest.mark.parametrize("heading", ASKED)
def test_what_a_form_of_ones_own_asks_is_known(heading: str) -> None:
    assert meaning(heading) == ASKED[heading]


@pytest.mark.parametrize(
    "heading",
    [
        *("Company", "Shoe size", "Newsletter", "State", "Phone 1 - Label", "", "Score", "Username"),
        *("How did you hear about us?", "Would you like our newsletter?"),
    ],
)
def test_other_headings_mean_nothing(heading: str) -> None:
    assert meaning(heading) == ""


def test_a_person_whose_cells_read_like_headings_is_a_person() -> None:
    rows = "".join(f"p{number}@example.org,Patient,no\n" for number in range(4))
    table = read(f"E-mail,Kind of person,News\n{rows}zoe@example.org,Patient,Unsubscribed\n".encode())
    assert len(table.rows) == 5
    assert table.rows[-1][1][0] == "zoe@example.org"
