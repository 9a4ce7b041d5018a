from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_profile_to_foundation")]
    operations = [
        migrations.AlterField(
            model_name="articlerevision",
            name="source",
            field=models.CharField(
                choices=[("first_content", "first content"), ("editor", "editor"), ("import", "import")],
                default="editor",
                max_length=20,
                verbose_name="source",
            ),
        )
    ]
