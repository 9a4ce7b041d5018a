"""When what public pages show changed last, by what it is: the map of the site says so of each page."""

from django.db import migrations, models

from foundation.stored_functions import change_trigger, stored_function

# What is older than this is not known by its day, and did not change since the content moved last.
BEGINNING = """
INSERT INTO foundation_contentchange (subject, changed_at) SELECT '', moved_at FROM foundation_contentversion
"""
# Of the clinic's details there are revisions.
DETAILS = """
INSERT INTO foundation_contentchange (subject, changed_at)
SELECT 'articles_clinicprofile.' || name, max(saved_at)
FROM (
    SELECT name, saved_at, value, lag(value) OVER (PARTITION BY name ORDER BY id) AS was
    FROM foundation_profilerevision, jsonb_each(content) AS told (name, value)
) AS revisions
WHERE value IS DISTINCT FROM was AND name NOT IN ('opening_hours', 'holidays', 'process_steps', 'own_numbers')
GROUP BY name
"""
SEEN_OF_NOTICES = ("place", "text", "language", "placement", "begins_on", "ends_on", "state")


class Migration(migrations.Migration):
    dependencies = [("foundation", "0035_no_better_without_harm")]
    operations = [
        migrations.CreateModel(
            name="ContentChange",
            fields=[
                (
                    "subject",
                    models.CharField(max_length=100, primary_key=True, serialize=False, verbose_name="what"),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
            ],
            options={
                "verbose_name": "change of the content",
                "verbose_name_plural": "changes of the content",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(BEGINNING, migrations.RunSQL.noop),
        migrations.RunSQL(DETAILS, migrations.RunSQL.noop),
        stored_function("foundation", "note_change", before="DROP FUNCTION note_change(text[])"),
        stored_function("foundation", "note_content_change", before="DROP FUNCTION note_content_change()"),
        change_trigger("articles_clinicprofile", "by column"),
        change_trigger("articles_openinghours"),
        change_trigger("articles_processstep"),
        change_trigger("foundation_requirednotice", *SEEN_OF_NOTICES),
    ]
