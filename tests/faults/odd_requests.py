"""A grammar of odd requests: an address of ours, a form as a browser would post it, and something wrong with either."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

FORM = "application/x-www-form-urlencoded"
TYPED = [
    *(
        "",
        " ",
        "\t\r\n",
        "0",
        "-1",
        "1.5",
        "1e999",
        "NaN",
        "-Infinity",
        "9" * 20,
        "9" * 5000,
        "\u0663",
        "0x10",
        "1_000",
    ),
    *(
        "true",
        "None",
        "null",
        "[]",
        "{}",
        "{0}",
        "%s",
        "%(x)s",
        "%",
        "$1",
        "\\",
        "'",
        '"',
        "`",
        "--",
        ";",
        "*",
        "(",
        "[[",
    ),
    *("<b>", "&lt;", "{{ clinic }}", "{% url %}", "../../etc", "//evil.example", "javascript:x", "https://example.org"),
    *("0000-00-00", "2026-02-30", "99999-01-01", "0001-01-01", "9999-12-31", "2026-01-01T25:61", "24:00", "localtime"),
    *(
        "zoe@example.org",
        "@",
        "a@b",
        "a" * 300 + "@example.org",
        "zoe@" + "\u00e9" * 70 + ".example",
        "Zoë O'Brien & Sons",
    ),
    *("\u202e", "\u200b", "\ufeff", "\ufffd", "\U0010ffff", "e\u0301" * 50, "İ", "ß" * 200, "x" * 70_000, "\n" * 5000),
    *("(a+)+$", "a{99999}", "(?P<", "\\N", "^", "open", "erase", "en", "US", "+1 555 0100", "=1+1", "10.1000/x"),
]
BYTES = ["%00", "%ff", "%ed%a0%80", "%c0%af", "%", "%zz", "%0d%0aX:%20y", "%e2%80%ae", "%f4%90%80%80"]
LOOKUPS = [
    *(
        "range",
        "in",
        "regex",
        "iregex",
        "isnull",
        "gt",
        "lt",
        "exact",
        "iexact",
        "contains",
        "date",
        "year",
        "week_day",
    ),
    *("date__range", "year__in", "id", "id__range", "no_such", "", "pk", "search", "unaccent", "length", "0"),
]
NAMES = [
    *(
        "id",
        "pk",
        "state",
        "email",
        "created_at",
        "at",
        "kind",
        "stage",
        "slug",
        "name",
        "owner",
        "groups",
        "is_active",
    ),
    *("q", "p", "o", "e", "all", "after", "before", "next", "_popup", "_to_field", "_facets", "_changelist_filters"),
    *("due", "answer", "verdict", "missed", "view", "from", "to", "by", "page", "month", "query", "fields", "url"),
]
CHARSETS = [
    "utf-8",
    "utf-16",
    "utf-7",
    "rot13",
    "base64",
    "zlib",
    "idna",
    "punycode",
    "undefined",
    "none-such",
    "\x00",
    "x" * 500,
]
KINDS = [
    FORM,
    "multipart/form-data",
    "application/json",
    "text/plain",
    "message/rfc822",
    "",
    "/",
    ";;",
    "multipart/mixed",
]
METHODS = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "ODD", "get"]
HEADERS = {
    "HTTP_HOST": ["evil.example", "testserver:99999", "[::1", "", "a b", "testserver, testserver", "\xff", "x" * 300],
    "HTTP_COOKIE": [
        "",
        "session=",
        "session=x; csrf=y",
        'session="\\000"',
        "=;=;",
        "\xff=\xfe",
        "messages=x",
        "a" * 9000,
    ],
    "HTTP_HX_REQUEST": ["true", "\x00"],
    "HTTP_HX_CURRENT_URL": ["http://[", "x" * 3000, "\xff"],
    "HTTP_HX_TRIGGER_NAME": ["%ff", "{"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "same-origin", ""],
    "HTTP_ORIGIN": ["null", "http://[", "https://evil.example", ""],
    "HTTP_REFERER": ["http://[", "/", "http://testserver/%ff", "\xff"],
    "HTTP_IF_MODIFIED_SINCE": ["x", "Thu, 99 Foo 99999 99:99:99 GMT"],
    "HTTP_IF_NONE_MATCH": ["*", '"', 'W/"x', "," * 3000],
    "HTTP_RANGE": ["bytes=0-0", "bytes=99999999999-", "lines=1"],
    "HTTP_ACCEPT_LANGUAGE": ["xx-" * 300, ";q=", "*", "\xff"],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", ""],
    "HTTP_X_FORWARDED_FOR": ["x", "1.2.3.4, ::", "999.1.1.1"],
    "HTTP_X_REQUEST_ID": ["\x00", "x" * 999],
    "HTTP_X_CSRFTOKEN": ["", "x", "\xff" * 32],
    "CONTENT_LENGTH": ["-1", "x", "999999999999", ""],
    "HTTP_TRANSFER_ENCODING": ["chunked"],
}


@dataclass
class Odd:
    method: str
    path: str
    body: bytes = b""
    kind: str = FORM
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass
class Grammar:
    """Of the addresses that there are, and the forms that stand on their pages: address, and fields as untouched."""

    addresses: list[str]
    forms: list[tuple[str, dict[str, Any]]]
    chance: random.Random

    def request(self) -> Odd:
        # A form costs five times what a refused address does.
        odd = self.chance.choice([*[self.address] * 5, self.lookup, self.form, self.form])()
        if self.chance.random() < 0.15:
            self.chance.choice([self.wrong_header, self.wrong_kind, self.wrong_method])(odd)
        return odd

    def address(self) -> Odd:
        path = self.chance.choice(self.addresses)
        cut = self.chance.randrange(len(path) + 1)
        path = self.any_of(
            lambda: path,
            lambda: path[:cut] + self.chance.choice(BYTES) + path[cut:],
            lambda: path.rstrip("/0123456789") + "/" + quote(self.typed()[:1000], safe="") + "/",
            lambda: path + "?" + "&".join(f"{self.chance.choice(NAMES)}={self.chance.choice(BYTES)}" for _ in range(2)),
            lambda: path + "?" + self.query(NAMES),
        )
        return Odd("GET", path)

    def lookup(self) -> Odd:
        lists = [path for path in self.addresses if path.startswith("/admin/") and path.count("/") == 4]
        names = [f"{self.chance.choice(NAMES)}__{self.chance.choice(LOOKUPS)}", *NAMES]
        return Odd(self.chance.choice(["GET", "HEAD"]), f"{self.chance.choice(lists)}?{self.query(names[:1] + names)}")

    def query(self, names: list[str]) -> str:
        chosen = {self.chance.choice(names): self.typed()[:2000] for _ in range(self.chance.randint(1, 3))}
        return urlencode({names[0]: self.typed()[:2000], **chosen})

    def form(self) -> Odd:
        path, untouched = self.chance.choice(self.forms)
        fields = dict(untouched)
        for _ in range(self.chance.randint(1, 3)):
            self.any_of(
                lambda: fields.update({self.name_in(fields): self.typed()}),
                lambda: fields.update({self.name_in(fields): [self.typed(), self.typed()]}),
                lambda: fields.update({self.typed()[:100]: self.typed()}),
                lambda: fields.pop(self.name_in(fields), None),
                lambda: fields.update({name: "5000" for name in fields if name.endswith("_FORMS")}),
            )
        return self.posted(path, fields)

    def posted(self, path: str, fields: dict[str, Any]) -> Odd:
        if self.chance.random() < 0.7:
            return Odd("POST", path, urlencode(fields, doseq=True).encode())
        return Odd("POST", path, self.parts(fields), "multipart/form-data; boundary=x")

    def parts(self, fields: dict[str, Any]) -> bytes:
        """Each a field or a file, some of them in base64 that is none, and cut off at times."""
        body = b""
        for name, value in fields.items():
            is_file = '; filename="list.csv"' if self.chance.random() < 0.2 else ""
            way = "\r\nContent-Transfer-Encoding: base64" if self.chance.random() < 0.1 else ""
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"{is_file}{way}\r\n\r\n'
            body += f"{head}{value}\r\n".encode(errors="replace")
        return body[: self.chance.randrange(len(body) + 1)] if self.chance.random() < 0.1 else body + b"--x--\r\n"

    def wrong_header(self, odd: Odd) -> None:
        name = self.chance.choice(list(HEADERS))
        odd.meta[name] = self.chance.choice(HEADERS[name])

    def wrong_kind(self, odd: Odd) -> None:
        odd.kind = self.chance.choice(KINDS)
        odd.kind += self.any_of(
            lambda: f"; charset={self.chance.choice(CHARSETS)}",
            lambda: "; boundary=" + self.chance.choice(["", "x" * 300, "\xff", '"', "y"]),
            lambda: "; boundary*=none-such''x",
        )

    def wrong_method(self, odd: Odd) -> None:
        odd.method = self.chance.choice(METHODS)

    def typed(self) -> str:
        return self.chance.choice(TYPED)

    def name_in(self, fields: dict[str, Any]) -> str:
        return self.chance.choice([*fields, "_selected_action"])

    def any_of(self, *choices: Callable[[], Any]) -> Any:
        return self.chance.choice(choices)()
