"""The database itself refuses what an order must not become, whoever says UPDATE."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing import guards
from billing.drafts import store
from billing.models import Checkout, Refund, TokenOrder
from billing.moves import MOVES, PAID_FOR, UNPAID, Status
from billing.shipping import Shipping
from tests import factories
from tests.billing.ordering import PRACTICE

pytestmark = pytest.mark.django_db
INTO = {after: before for before in Status for after in sorted(MOVES[before])}


@pytest.fixture
def sam():
    return factories.a_prescriber("snguyen")


def an_order(user, status=Status.DRAFT, **columns):
    """An order that has come as far, as if by the moves that lead there."""
    at = timezone.now()
    paid = {"paid_at": at} if status in PAID_FOR else {}
    come = {"status": status, "previous": INTO.get(status, "")} | paid
    return store(user, user, Shipping(**PRACTICE), at=at, **(come | columns))


def says(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def updates(order, **columns):
    wanted = ", ".join(f"{name} = %s" for name in columns)
    says(
        f"UPDATE billing_tokenorder SET {wanted} WHERE number = %s", *columns.values(), order.number
    )
    order.refresh_from_db()


def is_refused(order, **columns):
    before = TokenOrder.objects.filter(pk=order.pk).values().get()
    with pytest.raises(IntegrityError):
        updates(order, **columns)
    return TokenOrder.objects.filter(pk=order.pk).values().get() == before


def test_the_guards_stand_after_the_migrations():
    assert guards.faulty(connection) == []


@pytest.mark.parametrize("before", Status)
def test_every_move_of_the_table_is_let_through_and_no_other(sam, before):
    order = an_order(sam, before, paid_at=timezone.now())

    for after in Status:
        moved = {"status": after.value, "previous": before.value}
        if after in MOVES[before]:
            with transaction.atomic():
                updates(order, **moved)
                assert order.status == after
                transaction.set_rollback(True)
        elif after is not before:
            assert is_refused(order, **moved), after


@pytest.mark.parametrize("before", sorted(set(Status) - {Status.REFUNDED}))
def test_a_move_does_not_lie_about_where_the_order_was(sam, before):
    order = an_order(sam, before, paid_at=timezone.now())
    [after, *_rest] = sorted(MOVES[before])

    others = {each.value for each in Status} - {before.value}
    assert all(is_refused(order, status=after.value, previous=other) for other in others)
    assert is_refused(order, status=after.value)


def test_the_model_refuses_before_the_database_has_to(sam):
    order = an_order(sam)

    with pytest.raises(ValueError, match="draft does not lead to shipped"):
        order.move(Status.SHIPPED)

    assert TokenOrder.objects.get().status == "draft"


@pytest.mark.parametrize(
    "columns",
    [
        {"price_cents": 0},
        {"price_cents": -1},
        {"currency": "cad"},
        {"number": "EP-00000001"},
        {"id": "0" * 32},
        {"previous": "shipped"},
        {"held_for": "other-amount"},
        {"held_at": "2026-11-20 10:00:00+00:00"},
    ],
)
def test_an_order_stays_as_it_was_ordered(sam, columns):
    assert is_refused(an_order(sam), **columns)


def test_an_order_does_not_change_hands(sam):
    assert is_refused(an_order(sam), user_id=factories.a_prescriber().pk)


def test_an_order_is_not_deleted(sam):
    order = an_order(sam)
    connection.check_constraints()  # what is deferred would stand in the way of TRUNCATE

    for statement in (
        "DELETE FROM billing_tokenorder",
        "TRUNCATE billing_tokenorder CASCADE"
        if connection.vendor == "postgresql"
        else "INSERT OR REPLACE INTO billing_tokenorder SELECT * FROM billing_tokenorder",
    ):
        with pytest.raises(IntegrityError):
            says(statement)

    assert TokenOrder.objects.get() == order


@pytest.mark.parametrize("status", sorted(UNPAID))
def test_there_is_one_unpaid_order_a_person(sam, status):
    order = an_order(sam, status)

    with pytest.raises(IntegrityError), transaction.atomic():
        an_order(sam)
    updates(order, status=Status.CANCELED.value, previous=status.value)

    assert an_order(sam).status == "draft"
    assert an_order(factories.a_prescriber()).status == "draft"


@pytest.mark.parametrize("status", sorted(PAID_FOR))
def test_nothing_is_packed_that_was_not_paid(sam, status):
    with pytest.raises(IntegrityError), transaction.atomic():
        an_order(sam, status, paid_at=None)

    assert is_refused(an_order(sam, status), paid_at=None)


@pytest.mark.parametrize("missing", ["carrier", "tracking_number", "reservation_id"])
def test_nothing_is_shipped_without_a_carrier_a_number_and_a_token(sam, missing):
    spare = factories.a_spare_on_its_way(sam, factories.a_fob_in_stock().serial)
    sent = {"shipped_at": timezone.now(), "carrier": "ups", "tracking_number": "1Z999"}
    order = an_order(sam, Status.SHIPPED, reservation=spare, **sent)

    assert is_refused(order, **{missing: None if missing == "reservation_id" else ""})


def a_checkout(order, attempt=1, **columns):
    at = timezone.now()
    known = {"asked": {}, "opened_at": at, "expires_at": at + timedelta(hours=23)}
    known["idempotency_key"] = f"{order.pk}-{attempt}"
    return Checkout.objects.create(order=order, attempt=attempt, **(known | columns))


@pytest.mark.parametrize(
    ("attempt", "columns"),
    [
        (2, {}),
        (1, {"settled_at": timezone.now(), "idempotency_key": "another"}),
        (2, {"settled_at": timezone.now(), "idempotency_key": "the same"}),
        (2, {"settled_at": timezone.now(), "session_id": "cs_1"}),
    ],
)
def test_an_order_has_one_open_checkout_and_each_key_and_session_is_one(sam, attempt, columns):
    order = an_order(sam)
    a_checkout(order, idempotency_key="the same", session_id="cs_1")

    with pytest.raises(IntegrityError), transaction.atomic():
        a_checkout(order, attempt, **columns)

    assert order.checkouts.count() == 1


def test_a_payment_is_sent_back_once_unless_that_failed(sam):
    at, agent = timezone.now(), factories.a_person(is_staff=True)
    checkout = a_checkout(an_order(sam))
    asked = {"checkout": checkout, "asked_by": agent, "asked_at": at, "due_at": at, "reason": "r"}
    first = Refund.objects.create(**asked)

    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(**asked)
    Refund.objects.update(state=Refund.State.DEAD)

    assert Refund.objects.create(**asked).idempotency_key != first.idempotency_key
    assert [str(each) for each in Refund.objects.all()] == [f"refund of {checkout}"] * 2
