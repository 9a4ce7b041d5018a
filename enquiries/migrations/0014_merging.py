"""What merging needs: its events and permission, what two leads of one person have in common, and erasure that follows.

The functions are what the indexes of the next migration are made of. Their bodies are parsed here and now, as in 0010.
"""

from importlib import import_module

from django.db import migrations, models

FORWARD = r"""
-- However a number is written, and with or without the code of the country.
CREATE FUNCTION lead_phone_end(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(regexp_replace(phone, '\D', '', 'g'), 9);
-- z.oe+clinic@example.com is mostly the same mailbox as zoe@example.com.
CREATE FUNCTION lead_mailbox(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@' || split_part(email, '@', 2);
-- Without case, accents, spaces and punctuation.
CREATE FUNCTION lead_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(searchable(name), '[[:space:][:punct:]]', '', 'g');
-- A slip of the finger spoils one end of a name and seldom both.
CREATE FUNCTION lead_name_start(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(lead_name_key(name), 6);
CREATE FUNCTION lead_name_end(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(lead_name_key(name), 6);
"""
BACKWARD = """
DROP FUNCTION lead_name_end(text);
DROP FUNCTION lead_name_start(text);
DROP FUNCTION lead_name_key(text);
DROP FUNCTION lead_mailbox(text);
DROP FUNCTION lead_phone_end(text);
"""
ERASE_BEFORE = import_module("enquiries.migrations.0009_erasure_reaches_further").AFTER
# Each lead of a person is erased under its own address: the proof of an earlier one keeps the hash of its own.
OLD, NEW = "WHERE id = ANY(consent_ids);", "WHERE id = ANY(consent_ids) AND address_hash = '';"
ERASE_AFTER = ERASE_BEFORE.replace(OLD, NEW)
assert ERASE_AFTER.count(NEW) == 1, "erase_person reads otherwise than this migration thinks"  # noqa: S101


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0013_clinical_moves")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(ERASE_AFTER, ERASE_BEFORE),
        migrations.AlterModelOptions(
            "lead",
            {
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("move_clinical_stages", "Can decide clinical stages"),
                    ("resend_packet", "Can send the packet again"),
                    ("merge_leads", "Can merge leads"),
                    ("export_person", "Can export a person"),
                    ("erase_person", "Can erase a person"),
                ],
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
            },
        ),
        migrations.AlterField(
            "leadevent",
            "kind",
            models.CharField(
                choices=[
                    ("stage", "stage"),
                    ("enquiry", "enquiry"),
                    ("consent", "consent"),
                    ("packet_queued", "packet queued"),
                    ("packet_sent", "packet sent"),
                    ("packet_failed", "packet failed"),
                    ("packet_not_sent", "packet not sent"),
                    ("packet_uncertain", "packet may not have arrived"),
                    ("packet_bounced", "packet came back"),
                    ("packet_complained", "packet reported as spam"),
                    ("packet_downloaded", "packet downloaded"),
                    ("disowned", "says it was not them"),
                    ("note", "note"),
                    ("address_corrected", "address corrected"),
                    ("next_action", "next action"),
                    ("owner", "owner"),
                    ("details", "details changed"),
                    ("merged", "merged"),
                    ("unmerged", "taken apart again"),
                    ("told_apart", "not the same person"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
    ]
