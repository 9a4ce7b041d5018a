import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.template.defaultfilters import filesizeformat
from django.test import Client
from django.utils.html import escape
from pypdf import PdfReader

from articles.models import Article, Topic
from enquiries.actions import (
    erase_person,
    make_packet_for,
    note_download,
)
from enquiries.models import LeadEvent, Packet, PacketDelivery, PacketVersion
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

ZOE = "zoe@example.com"


@pytest.fixture
def condition(first_content: None) -> Topic:
    """One on which there are articles, beside such on others."""
    found = Topic.objects.filter(kind=Topic.Kind.CONDITION, articles__in=Article.objects.published()).distinct()
    assert found.count() > 1
    return found.order_by("pk")[0]


@pytest.fixture
def general(first_content: None) -> Packet:
    return Packet.objects.get()


def page_of(packet: Packet, rest: str = "change/") -> str:
    return f"/admin/enquiries/packet/{packet.pk}/{rest}"


@pytest.fixture
def own(desk: Client, general: Packet, condition: Topic) -> Packet:
    return made_and_approved(desk, general, condition)


def made_and_approved(desk: Client, general: Packet, topic: Topic) -> Packet:
    """By the form on the page of the general one."""
    form = untouched(desk.get(page_of(general)), "for-condition-form")
    desk.post(page_of(general, "for-condition/"), {**form, "topic": topic.slug})
    packet = Packet.objects.get(topic=topic)
    desk.post(page_of(packet, "versions/1/approve/"))
    return packet


def sent_to(address: str) -> PacketVersion:
    return PacketDelivery.objects.filter(outgoing__email=address).latest("pk").version


def text_of(version: PacketVersion) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(version.pdf)).pages)


def test_who_asks_about_a_condition_gets_its_own_packet_and_everybody_else_the_general_one(
    own: Packet, general: Packet, condition: Topic, ask: Callable[..., Any]
) -> None:
    asked = {"zoe@example.com": condition.slug, "anna@example.com": "", "bert@example.com": "Zoë's own words"}
    for address, topic in asked.items():
        assert ask(email=address, topic=topic).status_code == 303
    assert [sent_to(address).packet for address in asked] == [own, general, general]


def test_the_form_below_an_article_asks_about_its_one_condition(
    desk: Client, client: Client, general: Packet, ask: Callable[..., Any]
) -> None:
    article, topic = next(
        (found, of_it[0]) for found in Article.objects.published() if len(of_it := conditions_of(found)) == 1
    )
    packet = made_and_approved(desk, general, topic)
    form = untouched(client.get(article.get_absolute_url()), "packet-form")
    ask(**{name: value for name, value in form.items() if name in ("topic", "source_path", "wording", "language")})
    assert sent_to(ZOE).packet == packet


def conditions_of(article: Article) -> list[Topic]:
    return [topic for topic in article.topics.all() if topic.kind == Topic.Kind.CONDITION]


def test_until_a_version_of_its_own_is_approved_the_general_one_goes_out(
    general: Packet, condition: Topic, ask: Callable[..., Any]
) -> None:
    make_packet_for(topic=condition)
    ask(topic=condition.slug)
    assert sent_to(ZOE).packet == general


def test_its_own_packet_tells_of_its_studies_first_and_of_no_other_condition(own: Packet, condition: Topic) -> None:
    told = text_of(own.versions.get())
    theirs = set(condition.articles.values_list("pk", flat=True))
    others = [
        article
        for article in Article.objects.published().filter(topics__kind=Topic.Kind.CONDITION).distinct()
        if article.pk not in theirs
    ]
    assert others
    assert [article.slug for article in others if f"/research/{article.slug}/" in told] == []
    titles = [str(article) for article in Article.objects.published() if article.pk in theirs]
    assert [title for title in titles if title not in told] == []
    assert f"Those on {condition} come first" in told


def test_it_speaks_of_no_studies_that_it_does_not_have(desk: Client, general: Packet, condition: Topic) -> None:
    new = Topic.objects.create(slug="stiff-back", name="Stiff back")
    told = text_of(made_and_approved(desk, general, new).versions.get())
    assert "They concern everybody: on Stiff back we explain no study so far. Whatever else" in told
    assert "Those on Stiff back" not in told
    on_it = Article.objects.published().filter(topics=condition)
    Article.objects.exclude(pk__in=on_it).update(state=Article.State.DRAFT)
    told = text_of(made_and_approved(desk, general, condition).versions.get())
    assert f"They are on {condition}. Whatever else we explain is on our site. Each page" in told
    assert "concern everybody" not in told


def test_nothing_around_the_packet_names_the_condition(
    own: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    deliver: Callable[[], None],
    mailoutbox: list[Any],
    client: Client,
) -> None:
    ask(topic=condition.slug)
    deliver()
    [mail] = [mail for mail in mailoutbox if mail.to == [ZOE]]
    [(name, pdf, _kind)] = mail.attachments
    assert (name, bytes(pdf)) == ("information-packet.pdf", bytes(own.versions.get().pdf))
    assert str(condition).lower() not in f"{mail.subject} {mail.body} {mail.alternatives[0][0]}".lower()
    link = next(word for word in mail.body.split() if "/packet/" in word)
    assert str(condition).lower() not in client.get(link).text.lower()


