from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.html import escape

from enquiries import packet_content, sources
from enquiries.models import PacketVersion
from foundation.models import ClinicProfile, OwnNumber, ProfileRevision
from tests.browser_posts import untouched

URL = "/admin/foundation/clinicprofile/1/change/"
HARM = {
    "kind": "harm",
    "of": "1200",
    "who": "people treated here for knee arthritis",
    "since": "2022-01-01",
    "until": "2026-06-30",
    "count": "38",
    "what": "had an infection within three months",
    "not_known": "25",
}
BETTER = {**HARM, "kind": "better", "count": "400", "what": "walked farther a year later"}
PRICE = {
    "price_low": "4000",
    "price_high": "12000",
    "price_currency": "USD",
    "price_covers": "the consultation at Zoë O'Brien & Sons, and one visit.",
    "price_on": "2026-11-01",
}


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


@pytest.fixture
def save(desk: Client) -> Callable[..., Any]:
    def post(*numbers: dict[str, str], **fields: str) -> Any:
        rows = {f"own_numbers-{place}-{name}": text for place, row in enumerate(numbers) for name, text in row.items()}
        counted = {"own_numbers-TOTAL_FORMS": str(max(1, len(numbers)))}
        return desk.post(URL, {**untouched(desk.get(URL), "clinicprofile_form"), **counted, **rows, **fields})

    return post


def test_a_number_is_told_with_those_it_is_of_its_time_and_what_is_not_known(save: Callable[..., Any]) -> None:
    assert save(BETTER, HARM).status_code == 302
    told = packet_content.of_profile(ClinicProfile.objects.get())["numbers"]
    assert list(told) == ["harm", "better"]
    assert told["harm"] == [
        "Of 1,200 people treated here for knee arthritis from January 2022 to June 2026, 38 had an infection within "
        "three months. 1,137 did not, and of 25 it is not known."
    ]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("of", "", "without them a number says nothing"),
        ("since", "", "a number without its time says nothing"),
        ("until", "", "a number without its time says nothing"),
        ("not_known", "", "Write of how many you do not know it"),
        ("of", "60", "There are more than the people that it is of"),
        ("until", "2021-12-31", "The last day comes before the first"),
        ("until", "2999-01-01", "This day is still to come"),
        ("what", "felt 40 % better", "Write no share"),
        ("who", "most of our patients", "Write no share"),
        ("what", "were cured of arthritis", "Promise of a cure"),
        ("what", "saw a miracle", "Big words"),
        ("what", "felt better, nine in ten of them", "Write no share"),
        ("what", "walked farther, which is two thirds", "Write no share"),
        ("what", "felt better, as the majority did", "Write no share"),
        ("what", "felt better, 95 of 100 in fact", "Write no share"),
        ("what", "felt 40％ better", "Write no share"),
        ("who", "people, half of whom felt better,", "Write no share"),
        ("of", "2147483648", "less than or equal to"),
        ("of", "-1", "greater than or equal to"),
    ],
)
def test_whatever_a_number_lacks_or_claims_is_said_and_nothing_is_saved(
    save: Callable[..., Any], field: str, value: str, sentence: str
) -> None:
    answer = save({**HARM, field: value})
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not OwnNumber.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("who", "all people treated here"),
        ("who", "people who were cured of arthritis"),
        ("what", "were cured of arthritis"),
        ("what", "felt better, nine in ten of them"),
    ],
)
def test_what_claims_too_much_is_said_beside_the_words_that_do(
    save: Callable[..., Any], field: str, value: str
) -> None:
    answer = save({**HARM, field: value})
    [numbers] = [found.formset for found in answer.context["inline_admin_formsets"] if found.opts.model is OwnNumber]
    assert list(numbers.errors[0]) == [field]


def test_what_got_better_is_told_to_nobody_without_what_went_wrong(save: Callable[..., Any]) -> None:
    assert "Say what went wrong, too" in save(BETTER).text
    better_of_before_the_rule()
    assert packet_content.of_profile(ClinicProfile.objects.get())["numbers"] == {}


def better_of_before_the_rule() -> None:
    with connection.cursor() as cursor:
        # What waits for the end of the transaction keeps the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE foundation_ownnumber DISABLE TRIGGER ownnumber_tells_of_harm")
        OwnNumber.objects.create(profile_id=1, **BETTER)
        cursor.execute("ALTER TABLE foundation_ownnumber ENABLE TRIGGER ownnumber_tells_of_harm")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def at_the_end(act: Callable[[], Any]) -> None:
    with transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_postgres_takes_what_got_better_only_with_what_went_wrong(save: Callable[..., Any]) -> None:
    with pytest.raises(IntegrityError, match="went wrong"):
        at_the_end(lambda: OwnNumber.objects.create(profile_id=1, **BETTER))
    # The good one first, as the rows of a form may come.
    assert save(BETTER, HARM).status_code == 302
    for takes_it_away in (
        lambda: OwnNumber.objects.filter(kind="harm").delete(),
        lambda: OwnNumber.objects.filter(kind="harm").update(kind="better"),
    ):
        with pytest.raises(IntegrityError, match="went wrong"):
            at_the_end(takes_it_away)
    at_the_end(lambda: OwnNumber.objects.all().delete())


