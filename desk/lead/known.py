"""What the page of a lead and several of its forms ask alike, asked once for all of them."""

from functools import cached_property

from enquiries import stops
from enquiries.models import Lead, LeadEvent, ended_packet


class Known:
    """Of a lead as it was read for one page: whoever changes it reads it anew."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead

    @cached_property
    def family(self) -> list[Lead]:
        return self.lead.family()

    @cached_property
    def packet_ended(self) -> LeadEvent | None:
        return ended_packet(self.lead, self.family)

    @cached_property
    def against_mail(self) -> stops.Against:
        # Whoever is merged has the addresses of all whom they live on with, too.
        return stops.against(self.lead, None if self.lead.merged_into_id else self.family)


def known_of(lead: Lead) -> Known:
    found: Known = vars(lead).setdefault("known", Known(lead))
    return found
