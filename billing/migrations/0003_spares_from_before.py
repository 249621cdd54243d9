from __future__ import annotations

from datetime import timedelta

from django.db import migrations


def give_orders(apps, schema_editor) -> None:
    """A spare that support sent before there were orders gets one: at no cost, and shipped."""
    orders = apps.get_model("billing", "TokenOrder").objects
    reservations = apps.get_model("tokens", "Reservation").objects
    waiting = reservations.filter(ended_at=None, order=None)
    for spare in waiting.select_related("user__membership__practice"):
        membership = getattr(spare.user, "membership", None)
        practice = membership.practice if membership else None
        name = f"{spare.user.first_name} {spare.user.last_name}".strip() or spare.user.username
        where = {
            column: getattr(practice, column, "") or "not recorded"[:length]
            for column, length in (("address", 100), ("city", 60), ("state", 2), ("zip_code", 10))
        }
        order = orders.create(
            number=f"EP-{spare.pk:08}",
            user=spare.user,
            ordered_by=spare.reserved_by or spare.user,
            status="shipped",
            previous="packed",
            price_cents=0,
            destination="practice",
            recipient=name,
            practice_name=practice.name if practice else "",
            suite=practice.suite if practice else "",
            ordered_at=spare.ordered_at,
            changed_at=spare.ordered_at,
            paid_at=spare.ordered_at,
            packed_at=spare.ordered_at,
            shipped_at=spare.ordered_at + timedelta(seconds=1),
            expected_on=spare.expected_on,
            carrier="usps",
            tracking_number="not recorded",
            reservation=spare,
            **where,
        )
        spare.order, spare.order_number = order.pk, order.number
        spare.destination = "Practice Address"
        spare.save()


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_what_the_database_refuses"),
        ("tokens", "0011_every_spare_was_ordered"),
        ("accounts", "0012_attested_anew"),
    ]
    operations = [migrations.RunPython(give_orders, migrations.RunPython.noop)]
