import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection

from clinic.email_url import mail_settings
from enquiries.models import Lead
from mailings import delivery, transport
from mailings.models import Channel, OutgoingEmail
from mailings.providers import ProviderBackend
from mailings.transport import Outcome, Result
from tests.embedded.site import free_port

Reason = Channel.Reason
HANG_UP = -1
POSTMARK_OK = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-77", "To": "zoe@example.com"}


class Api:
    """A provider's web interface on loopback: answers as told and keeps what was asked."""

    def __init__(self) -> None:
        self.code, self.body, self.asked = 200, b"", []  # type: ignore[var-annotated]
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                api.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if api.code == HANG_UP:
                    return
                self.send_response(api.code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(api.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.fixture
def send(api: Api, settings: Any) -> Callable[..., Result]:
    def send_one(code: int, body: Any, url: str = "postmark://token@", to: str = "zoe@example.com") -> Result:
        api.code, api.body = code, body if isinstance(body, bytes) else json.dumps(body).encode()
        use(settings, f"{url}?api_url={api.url}")
        connection = get_connection()
        assert transport.open_connection(connection) is None
        try:
            return transport.send(connection, message(to))
        finally:
            connection.close()

    return send_one


def use(settings: Any, url: str) -> None:
    for name, value in mail_settings(url, timeout=2).items():
        setattr(settings, name, value)


def message(to: str = "zoe@example.com") -> EmailMessage:
    headers = {"From": '"Clinic, Inc" <packets@clinic.example>', "Message-ID": "<1@clinic.example>", "X-Odd": "1"}
    return EmailMessage("Subject", "Text", "bounces+1@clinic.example", [to], headers=headers)


MANDRILL = "mandrill://key@"


@pytest.mark.parametrize(
    ("code", "body", "outcome", "reason"),
    [
        (200, POSTMARK_OK, Outcome.ACCEPTED, ""),
        (401, {"ErrorCode": 10, "Message": "Bad or missing token"}, Outcome.BLOCKED, Reason.SIGN_IN),
        (403, {}, Outcome.BLOCKED, Reason.SIGN_IN),
        (404, {}, Outcome.BLOCKED, Reason.SETTINGS),
        (402, {}, Outcome.BLOCKED, Reason.REFUSED),
        (422, {"ErrorCode": 400, "Message": "no such sender"}, Outcome.BLOCKED, Reason.SENDER),
        (422, {"ErrorCode": 406, "Message": "that recipient is inactive"}, Outcome.REFUSED, ""),
        (422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'zoe@example.com'."}, Outcome.NO_SUCH_ADDRESS, ""),
        (422, {"ErrorCode": 300, "Message": "too many headers"}, Outcome.REFUSED, ""),
        (413, {}, Outcome.REFUSED, ""),
        (429, {}, Outcome.LATER, ""),
        (500, {}, Outcome.UNKNOWN, ""),
        (504, b"<html>gateway</html>", Outcome.UNKNOWN, ""),
        (503, b"<html>away</html>", Outcome.LATER, ""),
        (200, b"half a", Outcome.UNKNOWN, ""),
        (HANG_UP, b"", Outcome.UNKNOWN, ""),
    ],
)
def test_what_a_provider_answers_decides(send: Any, code: int, body: Any, outcome: Outcome, reason: str) -> None:
    result = send(code, body)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert "token@" not in result.reply


@pytest.mark.parametrize(("code", "ends"), [(200, False), (413, False), (401, True), (429, True), (500, True)])
def test_after_trouble_no_further_mail_is_tried_now(send: Any, code: int, ends: bool) -> None:
    assert send(code, POSTMARK_OK if code == 200 else {}).ends_the_lease == ends


@pytest.mark.parametrize(
    ("url", "code", "body", "outcome", "reason"),
    [
        (MANDRILL, 500, {"status": "error", "code": -1, "name": "Invalid_Key"}, Outcome.BLOCKED, Reason.SIGN_IN),
        (MANDRILL, 500, {"status": "error", "code": -2, "name": "ValidationError"}, Outcome.REFUSED, ""),
        (MANDRILL, 500, {"status": "error", "name": "GeneralError"}, Outcome.UNKNOWN, ""),
        (MANDRILL, 200, [{"email": "zoe@example.com", "status": "invalid"}], Outcome.NO_SUCH_ADDRESS, ""),
        (MANDRILL, 200, [{"email": "zoe@example.com", "status": "rejected"}], Outcome.REFUSED, ""),
        ("mailjet://a:b@", 401, {"ErrorCode": "mj-2", "StatusCode": 401}, Outcome.BLOCKED, Reason.SIGN_IN),
        ("mailjet://a:b@", 400, {"Messages": [{"Status": "error", "Errors": []}]}, Outcome.REFUSED, ""),
        ("sparkpost://a@", 420, {"errors": []}, Outcome.LATER, ""),
        ("resend://a@", 200, {"id": "re-1"}, Outcome.ACCEPTED, ""),
        ("brevo://a@", 401, {"code": "unauthorized"}, Outcome.BLOCKED, Reason.SIGN_IN),
    ],
)
def test_some_say_in_their_own_way_what_others_say_by_a_number(
    send: Any, url: str, code: int, body: Any, outcome: Outcome, reason: str
) -> None:
    result = send(code, body, url)
    assert (result.outcome, result.reason) == (outcome, reason)


def test_postal_says_everything_with_200(api: Api, settings: Any) -> None:
    use(settings, "postal://key@postal.example")
    settings.ANYMAIL["POSTAL_API_URL"] = api.url
    connection = get_connection()
    connection.open()
    seen = []
    for status, code in [("error", "InvalidServerAPIKey"), ("error", "UnauthenticatedFromAddress"), ("error", "x")]:
        api.body = json.dumps({"status": status, "data": {"code": code}}).encode()
        seen.append(transport.send(connection, message()).reason)
    assert seen == [Reason.SIGN_IN, Reason.SENDER, ""]


def test_the_provider_s_name_for_the_mail_is_kept(send: Any) -> None:
    assert send(200, POSTMARK_OK).provider_message_id == "pm-77"


def test_a_closed_port_means_that_nothing_was_sent(api: Api, settings: Any) -> None:
    use(settings, f"postmark://token@?api_url=http://127.0.0.1:{free_port()}")
    connection = get_connection()
    connection.open()
    result = transport.send(connection, message())
    assert result.outcome == Outcome.CUT_OFF
    assert result.ends_the_lease


def test_a_provider_that_does_not_answer_may_have_the_mail(settings: Any) -> None:

    with socket.create_server(("127.0.0.1", 0)) as listener:
        use(settings, f"postmark://token@?api_url=http://127.0.0.1:{listener.getsockname()[1]}")
        settings.ANYMAIL["REQUESTS_TIMEOUT"] = 0.3
        connection = get_connection()
        connection.open()
        assert transport.send(connection, message()).outcome == Outcome.UNKNOWN


def test_the_recipient_sees_our_sender_and_is_not_watched(send: Any, api: Api) -> None:
    send(200, POSTMARK_OK)
    [asked] = api.asked
    assert asked["From"] == '"Clinic, Inc" <packets@clinic.example>'
    assert (asked["TrackOpens"], asked["TrackLinks"]) == (False, "None")
    assert {"Name": "Message-ID", "Value": "<1@clinic.example>"} in asked["Headers"]
    assert "bounces+1" not in json.dumps(asked)


@pytest.mark.parametrize("to", ["", "no address", "a@b@c"])
def test_a_mail_that_cannot_be_put_into_a_request_is_not_the_provider_s_fault(send: Any, to: str) -> None:
    assert send(200, POSTMARK_OK, to=to).outcome in (Outcome.UNSENDABLE, Outcome.REFUSED)


@pytest.fixture
def test_provider(settings: Any) -> None:
    use(settings, "postmark://token@")
    settings.EMAIL_PROVIDER = "test"


def test_every_mail_carries_our_mark_and_asks_for_no_tracking(lead: Lead, test_provider: None) -> None:
    while delivery.drain():
        pass
    packet = OutgoingEmail.objects.get(kind="packet")
    [params] = [sent.anymail_test_params for sent in mail.outbox if sent.to == [packet.email]]  # type: ignore[attr-defined]
    assert params["metadata"] == {"outgoing": str(packet.uuid)}
    assert params["track_opens"] is False
    assert params["track_clicks"] is False
    assert params["from"].addr_spec == "packets@clinic.example"
    assert "envelope_sender" not in params
    assert packet.state == OutgoingEmail.State.SENT
    assert packet.provider_message_id


@pytest.mark.parametrize("name", ["brevo", "mailersend", "mailtrap", "mandrill", "postmark", "resend", "sparkpost"])
def test_every_provider_can_be_set_up_and_takes_our_headers(name: str, settings: Any, api: Api) -> None:
    use(settings, f"{name}://key@?api_url={api.url}")
    backend = get_connection()
    assert isinstance(backend, ProviderBackend)
    backend.open()
    api.code = 503
    assert transport.send(backend, message()).outcome == Outcome.LATER
    assert len(api.asked) == 1
