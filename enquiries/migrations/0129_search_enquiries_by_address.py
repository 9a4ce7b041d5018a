"""An index for a part of an address, by which staff look for enquiries: the whole table was read each time."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    # An index that is made beside a site that serves cannot be made in a transaction.
    atomic = False
    dependencies = [("enquiries", "0128_import_keeps_its_wishes")]
    operations = [
        AddIndexConcurrently(
            "enquiry",
            GinIndex(
                fields=["email"],
                name="enquiry_address",
                opclasses=["gin_trgm_ops"],
                fastupdate=True,
                gin_pending_list_limit=64,
            ),
        ),
    ]
