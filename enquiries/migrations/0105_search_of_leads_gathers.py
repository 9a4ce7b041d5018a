"""New leads are gathered for the search of leads, some sixty at a time.

One by one, each costs a visitor's post the most of all that Postgres does for it. What a search then reads from end to
end is 64 kB at most.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

GATHERS = "ALTER INDEX lead_search SET (fastupdate = on, gin_pending_list_limit = 64)"
BEFORE = "ALTER INDEX lead_search RESET (gin_pending_list_limit); ALTER INDEX lead_search SET (fastupdate = off)"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0101_whole_answers_of_indexes")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(GATHERS, BEFORE)],
            state_operations=[
                migrations.RemoveIndex("lead", "lead_search"),
                migrations.AddIndex(
                    "lead",
                    GinIndex(
                        fields=["search"],
                        name="lead_search",
                        opclasses=["gin_trgm_ops"],
                        fastupdate=True,
                        gin_pending_list_limit=64,
                    ),
                ),
            ],
        )
    ]