def test_a_packet_of_a_condition_is_older_by_its_own_studies_alone(
    desk: Client, own: Packet, general: Packet, condition: Topic
) -> None:
    theirs = set(condition.articles.values_list("pk", flat=True))
    other = next(
        article
        for article in Article.objects.published().filter(topics__kind=Topic.Kind.CONDITION)
        if article.pk not in theirs
    )
    desk.post(f"/admin/articles/article/{other.pk}/withdraw/", {"reason": "It is wrong"})
    assert "is older than what it was made from" in desk.get(page_of(general)).text
    assert "is older than what it was made from" not in desk.get(page_of(own)).text
    ClinicProfile.objects.update(costs="Other.")
    assert "is older than what it was made from" in desk.get(page_of(own)).text


def test_it_can_be_stopped_and_the_general_one_cannot(
    desk: Client, own: Packet, general: Packet, condition: Topic, ask: Callable[..., Any]
) -> None:
    for packet in (own, general):
        desk.post(page_of(packet, "stop/"))
    ask(topic=condition.slug)
    assert sent_to(ZOE).packet == general
    desk.post(page_of(own, "versions/1/send/"))
    ask(email="anna@example.com", topic=condition.slug)
    assert sent_to("anna@example.com").packet == own


def test_sent_once_more_it_is_that_of_the_condition(
    desk: Client, own: Packet, condition: Topic, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    ask(topic=condition.slug)
    deliver()
    OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z", state="failed")
    failed = OutgoingEmail.objects.get(kind="packet")
    desk.post(f"/admin/mailings/outgoingemail/{failed.pk}/send-again/")
    assert sent_to(ZOE).packet == own
    desk.post(f"/admin/enquiries/lead/{PacketDelivery.objects.latest('pk').lead_id}/resend/")
    assert {delivery.version.packet for delivery in PacketDelivery.objects.all()} == {own}


def test_on_a_real_site_one_in_the_name_of_the_demo_goes_to_nobody(
    desk: Client, own: Packet, general: Packet, condition: Topic, ask: Callable[..., Any], settings: Any
) -> None:
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons")
    desk.post(page_of(general, "make-version/"))
    desk.post(page_of(general, "versions/2/approve/"))
    settings.HTTPS = True
    ask(topic=condition.slug)
    assert sent_to(ZOE).packet == general


def test_a_condition_that_is_none_makes_no_packet(desk: Client, general: Packet) -> None:
    told = desk.post(page_of(general, "for-condition/"), {"topic": "no-such"}, follow=True).text
    assert "Choose a condition." in told
    assert Packet.objects.count() == 1


def test_an_auditor_reads_of_no_condition_in_what_went_out(
    own: Packet, condition: Topic, ask: Callable[..., Any], deliver: Callable[[], None], django_user_model: Any
) -> None:
    ask(topic=condition.slug)
    deliver()
    note_download(delivery=PacketDelivery.objects.get())
    page = PacketDelivery.objects.get().lead.get_absolute_url()
    for role, reads in (("coordinator", True), ("auditor", False)):
        told = browser_of(django_user_model, role).get(page).text
        assert "was put on its way" in told
        assert (f"{own} 1" in told) is reads
        assert (str(condition) in told) is reads


def test_an_auditor_cannot_tell_a_packet_for_a_condition_from_the_general_one(
    own: Packet, condition: Topic, ask: Callable[..., Any], deliver: Callable[[], None], django_user_model: Any
) -> None:
    other = Topic.objects.filter(kind=Topic.Kind.CONDITION).exclude(pk=condition.pk)[0]
    for topic in (condition, other):
        ask(email=f"{topic.slug}@example.com", topic=topic.slug)
    deliver()
    assert {found.version.packet for found in PacketDelivery.objects.all()} == {own, Packet.objects.get(topic=None)}
    auditor = browser_of(django_user_model, "auditor")
    pages = [timeline_in(auditor.get(one.lead.get_absolute_url()).text) for one in PacketDelivery.objects.all()]
    assert "was put on its way" in pages[0]
    assert pages[0] == pages[1]


def timeline_in(page: str) -> str:
    """Without what differs anyway: addresses, numbers in links, and moments."""
    told = re.sub(r"<[^>]*>|\S+@\S+|\d\d?:\d\d", " ", page.partition('class="lead-timeline')[2])
    return " ".join(told.split())


def browser_of(accounts: Any, role: str) -> Client:
    account = accounts.objects.create_user(f"{role}@clinic.example", name=role)
    account.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(account)
    return client


def test_the_condition_by_another_name_makes_it_older(desk: Client, own: Packet, condition: Topic) -> None:
    form = untouched(desk.get(f"/admin/articles/topic/{condition.pk}/change/"), "topic_form")
    desk.post(f"/admin/articles/topic/{condition.pk}/change/", {**form, "name": "Stiff back"})
    for page in ("/admin/", page_of(own)):
        assert "<li>the name of the condition</li>" in desk.get(page).text


def test_approving_it_again_once_it_was_stopped_says_what_goes_out(desk: Client, own: Packet) -> None:
    desk.post(page_of(own, "stop/"))
    told = desk.post(page_of(own, "versions/1/approve/"), follow=True).text
    assert "was approved before" in told
    assert "None goes out" not in told
    assert "The general packet goes out." in told


def test_while_it_alone_bears_the_name_of_the_demo_nobody_is_told_that_no_packet_goes_out(
    desk: Client, own: Packet, general: Packet, settings: Any
) -> None:
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons")
    desk.post(page_of(general, "make-version/"))
    desk.post(page_of(general, "versions/2/approve/"))
    settings.HTTPS = True
    for page in ("/admin/", page_of(own)):
        told = desk.get(page).text
        assert "No packet goes out" not in told
        assert escape(f"{own} 1 goes to nobody: it bears the demo clinic's name") in told


def test_a_failed_mail_of_before_there_was_one_goes_out_again_as_what_goes_out_now(
    desk: Client, general: Packet, condition: Topic, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    ask(topic=condition.slug)
    assert sent_to(ZOE).packet == general
    own = made_and_approved(desk, general, condition)
    OutgoingEmail.objects.update(state="failed")
    failed = OutgoingEmail.objects.get(kind="packet")
    desk.post(f"/admin/mailings/outgoingemail/{failed.pk}/send-again/")
    assert sent_to(ZOE).packet == own


def test_one_that_waited_in_the_name_of_the_demo_goes_out_as_what_goes_out_now(
    desk: Client,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    deliver: Callable[[], None],
    settings: Any,
) -> None:
    ask(topic=condition.slug)
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons")
    own = made_and_approved(desk, general, condition)
    settings.HTTPS = True
    deliver()
    assert sent_to(ZOE).packet == own


def test_of_whom_is_erased_nothing_says_what_they_asked_about(
    desk: Client, own: Packet, general: Packet, condition: Topic, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    for address in (ZOE, "anna@example.com"):
        ask(email=address, topic=condition.slug)
    deliver()
    delivery = PacketDelivery.objects.get(outgoing__email=ZOE)
    note_download(delivery=delivery)
    erase_person(address=ZOE)
    # What was said of the making stands on the next page.
    desk.get("/admin/")
    assert str(condition) not in desk.get(delivery.lead.get_absolute_url()).text
    delivery.refresh_from_db()
    assert delivery.version == general.versions.get()
    named = LeadEvent.objects.filter(lead=delivery.lead, data__has_key="version")
    assert {event.data["version"] for event in named} == {delivery.version_id}
    assert sent_to("anna@example.com").packet == own


def test_it_is_sent_as_the_general_one_is(desk: Client, general: Packet, condition: Topic) -> None:
    Packet.objects.update(carriage=Packet.Carriage.LINKED)
    assert made_and_approved(desk, general, condition).carriage == Packet.Carriage.LINKED


def before_the_form(client: Client) -> str:
    return " ".join(client.get("/information-packet/").text.partition('id="packet-panel"')[0].split())


def test_the_page_says_before_anybody_asks_which_conditions_have_a_packet_of_their_own_and_what_is_in_it(
    desk: Client, client: Client, general: Packet, condition: Topic
) -> None:
    told = "as you would get it"
    assert str(condition) not in before_the_form(client)
    assert told in before_the_form(client)
    own = made_and_approved(desk, general, condition)
    look = own.versions.get().look
    page = before_the_form(client)
    head, _, of_it = page.partition("Whoever chooses one of these in the form gets a packet about it in place of this")
    size = " ".join(filesizeformat(look.size).split())
    assert f"{condition}: a PDF of {look.pages} pages, {size}" in of_it
    assert [title for title in look.sections if f"<li>{escape(title)}</li>" not in of_it] == []
    assert f"A PDF of {general.versions.get().look.pages} pages" in head
    # The page to look at is of the general one.
    assert told not in page
    assert "of the packet for everybody else" in page


def test_what_does_not_go_out_is_not_told_as_if_it_did(
    desk: Client, client: Client, own: Packet, general: Packet, condition: Topic, settings: Any
) -> None:
    assert f"{condition}: a PDF" in before_the_form(client)
    desk.post(page_of(own, "stop/"))
    assert str(condition) not in before_the_form(client)
    desk.post(page_of(own, "versions/1/send/"))
    # Another clinic by now, of which the general one alone bears the name.
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons")
    desk.post(page_of(general, "make-version/"))
    desk.post(page_of(general, "versions/2/approve/"))
    assert str(condition) not in before_the_form(client)


def test_the_page_is_the_same_whatever_somebody_came_from(own: Packet, condition: Topic, client: Client) -> None:
    plain = client.get("/information-packet/").content
    article = condition.articles.first()
    assert article
    before = {"referer": article.get_absolute_url()}
    came = client.get("/information-packet/", {"topic": condition.slug}, headers=before)
    assert came.content == plain
