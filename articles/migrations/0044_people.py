"""Who works at the clinic, beside who reviews for it; pictures are now on a page that is held."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0041_glossary"),
        ("foundation", "0007_content_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="reviewer",
            options={"ordering": ["position", "name"], "verbose_name": "person", "verbose_name_plural": "people"},
        ),
        migrations.AddField(
            model_name="reviewer",
            name="is_of_the_clinic",
            field=models.BooleanField(
                db_default=False,
                default=True,
                help_text="Shown on the page About us. Untick it for who reviews from elsewhere, or has left.",
                verbose_name="one of the people of the clinic",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="languages",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Such as English, Polish and sign language.",
                max_length=200,
                verbose_name="languages they speak with patients",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="photo",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="A picture of the library, which says what it shows and by whom it is. Ask them first.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="articles.image",
                verbose_name="photograph",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="position",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="The smallest comes first, then by name.",
                verbose_name="place in the order",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="register_url",
            field=models.URLField(
                blank=True,
                db_default="",
                help_text="The page on which anybody finds them, such as https://register.example.org/.",
                max_length=300,
                validators=[django.core.validators.URLValidator(["https", "http"])],
                verbose_name="address of the register",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="role",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Such as: reads your records, and sees you before and after treatment.",
                max_length=300,
                verbose_name="what they do here",
            ),
        ),
        migrations.AlterField(
            model_name="reviewer",
            name="account",
            field=models.OneToOneField(
                blank=True,
                help_text="Only of who reviews articles here: they sign in with it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        migrations.AlterField(
            model_name="reviewer",
            name="conflicts",
            field=models.TextField(
                blank=True,
                help_text="Money from whom, shares, posts; “none” is an answer.",
                verbose_name="conflicts of interest",
            ),
        ),
        migrations.AlterField(
            model_name="reviewer",
            name="credentials",
            field=models.CharField(
                blank=True, help_text="Such as MD, specialist in neurology.", max_length=300, verbose_name="credentials"
            ),
        ),
        migrations.AlterField(
            model_name="reviewer",
            name="registration",
            field=models.CharField(
                blank=True,
                help_text="With whom, and the number, so that people can look it up.",
                max_length=300,
                verbose_name="registration",
            ),
        ),
        *(content_trigger(f"articles_{name}") for name in ("image", "imagefile")),
    ]
