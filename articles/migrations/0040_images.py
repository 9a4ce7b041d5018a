"""Pictures of articles, with their bytes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGERS = """
-- They are compressed already; trying again costs time at each reading.
ALTER TABLE articles_imagefile ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TRIGGER imagefile_append_only BEFORE UPDATE ON articles_imagefile
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER image_stays_while_shown BEFORE DELETE ON articles_image
    FOR EACH ROW EXECUTE FUNCTION refuse_shown_image();
"""
BACKWARD = """
DROP TRIGGER imagefile_append_only ON articles_imagefile;
DROP TRIGGER image_stays_while_shown ON articles_image;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0033_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=80, unique=True, verbose_name="name")),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True, verbose_name="sha256")),
                ("alt", models.CharField(blank=True, max_length=300, verbose_name="what it shows")),
                (
                    "is_decorative",
                    models.BooleanField(default=False, verbose_name="it shows nothing that the text needs"),
                ),
                ("credit", models.CharField(max_length=200, verbose_name="by whom")),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("own", "our own"),
                            ("permission", "shown with permission"),
                            ("public-domain", "public domain"),
                            ("cc0-1.0", "CC0 1.0"),
                            ("cc-by-4.0", "CC BY 4.0"),
                            ("cc-by-sa-4.0", "CC BY-SA 4.0"),
                        ],
                        max_length=20,
                        verbose_name="licence",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded at")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "image",
                "verbose_name_plural": "images",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ImageFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "format",
                    models.CharField(
                        choices=[("webp", "WebP"), ("jpeg", "JPEG"), ("png", "PNG")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("width", models.PositiveSmallIntegerField(verbose_name="width")),
                ("height", models.PositiveSmallIntegerField(verbose_name="height")),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="sha256")),
                ("data", models.BinaryField(verbose_name="bytes")),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="articles.image",
                        verbose_name="image",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of an image",
                "verbose_name_plural": "files of images",
                "ordering": ["width"],
            },
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alt", ""), ("is_decorative", True)),
                    models.Q(("alt__regex", "\\S"), ("is_decorative", False)),
                    _connector="OR",
                ),
                name="image_alt_or_decorative",
                violation_error_message="Say what the picture shows, or tick that the text needs nothing of it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="imagefile",
            constraint=models.UniqueConstraint(fields=("image", "format", "width"), name="imagefile_once"),
        ),
        stored_function("articles", "refuse_shown_image", before="DROP FUNCTION refuse_shown_image"),
        migrations.RunSQL(TRIGGERS, BACKWARD),
    ]
