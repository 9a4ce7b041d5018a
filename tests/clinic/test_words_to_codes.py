import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import trans_real

from enquiries.models import Lead
from foundation.held import held_because
from mailings.models import OutgoingEmail


def test_sentences_that_the_version_before_wrote_while_both_served_become_codes(
    lead: Lead,
) -> None:
    Lead.objects.update(next_action="Call back", stage="lost", closed_reason="Asked to stop: by telephone")
    OutgoingEmail.objects.update(last_reply="no longer wanted")
    for _time in range(2):
        call_command("words_to_codes")
        lead.refresh_from_db()
        assert (lead.next_action, lead.closed_reason) == ("call_back", "asked_to_stop: by telephone")
        assert set(OutgoingEmail.objects.values_list("why", "last_reply")) == {("no_longer_wanted", "")}


def test_why_something_was_held_is_known_again_from_the_words_of_the_version_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spanish = trans_real.DjangoTranslation("es")
    spanish._catalog["the name holds a link"] = "el nombre tiene un enlace"  # type: ignore[attr-defined]
    monkeypatch.setitem(trans_real._translations, "es", spanish)
    with translation.override("es"):
        assert held_because("the name holds a link") == held_because("link_in_name") == "el nombre tiene un enlace"
        assert held_because("le nom contient un lien") == "le nom contient un lien"
