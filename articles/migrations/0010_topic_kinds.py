"""What a topic is of: the packet form takes over a condition from an article, and neither a group nor a subject.

Those that the site came with are known; whatever a clinic added counts as a condition until somebody says otherwise.
"""

from django.db import migrations, models

OURS = """
UPDATE articles_topic SET kind = 'area' WHERE slug IN ('autoimmune-disease', 'liver-disease', 'neurological');
UPDATE articles_topic SET kind = 'subject' WHERE slug IN ('mechanisms', 'safety');
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_gate")]
    operations = [
        migrations.AddField(
            model_name="topic",
            name="kind",
            field=models.CharField(
                choices=[
                    ("condition", "one condition"),
                    ("area", "a group of conditions"),
                    ("subject", "no condition"),
                ],
                db_default="condition",
                default="condition",
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RunSQL(OURS, migrations.RunSQL.noop),
    ]
