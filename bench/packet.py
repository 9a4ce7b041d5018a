"""What whoever keeps the clinic's profile waits for: the look at what is typed, and a version of the packet."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from bench.editing import at, timed
from enquiries import packet_content
from enquiries.documents import inputs, set_packet
from enquiries.documents.looks import contents_of, encoded, picture_of_page
from enquiries.renditions import with_first
from tests.browser_posts import untouched

PROFILE = "/admin/foundation/clinicprofile/1/change/"
TIMES = 40
# By the beginning of a task, the most milliseconds of the processor at the 95th percentile.
MOST_MS = {"preview": 150.0, "setting": 200.0}
INTRODUCTION = (
    "## The clinic's profile and its packet\n\n"
    "The preview beside the profile as its script asks for it, the whole request, another word typed each time; and "
    "a version of the packet made of the opening content: reading the rows, setting it, drawing the page that the site "
    f"shows of it. {TIMES} times. Held to their targets ({MOST_MS['preview']:.0f} ms each preview, "
    f"{MOST_MS['setting']:.0f} ms setting a version, at the 95th percentile) is *processor*: what the process itself "
    "took, whatever else the machine did."
)

Work = Callable[[int], Any]


def measure() -> dict[str, list[tuple[float, float]]]:
    works = {**previews(), **version()}
    for work in works.values():
        # What a process loads and compiles once.
        work(0)
    return {name: [timed(partial(work, number)) for number in range(1, TIMES + 1)] for name, work in works.items()}


def previews() -> dict[str, Work]:
    client = Client(headers={"host": settings.SITE_HOST})
    users: Any = get_user_model()._default_manager
    client.force_login(users.create_superuser("keeper@clinic.example", name="Kee Per"))
    fields = untouched(client.get(PROFILE), "clinicprofile_form")

    def look(part: str, number: int) -> None:
        body = urlencode({**fields, "tagline": f"Plain words, {number}"}, doseq=True)
        address = reverse(f"admin:preview_{part}")
        if client.post(address, body, "application/x-www-form-urlencoded").status_code != 200:
            raise RuntimeError(f"{address} answered no page")

    return {f"preview of the {part}": partial(look, part) for part in ("site", "mail", "packet")}


def version() -> dict[str, Work]:
    content = packet_content.contents(1)
    pdf = set_packet(inputs(content)["content"])
    last = content["articles"][-1]["slug"]
    _heading, page = contents_of(pdf).shown()

    def another(number: int) -> str:
        return inputs({**content, "version_label": f"Version {number}"})["content"]

    return {
        "setting a version": lambda number: set_packet(another(number)),
        "setting it with another study first": lambda number: set_packet(with_first(another(number), last)),
        "reading what it is made of": lambda number: inputs(packet_content.contents(number)),
        "its contents and the page to look at": lambda number: [contents_of(pdf), encoded(picture_of_page(pdf, page))],
    }


def rows(times: dict[str, list[tuple[float, float]]]) -> list[dict[str, Any]]:
    return [row_of(name, found) for name, found in times.items()]


def most_of(task: str) -> float | None:
    return MOST_MS.get(task.split()[0])


def row_of(name: str, found: list[tuple[float, float]]) -> dict[str, Any]:
    clock, processor = (sorted(each) for each in zip(*found, strict=True))
    most = most_of(name)
    return {
        "task": name,
        "median_ms": at(clock, 0.5),
        "p95_ms": at(clock, 0.95),
        "processor_median_ms": at(processor, 0.5),
        "processor_p95_ms": at(processor, 0.95),
        "within_target": most is None or at(processor, 0.95) <= most,
    }
