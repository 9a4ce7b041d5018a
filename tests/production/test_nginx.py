"""nginx as it stands before the site in production, before the real site."""

import http.client
import re
import ssl
from urllib.parse import urlencode

import pytest

from foundation.tokens import hash_network
from tests.production.front import AS_FORM, FORM, MARKS, TOKEN, Front, post
from tests.production.nginx import HOST, Nginx
from tests.production.web import Web

pytestmark = MARKS


# -- what is let in


def test_plain_http_leads_to_https_and_stays_there(nginx: Nginx) -> None:
    answer = nginx.raw(b"GET /research/?page=2 HTTP/1.0\r\nHost: clinic.example\r\n\r\n", tls=False)
    assert answer.startswith(b"HTTP/1.1 301 ")
    assert b"Location: https://clinic.example/research/?page=2\r\n" in answer
    for path in ("/", "/nothing/", "/admin/login/"):
        assert nginx.get(path).headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_the_proof_for_a_certificate_is_served_by_plain_http(nginx: Nginx) -> None:
    proof = nginx.folder / "acme" / ".well-known" / "acme-challenge" / "one"
    proof.parent.mkdir(parents=True)
    proof.write_text("proof")
    asked = b"GET /.well-known/acme-challenge/one HTTP/1.0\r\nHost: clinic.example\r\n\r\n"
    assert nginx.raw(asked, tls=False).endswith(b"proof")


@pytest.mark.parametrize("asked", [b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
    b"GET https://evil.example/ HTTP/1.1\r\nHost: clinic.example\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])  # fmt: skip
def test_an_unknown_host_gets_no_answer(nginx: Nginx, asked: bytes) -> None:
    assert nginx.raw(asked, tls=False) == b""
    assert nginx.raw(asked, tls=True) == b""


def test_an_unknown_name_gets_no_certificate(nginx: Nginx) -> None:
    with pytest.raises(ssl.SSLError):
        nginx.raw(b"", tls=True, name="evil.example")


def test_operators_pages_are_closed_to_the_world(nginx: Nginx) -> None:
    for path in ("/metrics", "/readyz", "/%6detrics", "//metrics", "/./metrics", "/x/../metrics", "/metrics?x=1"):
        answer = nginx.get(path)
        assert answer.status == 404, path
        assert "clinic_" not in answer.text
    assert nginx.get("/healthz").text == "ok\n"


def test_what_is_too_long_is_refused_with_a_sentence(nginx: Nginx) -> None:
    most = 64 * 1024
    for body in (b"m" * (most + 1), b"m" * 5_000_000, iter([b"m" * 40_000] * 2)):
        answer = post(nginx, "/information-packet/", body)
        assert answer.status == 413
        assert "shorten your message" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" in answer.headers
    assert post(nginx, "/information-packet/", b"m" * most).status == 422
    assert post(nginx, "/webhooks/brevo/", b"m" * 1_000_000).status != 413
    assert post(nginx, "/webhooks/brevo/", b"m" * 1_100_000).status == 413
    assert post(nginx, "/admin/login/", b"m" * 500_000).status != 413
    # By the site, which knows who is signed in; nginx does not.
    assert "You are not signed in" in post(nginx, "/admin/login/", b"m" * 3_000_000).text
    assert post(nginx, "/admin/login/", b"m" * 27_000_000).status == 413


# -- what is passed on


def test_nobody_can_say_of_themselves_who_they_are(front: Front) -> None:
    invented = "203.0.113.9"
    claims = {
        "X-Forwarded-For": invented,
        "X_Forwarded_For": invented,
        "X-Real-IP": invented,
        "Forwarded": f"for={invented};proto=http;host=evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Proto": "http",
        "X_Forwarded_Proto": "http",
        "X-Request-ID": "mine",
    }
    front.sql("DELETE FROM mailings_budget")
    answer = post(front.nginx, "/information-packet/", urlencode({**FORM, "email": "one@example.com"}), **claims)
    # By http, it would be sent to https.
    assert (answer.status, answer.headers["Location"]) == (303, "/information-packet/thanks/")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert scopes(front) == {"overall", hash_network("127.0.0.1")}
    # Who goes around nginx is believed: so the line above shows something.
    assert direct(front.webs[0], {"Host": HOST, "X-Forwarded-For": invented, "X-Forwarded-Proto": "https"}) == 303
    assert hash_network(invented) in scopes(front)


def scopes(front: Front) -> set[str]:
    return {scope for (scope,) in front.sql("SELECT scope FROM mailings_budget")}


def direct(web: Web, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    body = urlencode({**FORM, "email": "two@example.com"})
    connection.request("POST", "/information-packet/", body, {**AS_FORM, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


# -- what is written down


def test_the_access_log_knows_nobody(nginx: Nginx) -> None:
    canary = "zqcanaryqz"
    told = {"User-Agent": canary, "Referer": f"https://clinic.example/{canary}/", "Cookie": canary, "X-Any": canary}
    paths = [
        f"/packet/{TOKEN}/", f"/packet/{TOKEN}", f"/not-me/{TOKEN}/", f"/newsletter/confirm/{TOKEN}/",
        f"/newsletter/unsubscribe/{TOKEN}/", f"/newsletter/preferences/{TOKEN}/",
        f"/accounts/password/reset/key/1-{TOKEN}/", f"/accounts/invited/{TOKEN}/", f"/preview/{TOKEN}/",
        f"/{canary}/", f"/research/{canary}@example.com/",
        f"/research/search/?q={canary}", f"/information-packet/thanks/?domain={canary}", f"/webhooks/{canary}/",
        f"/static/{canary}.css", f"/admin/{canary}/", f"/metrics/{canary}", f"/healthz?{canary}",
    ]  # fmt: skip
    answers = [nginx.ask("GET", path, headers=told) for path in paths]
    answers.append(nginx.ask(f"X{canary.upper()}", "/"))
    lines = [nginx.logged(answer) for answer in answers if "X-Request-ID" in answer.headers]
    assert len(lines) >= len(paths) - 1
    nginx.raw(f"GET /{canary} HTTP/1.0\r\nHost: clinic.example\r\n\r\n".encode(), tls=False)
    nginx.raw(f"GET /{canary} HTTP/1.0\r\nHost: {canary}\r\n\r\n".encode(), tls=True)
    nginx.raw(f"GET /{canary} NONSENSE\r\n\r\n".encode(), tls=True)
    assert canary not in nginx.logs.lower()
    assert "tokencanary" not in nginx.logs
    assert "127.0.0.1" not in re.sub(r'"web":"[^"]*"', "", nginx.logs)
    cut = {"/packet/(token)", "/accounts/invited/(token)", "/preview/(token)"}
    assert {*cut, "/information-packet/thanks/", "(other)"} <= {line["path"] for line in lines}
    assert set(lines[0]) == {
        "at", "request_id", "method", "path", "status", "bytes", "seconds", "web", "web_seconds", "cache"
    }  # fmt: skip
