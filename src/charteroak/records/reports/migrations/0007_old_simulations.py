"""Reports that an older release called training mail by a header alone are told anew.

A migration and no step behind all of them: where the process ends before this one is done, it is still to do.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone

from charteroak.mail.rejudging import judged_anew, rests_on_older_rule


def tell_anew(apps: Any, _schema_editor: Any) -> None:
    """Judge each of them by today's rule, and keep beside it what was told until now."""
    Report = apps.get_model("reports", "Report")
    moment = timezone.now()
    listed = list(Report.objects.filter(analysis__verdict="simulation").order_by("pk").values_list("pk", flat=True))
    for number in listed:
        row = Report.objects.select_for_update().get(pk=number)
        if rests_on_older_rule(row.analysis or {}):
            row.analysis = judged_anew(row.analysis, moment)
            row.save(update_fields=["analysis"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_old_confirmations")]

    operations = [migrations.RunPython(tell_anew, migrations.RunPython.noop)]
