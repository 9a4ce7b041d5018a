"""Up to 0.4 the undo of a merge left with the survivor what had come in meanwhile from the other's address.

Each enquiry goes back to the lead that had its address when it was accepted, and its packets to whoever that one lives
on in. Again it changes nothing. Each lead by itself, so that no row is locked for longer than a moment: the version
before serves meanwhile, and knows no other place for them.
"""

from datetime import UTC, datetime

from django.db import migrations

MERGES = ["merged", "unmerged"]
# Of a merge that stands.
ALWAYS = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


def give_back(apps, schema_editor):
    LeadEvent = apps.get_model("enquiries", "LeadEvent")
    merges = LeadEvent.objects.filter(kind="merged").order_by().values_list("data__merged", flat=True)
    for pk in sorted(set(merges)):
        for other, since, until in together(LeadEvent, pk):
            _give_back(apps, pk, other, since, until)


def together(LeadEvent, pk, within=ALWAYS):  # noqa: N803
    """With whom it was one, from when to when, also by way of others."""
    for other, begun, ended in merges_of(LeadEvent, pk):
        since, until = max(begun, within[0]), min(ended, within[1])
        if since < until:
            yield other, since, until
            yield from together(LeadEvent, other, (since, until))


def merges_of(LeadEvent, pk):  # noqa: N803
    found = []
    for event in LeadEvent.objects.filter(kind__in=MERGES, data__merged=pk).order_by("at", "pk"):
        if event.kind == "merged":
            found.append([event.lead_id, event.at, ALWAYS[1]])
        elif found:
            found[-1][2] = event.at
    return found


def _give_back(apps, pk, other, since, until):
    Enquiry, Delivery = (apps.get_model("enquiries", name) for name in ("Enquiry", "PacketDelivery"))  # noqa: N806
    address = address_then(apps, pk, since)
    came = Enquiry.objects.filter(lead=other, events__kind="enquiry", events__at__range=(since, until))
    if address:
        came.filter(email=address).update(lead=pk)
    sent = Delivery.objects.filter(lead=other, created_at__range=(since, until), outgoing__email=address)
    survivor = survivor_of(apps, pk)
    if address and survivor != survivor_of(apps, other):
        sent.update(lead=survivor)


def address_then(apps, pk, moment):
    """A merged lead's address is not corrected, so it had this one for as long as the merge stood."""
    LeadEvent, Lead = (apps.get_model("enquiries", name) for name in ("LeadEvent", "Lead"))  # noqa: N806
    later = LeadEvent.objects.filter(lead=pk, kind="address_corrected", at__gt=moment).order_by("at", "pk").first()
    if later:
        return later.text.partition(" → ")[0].strip("–")
    return Lead.objects.filter(pk=pk).values_list("email", flat=True).first() or ""


def survivor_of(apps, pk):
    above = apps.get_model("enquiries", "Lead").objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    return survivor_of(apps, above) if above else pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0026_erase_by_enquiry")]
    operations = [migrations.RunPython(give_back, migrations.RunPython.noop, elidable=True)]
