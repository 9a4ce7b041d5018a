from collections.abc import Iterator

import pytest

from tests.faults.crash_site import CrashSite
from tests.faults.fill import CONFIRMATION, PACKET
from tests.faults.forks import BULK
from tests.faults.stack import Stack

pytestmark = pytest.mark.stack

CLAIM = "mailings.delivery.claim"
IN_CLAIM = "mailings.delivery.lease"  # the first thing that claim() asks inside its transaction
BEGIN = "mailings.delivery.begin"
MARK = "mailings.delivery.mark_sending"
SEND = "mailings.transport.send"
IN_RESULT = "mailings.results.tell"  # inside the transaction that writes the result
RESULT = "mailings.delivery.write_result"
PUT_BACK = "mailings.results.put_back"
HAND_BACK = "mailings.delivery.hand_back"
RING = "mailings.doorbell.ring"

# Where it dies, and how many tries the ledger counts in the end.
BEFORE_THE_CLAIM = [("before", CLAIM), ("before", IN_CLAIM)]
BEFORE_THE_WIRE = [(("after", CLAIM), 1), (("after", BEGIN), 2), (("before", MARK), 2)]
ON_THE_WIRE = [("after", MARK), ("before", SEND)]
AFTER_THE_250 = [("after", SEND), ("before", RESULT), ("before", IN_RESULT)]


@pytest.fixture(scope="module")
def one_site(one_stack: Stack) -> Iterator[CrashSite]:
    with CrashSite(one_stack) as site:
        yield site


@pytest.fixture
def site(one_site: CrashSite) -> CrashSite:
    one_site.begin()
    return one_site


@pytest.fixture
def packet(site: CrashSite) -> CrashSite:
    site.do("fill", [site.who], PACKET)
    return site


def test_a_death_between_commit_and_bell_is_found_by_the_sweep(site: CrashSite) -> None:
    site.do("ask", site.who, dies=("before", RING))
    assert site.mail()[:2] == ("queued", 0)
    site.do("drain")
    assert site.mail()[:2] == ("sent", 1)
    assert len(site.copies()) == 1


@pytest.mark.parametrize("dies", BEFORE_THE_CLAIM)
def test_a_death_before_the_claim_leaves_the_mail_to_whoever_comes_next(
    packet: CrashSite, dies: tuple[str, str]
) -> None:
    packet.do("drain", dies=dies)
    assert packet.mail()[:3] == ("queued", 0, None)
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", 1)
    assert len(packet.copies()) == 1


@pytest.mark.parametrize(("dies", "tries"), BEFORE_THE_WIRE)
def test_a_death_after_the_claim_holds_the_mail_up_for_one_lease(
    packet: CrashSite, dies: tuple[str, str], tries: int
) -> None:
    packet.do("drain", dies=dies)
    packet.do("drain")
    assert packet.mail()[:2] == ("queued", tries - 1)
    packet.time_passes()
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", tries)
    assert len(packet.copies()) == 1


@pytest.mark.parametrize("dies", ON_THE_WIRE)
def test_a_death_right_before_the_wire_sends_the_mail_again(packet: CrashSite, dies: tuple[str, str]) -> None:
    packet.do("drain", dies=dies)
    assert packet.mail()[:2] == ("sending", 1)
    packet.time_passes()
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", 2)
    assert packet.events() == ["interrupted", "sent"]
    assert len(packet.copies()) == 1


@pytest.mark.parametrize("dies", AFTER_THE_250)
def test_a_death_after_the_250_sends_a_second_copy_under_the_same_name(
    packet: CrashSite, dies: tuple[str, str]
) -> None:
    packet.do("drain", dies=dies)
    assert packet.mail()[:2] == ("sending", 1)
    packet.time_passes()
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", 2)
    assert packet.events() == ["interrupted", "sent"]
    assert packet.copies() == [packet.mail().message_id] * 2


