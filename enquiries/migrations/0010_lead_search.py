"""One column that holds all by which staff look for a lead, and indexes for the orders in which its list is read.

The column rewrites the table under a lock, which is why it came before there was a production with a big one. Both
extensions are trusted: the owner of a database may add them without being a superuser.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import F, Func, Q

# unaccent() is only STABLE, since its dictionary could be another one tomorrow; a generated column wants IMMUTABLE. The
# bodies are parsed here and now, so neither depends on a search_path: not while a dump is restored either.
FORWARD = r"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE FUNCTION searchable(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent', words));

-- A space before each part, so that the beginnings of words can be told. Of a number only the digits: people write it
-- in many ways, and some put the zero that is dialled at home in brackets. The country is in the same index, so that a
-- name and a country are one look-up; the code alone would be a syllable of many names.
CREATE FUNCTION lead_search(name text, email text, phone text, country text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN searchable(
        ' ' || name || ' ' || coalesce(email, '') || coalesce(' zz' || nullif(country, ''), '')
        || ' ' || regexp_replace(phone, '\(0\)|\D', '', 'g')
    );
"""
BACKWARD = """
DROP FUNCTION lead_search(text, text, text, text);
DROP FUNCTION searchable(text);
"""

SHOWN = Q(merged_into__isnull=True, erased_at__isnull=True)
OPEN = ~Q(stage__in=["booked", "lost", "unsuitable", "invalid"]) & SHOWN
INDEXES = [
    django.contrib.postgres.indexes.GinIndex(
        fields=["search"], name="lead_search", opclasses=["gin_trgm_ops"], fastupdate=False
    ),
    models.Index(fields=["-created_at", "-id"], name="lead_newest", condition=SHOWN),
    models.Index(fields=["-created_at", "-id"], name="lead_newest_open", condition=OPEN),
    models.Index(fields=["stage", "-created_at", "-id"], name="lead_newest_of_stage", condition=SHOWN),
    models.Index(fields=["owner", "-created_at", "-id"], name="lead_newest_of_owner", condition=SHOWN),
    models.Index(fields=["country", "-created_at", "-id"], name="lead_newest_of_country", condition=SHOWN),
    models.Index(
        fields=["stage", "-created_at", "-id"], name="lead_unassigned", condition=OPEN & Q(owner__isnull=True)
    ),
    models.Index(fields=["-created_at", "-id"], name="lead_hidden", condition=~SHOWN),
    models.Index(fields=["next_action_on", "id"], name="lead_due", condition=OPEN),
    models.Index(fields=["owner", "next_action_on", "id"], name="lead_due_of_owner", condition=OPEN),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0009_erasure_reaches_further")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField(
            model_name="lead",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=Func(F("name"), F("email"), F("phone"), F("country"), function="lead_search"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveIndex(model_name="lead", name="lead_open_next_action"),
        *(migrations.AddIndex(model_name="lead", index=index) for index in INDEXES),
    ]
