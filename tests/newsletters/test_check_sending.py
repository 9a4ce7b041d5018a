from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mailings.actions import note_trouble
from mailings.models import Channel, OutgoingEmail
from mailings.received import CHECKS

DESK = "desk@example.org"
TOLD = (
    "Authentication-Results: mx.example.org (a host; of (ours));\r\n"
    ' dkim=pass (2048-bit key) header.d=clinic.example header.s=s1 reason="good; signed";\r\n'
    " spf=pass (mx.example.org: 192.0.2.1 is permitted) smtp.mailfrom=bounces@mail.clinic.example;\r\n"
    " dmarc=pass (p=NONE) header.from=clinic.example\r\n"
)
SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; d=clinic.example; s=s1;\r\n"
    " h=From:To:Subject:List-Unsubscribe:\r\n List-Unsubscribe-Post; bh=x=; b=y=\r\n"
)
ONE_CLICK = (
    "List-Unsubscribe: <https://clinic.example/newsletter/unsubscribe/test/>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
BEGINS = "Return-Path: <bounces@mail.clinic.example>\r\n"
FROM = 'From: "Zoë O\'Brien & Sons, Inc" <news@clinic.example>\r\n'
ARRIVED = BEGINS + TOLD + SIGNED + FROM + "Reply-To: desk@clinic.example\r\nTo: desk@example.org\r\n" + ONE_CLICK


@pytest.fixture
def look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What it prints of such a mail, and with what it ends: nothing, or a sentence and exit code 1."""

    def read(mail: str | bytes) -> tuple[str, str]:
        file = tmp_path / "arrived.eml"
        file.write_bytes(mail if isinstance(mail, bytes) else mail.encode() + b"\r\nHello\r\n")
        try:
            call_command("check_sending", DESK, read=file)
        except CommandError as error:
            return capsys.readouterr().out, f"exit {error.returncode}: {error}"
        return capsys.readouterr().out, ""

    return read


def test_of_a_mail_that_arrived_as_it_should_everything_is_good(look: Any) -> None:
    said, wrong = look(ARRIVED)
    assert wrong == ""
    assert said.count("ok ") == len(CHECKS)
    for words in (
        "From: it is of news@clinic.example.",
        "Reply-To: answers go to desk@clinic.example.",
        "goes back to bounces@mail.clinic.example.",
        "mx.example.org says what follows.",
        "SPF: pass, mail.clinic.example names the server",
        "DKIM: pass, signed by d=clinic.example.",
        "DMARC: pass (strict alignment with clinic.example).",
        "both headers are there (RFC 8058)",
        "both headers are signed (h=)",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("spf=pass", "spf=softfail", "SPF: softfail, the record of mail.clinic.example does not name the server"),
        ("spf=pass", "spf=none", "SPF: none, mail.clinic.example has no SPF record"),
        ("spf=pass", "spf=permerror", "has a fault"),
        ("spf=pass", "iprev=pass", "SPF: nothing is said of it."),
        ("dkim=pass", "dkim=fail", "DKIM: fail, signed by d=clinic.example."),
        (SIGNED, "", "no signature, so that mail programs do not trust its headers"),
        (TOLD, "", "Authentication-Results: none"),
        (TOLD + SIGNED, "", "DKIM: the mail is not signed."),
        ("dmarc=pass", "dmarc=fail", "DMARC: fail"),
        ("dmarc=pass", "dmarc=none", "clinic.example has no DMARC record"),
        (ONE_CLICK, "", "List-Unsubscribe: there is none"),
        ("<https://clinic.example/newsletter", "<mailto:leave@clinic.example?", "no https address in it"),
        ("=One-Click", "=Yes", "it must say just “List-Unsubscribe=One-Click”"),
        (":List-Unsubscribe:\r\n List-Unsubscribe-Post", "", "List-Unsubscribe and List-Unsubscribe-Post is not among"),
        (":\r\n List-Unsubscribe-Post", "", ": List-Unsubscribe-Post is not among the signed headers"),
    ],
)
def test_what_would_make_it_fail_is_said_in_a_sentence_and_ends_with_1(
    look: Any, before: str, after: str, words: str
) -> None:
    assert before in ARRIVED
    said, wrong = look(ARRIVED.replace(before, after))
    [line] = [line for line in said.splitlines() if words in line]
    assert line.startswith("WRONG")
    assert wrong.startswith("exit 1: Wrong: ")


def test_only_the_topmost_of_several_results_counts(look: Any) -> None:
    forged = TOLD.replace("mx.example.org", "mx.forged.example")
    said, wrong = look(ARRIVED.replace(TOLD, TOLD.replace("spf=pass", "spf=fail") + forged))
    assert "SPF: fail" in said
    assert "mx.example.org says what follows. 1 more came with the mail and count for nothing." in said
    assert wrong


OF_MICROSOFT = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=mail.clinic.example; dkim=pass"
    " (signature was verified)\r\n header.d=clinic.example;dmarc=pass action=none\r\n header.from=clinic.example;"
    "compauth=pass reason=100\r\n"
)
NAME = "Authentication-Results: mx.example.org"
DKIM = " dkim=pass header.d=clinic.example"
SPF = " spf=pass smtp.mailfrom=mail.clinic.example"
DMARC = " dmarc=pass header.from=clinic.example"


# What RFC 8601 allows, and what large hosts and the usual filters write.
@pytest.mark.parametrize(
    "told",
    [
        OF_MICROSOFT,
        f"{NAME};{DMARC}\r\nReceived-SPF: pass\r\n{NAME};{SPF}\r\n{NAME};{DKIM}\r\n",
        f"{NAME} 1;{DKIM};{SPF};{DMARC}\r\n",
        f'Authentication-Results: "mx.example.org";{DKIM};{SPF};{DMARC}\r\n',
        f'{NAME}; DKIM=Pass (a "half of a quotation) header.d=clinic.example;{SPF}; reason="x" ;{DMARC}\r\n',
        f'{NAME};{DKIM};{SPF} ("who) said" (is; odd\\))) ;{DMARC}\r\n',
        f"{NAME};{DKIM}; spf/1 = pass(a)smtp.mailfrom (b) = (c)mail.clinic.example;{DMARC}\r\n",
        f'{NAME};{DKIM}; spf=pass reason="smtp.mailfrom=x \\"; y" smtp.mailfrom="a; b"@mail.clinic.example;{DMARC}\r\n',
        f"{NAME};{DKIM};{SPF};{DMARC};\r\n",
    ],
)
def test_each_form_of_results_is_understood(look: Any, told: str) -> None:
    said, wrong = look(ARRIVED.replace(TOLD, told))
    assert wrong == ""
    assert "SPF: pass, mail.clinic.example names" in said
    assert "DKIM: pass, signed by d=clinic.example." in said
    assert "DMARC: pass (strict" in said
    named = "the receiving host, which leaves out its name," if told == OF_MICROSOFT else "mx.example.org"
    assert f"Authentication-Results: {named} says what follows.\n" in said


def test_a_host_that_judged_nothing_says_so_of_nothing(look: Any) -> None:
    said, wrong = look(ARRIVED.replace(TOLD, f"{NAME}; none\r\n"))
    assert "Authentication-Results: mx.example.org says what follows.\n" in said
    assert "SPF: nothing is said of it." in said
    assert wrong


def test_a_host_whose_filters_each_have_a_name_of_their_own_is_heard_whole(look: Any) -> None:
    names = ("bimi", "dmarc", "dkim-verifier", "spf")
    found = (' bimi=skipped reason="insufficient dmarc"', DMARC, DKIM, SPF)
    told = "".join(
        f"Authentication-Results: {name}.example.org;{said}\r\n" for name, said in zip(names, found, strict=True)
    )
    said, wrong = look(ARRIVED.replace(TOLD, told))
    assert wrong == ""
    assert "Authentication-Results: bimi.example.org says what follows.\n" in said


# In the host's name, but below where it wrote that it took the mail; in another's, above that; and of what it said.
@pytest.mark.parametrize(
    "forged",
    [
        f"Received: from clinic.example by mx.example.org\r\n{NAME};{SPF}\r\n",
        f"{NAME.replace('example', 'elsewhere')};{SPF}\r\n",
        f"{NAME.replace('example', 'elsewhere')};{SPF}\r\n{NAME};{SPF}\r\n",
        f"{NAME};{SPF.replace('spf', 'x-spf')}\r\n",
    ],
)
def test_what_came_with_the_mail_adds_nothing_to_what_the_host_found(look: Any, forged: str) -> None:
    said, _wrong = look(ARRIVED.replace(TOLD, f"{NAME};{DKIM};{DMARC}\r\n{forged}"))
    assert "SPF: nothing is said of it." in said


def test_of_two_results_of_one_method_in_two_headers_the_topmost_counts(look: Any) -> None:
    said, _wrong = look(ARRIVED.replace(TOLD, f"{NAME};{DKIM}\r\n{NAME}; dkim=fail header.d=clinic.example;{SPF}\r\n"))
    assert "DKIM: pass, signed by d=clinic.example.\n" in said
    assert "SPF: pass" in said


@pytest.mark.parametrize(
    ("signer", "how"),
    [
        ("clinic.example", "strict alignment"),
        ("news.clinic.example", "relaxed alignment"),
        ("provider.example", "nothing that passed is of clinic.example"),
    ],
)
def test_a_host_that_does_not_judge_dmarc_says_how_near_what_passed_is_to_the_sender(
    look: Any, signer: str, how: str
) -> None:
    told = TOLD.replace("header.d=clinic.example", f"header.i=@{signer}").replace("dmarc=pass", "x-dmarc=pass")
    mail = ARRIVED.replace(TOLD, told.replace("bounces@mail.clinic.example", "bounces@provider.example"))
    said, wrong = look(mail.replace("d=clinic.example; s=s1", f"d={signer}; s=s1"))
    assert f"DMARC: this host does not judge it ({how}" in said
    assert bool(wrong) is how.startswith("nothing")


def test_two_firms_under_one_ending_of_a_country_are_not_one(look: Any) -> None:
    mail = ARRIVED.replace("news@clinic.example", "news@clinic.co.uk").replace("clinic.example", "other.co.uk")
    said, _wrong = look(mail.replace("dmarc=pass", "x-dmarc=pass"))
    assert "nothing that passed is of clinic.co.uk" in said


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (FROM + ARRIVED, "two senders"),
        (ARRIVED.replace("<news@clinic.example>", "<news@clinic.example>, sam@example.org"), "two senders"),
        (ARRIVED.replace(FROM, ""), "no sender"),
        (b"%PDF-1.7\n\xff\xfe\x00", "This is not a mail"),
        (b"", "This is not a mail"),
        ("<html><body>Hello: you</body></html>\r\n", "This is not a mail"),
    ],
)
def test_what_cannot_be_read_as_one_mail_is_a_sentence(look: Any, mail: str | bytes, words: str) -> None:
    said, wrong = look(mail)
    assert said == ""
    assert words in wrong


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.eml", tmp_path):
        with pytest.raises(CommandError, match="cannot be read: "):
            call_command("check_sending", DESK, read=path)


def test_it_sends_a_mail_with_the_headers_of_a_newsletter_by_the_way_of_every_mail(
    first_content: None, mailoutbox: list[Any], capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    call_command("check_sending", DESK)
    [mail] = mailoutbox
    assert mail.to == [DESK]
    names = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-ID", "List-Archive", "Precedence", "Feedback-ID")
    assert set(names) <= set(mail.extra_headers)
    outgoing = OutgoingEmail.objects.get()
    assert (outgoing.kind, outgoing.state, outgoing.is_to_staff) == ("newsletter_check", "sent", True)
    said = capsys.readouterr().out
    assert f"check_sending {DESK} --read FILE" in said
    assert outgoing.message_id in said


def test_where_sending_stands_still_it_says_so_and_ends_with_1(first_content: None, mailoutbox: list[Any]) -> None:
    note_trouble("535 no", Channel.Reason.SIGN_IN)
    with pytest.raises(CommandError, match="535 no"):
        call_command("check_sending", DESK)
    assert mailoutbox == []


def test_what_is_no_address_is_a_sentence() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("check_sending", "desk")
