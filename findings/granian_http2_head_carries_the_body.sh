#!/usr/bin/env bash
# granian 2.8.7: over HTTP/1.1 a HEAD is answered with headers alone, whatever the application gave. Over HTTP/2, which
# --http auto speaks without being asked twice, the body goes out too, by WSGI as by ASGI; HTTP/2 counts that as a
# malformed answer (RFC 9113, 8.1.1), so curl and httpx throw the whole of it away. Django 5.2.19 is an application that
# leaves the body in: View.head is View.get, and taking the body off is left to the server.
# Guess before: headers alone by either version, since granian drops the body by the one.
# What follows for us: granian is started with --http 1 and nginx speaks HTTP/2 to browsers. Who lets granian do it, or
# lets nginx speak HTTP/2 to it, loses what asks by HEAD first: link checkers, monitors, mail programs before a preview.
set -euo pipefail
folder=$(mktemp -d)
server=""
end() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "granian==2.8.7" "django==5.2.19" "httpx[http2]==0.28.1" 2>/dev/null
cat >site_of_one_page.py <<'PYTHON'
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from django.views import View

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["page.example"], SECRET_KEY="of no use")


class Page(View):
    def get(self, request):
        return HttpResponse("hello", headers={"Content-Length": "5"})


urlpatterns = [path("", Page.as_view())]

from django.core.asgi import get_asgi_application  # noqa: E402 - after the settings
from django.core.wsgi import get_wsgi_application  # noqa: E402

wsgi = get_wsgi_application()
asgi = get_asgi_application()
PYTHON
cat >ask.py <<'PYTHON'
import sys
import time
from pathlib import Path

import httpx

socket = f"{sys.argv[1]}.sock"
for _ in range(600):
    if Path(socket).exists():
        break
    time.sleep(0.1)
for two in (False, True):
    for method in ("GET", "HEAD"):
        # Of its own each time: an answer that cannot be read ends the connection.
        transport = httpx.HTTPTransport(uds=socket, http1=not two, http2=two, retries=5)
        with httpx.Client(transport=transport, timeout=30) as client:
            said = f"{sys.argv[1]} HTTP/{2 if two else 1} {method}:"
            try:
                answer = client.request(method, "http://page.example/")
                print(said, answer.status_code, answer.headers["content-length"], answer.content.decode() or "no body")
            except httpx.ProtocolError as error:
                print(said, error)
PYTHON
look() {
  venv/bin/granian --interface "$1" --http auto --no-ws --uds "$1.sock" "site_of_one_page:$1" >"$1.log" 2>&1 &
  server=$!
  venv/bin/python ask.py "$1" >>seen
  kill "$server"
  wait "$server" || true
  server=""
}
look wsgi
look asgi
cat seen
expected='wsgi HTTP/1 GET: 200 5 hello
wsgi HTTP/1 HEAD: 200 5 no body
wsgi HTTP/2 GET: 200 5 hello
wsgi HTTP/2 HEAD: InvalidBodyLengthError: Expected 0 bytes, received 5
asgi HTTP/1 GET: 200 5 hello
asgi HTTP/1 HEAD: 200 5 no body
asgi HTTP/2 GET: 200 5 hello
asgi HTTP/2 HEAD: InvalidBodyLengthError: Expected 0 bytes, received 5'
[ "$(cat seen)" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