def test_a_number_of_before_the_rule_stands_in_the_way_of_nothing_but_numbers(save: Callable[..., Any]) -> None:
    better_of_before_the_rule()
    at_the_end(lambda: ClinicProfile.objects.update(costs="Other."))
    with pytest.raises(IntegrityError, match="went wrong"):
        at_the_end(lambda: OwnNumber.objects.update(count=3))
    at_the_end(lambda: OwnNumber.objects.create(profile_id=1, **HARM))
    assert list(packet_content.of_profile(ClinicProfile.objects.get())["numbers"]) == ["harm", "better"]


def test_postgres_takes_no_number_of_nobody_and_none_that_is_more_than_all(db: None) -> None:
    for wrong in ({"of": 0, "count": 0, "not_known": 0}, {"of": 30, "count": 20, "not_known": 11}, {"who": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnNumber.objects.create(profile_id=1, **{**HARM, **wrong})


def test_a_price_is_told_on_the_page_of_costs_and_in_the_packet_with_what_it_covers(
    save: Callable[..., Any], client: Client
) -> None:
    assert save(**PRICE).status_code == 302
    told = (
        "From 4,000 to 12,000 USD for the consultation at Zoë O'Brien & Sons, and one visit. As of Nov. 1, 2026. "
        "What you would pay, and for what, stands in your written quote."
    )
    assert escape(told) in client.get("/costs/").text
    assert packet_content.of_profile(ClinicProfile.objects.get())["price"] == told
    ClinicProfile.objects.update(costs="")
    assert escape(told) in client.get("/costs/").text
    save(**dict.fromkeys(PRICE, ""))
    assert client.get("/costs/").status_code == 404


def test_numbers_that_are_too_large_together_are_refused_with_a_sentence(save: Callable[..., Any]) -> None:
    most = "2147483647"
    answer = save({**HARM, "of": most, "count": most, "not_known": most})
    assert answer.status_code == 200
    assert "There are more than the people that it is of" in answer.text


def test_a_number_may_be_of_some_who_are_told_by_a_number_and_say_what_a_third_visit_was(
    save: Callable[..., Any],
) -> None:
    named = {"who": "people over 65 treated on 2 or 3 days", "what": "had a third visit in the first half of the year"}
    assert save({**HARM, **named}).status_code == 302


def test_a_price_of_a_day_to_come_is_refused(save: Callable[..., Any]) -> None:
    answer = save(**{**PRICE, "price_on": "2999-01-01"})
    assert answer.status_code == 200
    assert "This day is still to come." in answer.text


def test_the_first_save_after_the_upgrade_says_nothing_changed_that_did_not(
    desk: Client, save: Callable[..., Any]
) -> None:
    save(phone="+1 212 555 0101")
    newest = ProfileRevision.objects.first()
    assert newest
    before = {name: value for name, value in newest.content.items() if name not in {"own_numbers", *PRICE}}
    ProfileRevision.objects.create(content=before)
    save(phone="+1 212 555 0102")
    told = desk.get(URL.replace("change", "history")).text
    assert "Telephone" in told
    assert "umbers of your own" not in told


@pytest.mark.parametrize("field", [*PRICE, "lower", "claims"])
def test_half_a_price_or_one_that_claims_is_refused_with_a_sentence(save: Callable[..., Any], field: str) -> None:
    wrong = {"lower": {"price_high": "3999"}, "claims": {"price_covers": "our miracle cure"}}.get(field, {field: ""})
    sentence = "Promise of a cure" if field == "claims" else "A price is told whole or not at all"
    answer = save(**{**PRICE, **wrong})
    assert answer.status_code == 200
    assert sentence in answer.text
    assert ClinicProfile.objects.get().price_low is None


def test_both_make_the_packet_older_and_stand_in_the_history(desk: Client, save: Callable[..., Any]) -> None:
    version = PacketVersion.objects.get()
    assert sources.changes(version) == []
    save(HARM, **PRICE)
    assert [str(change) for change in sources.changes(version)] == ["the price range", "the clinic's own numbers"]
    assert ProfileRevision.objects.first().content["own_numbers"] != []  # type: ignore[union-attr]
    assert "4000" in desk.get(URL.replace("change", "history")).text


def test_a_packet_of_before_there_were_any_is_not_called_old_for_it(db: None) -> None:
    version = PacketVersion.objects.get()
    version.sources = {name: found for name, found in version.sources.items() if name not in ("price", "numbers")}
    assert sources.changes(version) == []
