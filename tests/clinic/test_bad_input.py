import io
from typing import Any

import pytest
from django.test import Client, RequestFactory

from clinic.wsgi import application
from enquiries.models import Enquiry
from foundation.models import ConsentWording
from foundation.tokens import make_token
from mailings.models import Consent
from newsletters.models import Subscriber

PUBLIC_FORMS = ["/information-packet/", "/newsletter/"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def sentence(response: Any) -> str:
    page = response.content.decode()
    assert "<h1" in page
    return page


@pytest.mark.parametrize("path", PUBLIC_FORMS)
@pytest.mark.parametrize("body", ["name=%00", "name=%FF%FE", "%00=1", "email=%ED%A0%80@x.y"])
def test_what_no_browser_sends_is_refused_with_a_sentence(client: Client, path: str, body: str) -> None:
    response = client.post(path, body, content_type=FORM)
    assert response.status_code == 400
    sentence(response)
    assert Enquiry.objects.count() == 0


def test_wrong_bytes_in_a_multipart_form_are_refused(client: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    response = client.post("/information-packet/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/?q=%00", "/research/search/?q=%ff", "/research/%00/", "/admin/?q=%00"),
        *("/research/%ff/", "/research/%ED%A0%80/", "/%C0%AF/", "/admin/%ff/"),
    ],
)
def test_a_hostile_address_is_refused_with_a_sentence(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    sentence(response)


@pytest.mark.parametrize("path", ["/research/caf%C3%A9/", "/research/100%25/", "/research/a%20b/"])
def test_an_address_in_another_script_is_looked_for(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/", "/information-packet/"])
@pytest.mark.parametrize("cookie", ['session="aaaaaaaaaa\\000"', 'csrf="\\000"', 'other="a\\000b"'])
def test_a_cookie_that_no_browser_keeps_is_refused(client: Client, path: str, cookie: str) -> None:
    response = client.get(path, headers={"Cookie": cookie})
    assert response.status_code == 400
    sentence(response)


CHARSETS = ["base64", "idna", "zlib", "rot13", "utf-16", "no-such-charset"]


@pytest.mark.parametrize("path", ["/information-packet/", "/admin/login/"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_another_charset_is_refused(client: Client, path: str, kind: str, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nZoe\r\n--x--\r\n'
    response = client.generic("POST", path, body, content_type=f"{kind}; charset={charset}")
    assert response.status_code == 400
    sentence(response)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_a_form_that_says_it_is_utf_8_is_taken(client: Client, charset: str) -> None:
    body = "name=Zo%C3%AB&email=zoe%40example.com&consent_packet=on&consent_contact=on"
    response = client.post("/information-packet/", body, content_type=f"{FORM}; charset={charset}")
    assert response.status_code == 303


@pytest.mark.parametrize("path", PUBLIC_FORMS)
def test_a_body_over_64_kilobytes_is_refused(client: Client, path: str) -> None:
    response = client.post(path, {"name": "x" * 66_000})
    assert response.status_code == 413
    sentence(response)


@pytest.mark.parametrize("path", PUBLIC_FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_a_post_from_another_site_is_refused(client: Client, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, {"email": "zoe@example.com", "consent": "on"}, headers=headers)
    assert response.status_code == 403
    sentence(response)


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"}]
)
def test_a_post_from_here_or_from_nowhere_is_taken(
    client: Client, headers: dict[str, str], packet_fields: dict[str, str]
) -> None:
    assert client.post("/information-packet/", packet_fields, headers=headers).status_code == 303


def test_staff_pages_want_the_token_and_no_other_page_does(staff: Any, packet_fields: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/information-packet/", packet_fields).status_code == 303
    strict.force_login(staff)
    assert strict.post("/admin/logout/").status_code == 403


@pytest.mark.parametrize("path", ["/no-such-page/", "/research/no-such-article/", "/research/topics/no-such-topic/"])
def test_a_page_that_is_not_there_says_so(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    sentence(response)


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999999999999999"])
def test_an_odd_page_number_names_no_page_and_is_no_fault_of_ours(client: Client, page: str) -> None:
    response = client.get("/research/", {"page": page})
    assert response.status_code == 404
    sentence(response)


def test_no_page_number_is_the_first_page(client: Client) -> None:
    assert client.get("/research/", {"page": ""}).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_for_the_forms(client: Client, method: str) -> None:
    assert getattr(client, method)("/information-packet/").status_code == 405


def test_a_report_from_a_mail_provider_is_put_off_not_lost(client: Client, settings: Any) -> None:
    settings.WEBHOOK_SECRET = ""
    response = client.post("/webhooks/mailgun/", {"event": "bounced"}, headers={"Origin": "https://mail.example"})
    assert response.status_code == 503


def test_a_content_type_that_cannot_be_decoded_is_refused() -> None:
    answers: list[str] = []
    environ = RequestFactory().post("/newsletter/").environ
    environ["CONTENT_TYPE"] = "multipart/form-data; boundary*=nope''x"
    body = b"".join(application(environ, lambda status, headers: answers.append(status)))
    assert answers == ["400 Bad Request"]
    assert b"<h1" in body


@pytest.mark.parametrize("charset", ["us-ascii", "ISO-8859-1", "utf-8"])
def test_one_click_unsubscribing_works_in_any_charset(client: Client, charset: str) -> None:
    consent = Consent.objects.create(email="zoe@example.com", wording=ConsentWording.objects.current("newsletter"))
    subscriber = Subscriber.objects.create(email="zoe@example.com", consent=consent)
    path = f"/newsletter/unsubscribe/{make_token('unsubscribe', subscriber.uuid)}/"
    assert client.post(path, "List-Unsubscribe=One-Click", content_type=f"{FORM}; charset={charset}").status_code == 200
    subscriber.refresh_from_db()
    assert subscriber.state == Subscriber.State.UNSUBSCRIBED


BINARY = io.BytesIO(b"\x00\xff\xfe binary")


def test_a_report_with_a_binary_part_is_put_off_not_refused(client: Client, settings: Any) -> None:
    settings.WEBHOOK_SECRET = ""
    assert client.post("/webhooks/mailgun/", {"event": "bounced", "attachment": BINARY}).status_code == 503


def test_a_file_that_nobody_asked_for_does_not_cost_the_enquiry(client: Client, packet_fields: dict[str, str]) -> None:
    BINARY.seek(0)
    assert client.post("/information-packet/", {**packet_fields, "photo": BINARY}).status_code == 303


def test_a_sign_for_unreadable_text_may_be_typed(client: Client, packet_fields: dict[str, str]) -> None:
    assert client.post("/information-packet/", {**packet_fields, "message": "what is \ufffd?"}).status_code == 303


def send_in_pieces(body: bytes) -> str:
    """The status that a body without Content-Length gets."""
    answers: list[str] = []
    environ = RequestFactory().post("/information-packet/", content_type=FORM).environ
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(body)}
    b"".join(application(environ, lambda status, headers: answers.append(status)))
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_a_form_that_comes_in_pieces_is_taken() -> None:
    assert send_in_pieces(b"name=Zoe&email=zoe@example.com&consent_packet=on&consent_contact=on") == "303 See Other"
    assert Enquiry.objects.get().fields["name"] == "Zoe"
    assert send_in_pieces(b"name=" + b"x" * 66_000).startswith("413")