def test_a_death_after_the_250_sends_a_confirmation_again_too(site: CrashSite) -> None:
    site.do("fill", [site.who], CONFIRMATION)
    site.do("drain", dies=("after", SEND))
    site.time_passes()
    site.do("drain")
    assert site.copies() == [site.mail().message_id] * 2


def test_a_second_death_after_the_250_sends_no_third_copy(packet: CrashSite) -> None:
    for _death in range(2):
        packet.do("drain", dies=("after", SEND))
        packet.time_passes()
    packet.do("drain")
    assert packet.mail().state == "uncertain"
    assert packet.copies() == [packet.mail().message_id] * 2


@pytest.mark.parametrize("dies", [("after", RESULT), ("after", HAND_BACK)])
def test_a_death_after_the_result_is_written_sends_nothing_again(packet: CrashSite, dies: tuple[str, str]) -> None:
    packet.do("drain", dies=dies)
    packet.time_passes()
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", 1)
    assert len(packet.copies()) == 1


@pytest.mark.parametrize("dies", [("before", PUT_BACK), ("after", PUT_BACK), ("after", RESULT)])
def test_a_death_around_a_refusal_for_now_delivers_it_later(packet: CrashSite, dies: tuple[str, str]) -> None:
    packet.stack.mail.begin({"450": 1}, packet.stack.seed)
    packet.do("drain", dies=dies)
    packet.time_passes()
    packet.do("drain")
    assert packet.mail()[:2] == ("sent", 2)
    assert len(packet.copies()) == 1


@pytest.mark.parametrize("dies", [("before", HAND_BACK), ("after", HAND_BACK)])
def test_a_death_around_the_handing_back_keeps_the_rest_of_the_batch(site: CrashSite, dies: tuple[str, str]) -> None:
    # The first mail's connection is cut, which ends the lease before the others' turn.
    mail = site.stack.mail
    mail.begin({"cut": 1 / 3}, site.stack.seed)
    people = sorted(mail.people(3, f"batch{site.number}-"), key=lambda address: mail.fate(address) != "cut")
    site.do("fill", people, PACKET)
    site.do("drain", dies=dies)
    is_held = dies[0] == "before"
    assert [site.mail(address).lease_id is not None for address in people] == [False, is_held, is_held]
    site.time_passes()
    site.do("drain")
    assert [site.mail(address)[:2] for address in people] == [("sent", 2), ("sent", 1), ("sent", 1)]
    assert [len(site.copies(address)) for address in people] == [1, 1, 1]


@pytest.fixture
def bulk(site: CrashSite) -> CrashSite:
    site.do("queue", BULK, [site.who])
    return site


@pytest.mark.parametrize(("dies", "tries"), BEFORE_THE_WIRE)
def test_a_newsletter_whose_sender_dies_before_the_wire_goes_out_once(
    bulk: CrashSite, dies: tuple[str, str], tries: int
) -> None:
    bulk.do("drain", dies=dies)
    bulk.time_passes()
    bulk.do("drain")
    assert bulk.mail()[:2] == ("sent", tries)
    assert len(bulk.copies()) == 1


@pytest.mark.parametrize(
    ("dies", "copies"), [*((dies, 0) for dies in ON_THE_WIRE), *((dies, 1) for dies in AFTER_THE_250)]
)
def test_a_newsletter_that_may_have_arrived_is_not_sent_again(
    bulk: CrashSite, dies: tuple[str, str], copies: int
) -> None:
    bulk.do("drain", dies=dies)
    bulk.time_passes()
    bulk.do("drain")
    assert bulk.mail().state == "uncertain"
    bulk.time_passes()
    bulk.do("drain")
    assert len(bulk.copies()) == copies


def test_a_newsletter_whose_result_is_written_is_not_sent_again(bulk: CrashSite) -> None:
    bulk.do("drain", dies=("after", RESULT))
    bulk.time_passes()
    bulk.do("drain")
    assert bulk.mail()[:2] == ("sent", 1)
    assert len(bulk.copies()) == 1
