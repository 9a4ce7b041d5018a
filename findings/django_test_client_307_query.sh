#!/usr/bin/env bash
# Django 5.2.19: the test client, told to follow a 307 or 308 that answers a GET, goes to the path of Location without its
# query string; after a 301 or 302 it keeps it, and after a 307 to a POST too. Browsers keep it each time.
# Guess before: as a browser does, /new/?page=2 each time, since HttpResponseRedirect(preserve_request=True) is for that.
# What follows for us: a test of an old address that leads on reads Location, and does not look at where following ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "django==5.2.19"
cat >"$folder/look.py" <<'PYTHON'
import django
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], SECRET_KEY="of no use")
django.setup()


def old(request):
    preserve = "preserve" in request.GET
    return HttpResponseRedirect("/new/?page=2", preserve_request=preserve)


def new(request):
    return HttpResponse(f"{request.method} {request.GET.get('page', 'no page')}")


urlpatterns = [path("old/", old), path("new/", new)]

from django.test import Client  # noqa: E402 - after the settings

client = Client()
print(django.__version__)
for status, url in ((302, "/old/"), (307, "/old/?preserve")):
    for method in ("get", "post"):
        answer = getattr(client, method)(url, follow=True)
        assert answer.redirect_chain == [("/new/?page=2", status)]
        print(status, "after", method.upper(), "->", answer.content.decode())
PYTHON
seen=$("$folder/venv/bin/python" "$folder/look.py")
printf '%s\n' "$seen"
expected='5.2.19
302 after GET -> GET 2
302 after POST -> GET 2
307 after GET -> GET no page
307 after POST -> POST 2'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
