"""What follows from a payment, in every state: a table written by hand, and any order of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.moves import PAID_FOR, UNPAID, Status, may_move
from billing.settlement import Decision, Dispute, PaymentFacts, Standing, decide

PAID = PaymentFacts(
    session_id="cs_1", key="1-1", order="1", amount_cents=3500, currency="usd", is_paid=True
)
FACTS = {
    "unpaid": replace(PAID, is_paid=False),
    "over": replace(PAID, is_paid=False, is_over=True),
    "paid": PAID,
    "refunded": replace(PAID, refunded_cents=3500),
    "part": replace(PAID, refunded_cents=1),
    "open": replace(PAID, dispute=Dispute.OPEN),
    "won": replace(PAID, dispute=Dispute.WON),
    "lost": replace(PAID, dispute=Dispute.LOST),
}
# Moves in order, and why it is held. An order that is disputed was packed before.
BY_HAND = """
.                unpaid over paid   refunded      part         open          won    lost
draft            -      -    paid   paid,refunded paid,part!   paid,disputed paid   paid,refunded
awaiting-payment -      -    paid   paid,refunded paid,part!   paid,disputed paid   paid,refunded
paid             -      -    -      refunded      part!        disputed      -      refunded
packed           -      -    -      refunded      part!        disputed      -      refunded
shipped          -      -    -      refunded      part!        disputed      -      refunded
delivered        -      -    -      refunded      part!        disputed      -      refunded
activated        -      -    -      refunded      part!        disputed      -      refunded
canceled         -      -    late!  refunded      late!        late!         late!  late!
refunded         -      -    fails! -             fails!       fails!        fails! -
disputed         -      -    packed refunded      packed,part! -             packed refunded
"""
HOLDS = {"part!": "refunded-in-part", "late!": "paid-after-cancel", "fails!": "refund-failed"}
(_, *KINDS), *ROWS = [line.split() for line in BY_HAND.strip().splitlines()]
TABLE = [
    (state, kind, words) for state, *row in ROWS for kind, words in zip(KINDS, row, strict=True)
]
WRONG = {
    "other-order": {"order": "2"},
    "other-currency": {"currency": "cad"},
    "other-amount": {"amount_cents": 100},
}


def standing(status, **known):
    before = Status.PACKED if status is Status.DISPUTED else None
    paid = status not in UNPAID | {Status.CANCELED}
    order = Standing(
        order="1",
        status=status,
        before_dispute=before,
        price_cents=3500,
        currency="usd",
        was_paid=paid,
    )
    return replace(order, **known)


def decision(words):
    parts = [] if words == "-" else words.split(",")
    moves = tuple(Status(each) for each in parts if each not in HOLDS)
    return Decision(moves=moves, hold="".join(HOLDS.get(each, "") for each in parts))


def after(order, facts):
    """The order as it stands when the decision was stored."""
    for move in decide(order, facts).moves:
        assert may_move(order.status, move), (order.status, move)
        before = order.status if move is Status.DISPUTED else None
        was_paid = order.was_paid or move is Status.PAID
        order = replace(order, status=move, before_dispute=before, was_paid=was_paid)
    return order


@pytest.mark.parametrize(("state", "kind", "words"), TABLE)
def test_an_order_follows_its_payment_as_the_table_says(state, kind, words):
    order = standing(Status(state))

    assert decide(order, FACTS[kind]) == decision(words)


@pytest.mark.parametrize(("state", "kind", "words"), TABLE)
def test_asked_twice_nothing_follows_the_second_time(state, kind, words):
    once = after(standing(Status(state)), FACTS[kind])

    again = decide(once, FACTS[kind])

    assert again.moves == ()
    assert again.hold in {"", decision(words).hold}


@pytest.mark.parametrize("why", WRONG)
@pytest.mark.parametrize("state", Status)
def test_what_is_paid_wrongly_holds_the_order_where_it_stands(state, why):
    facts = replace(PAID, **WRONG[why])

    assert decide(standing(state), facts) == Decision(hold=why)
    assert decide(standing(state), replace(facts, is_paid=False)) == Decision()


@pytest.mark.parametrize("state", sorted(PAID_FOR))
def test_what_is_paid_twice_holds_the_order_until_it_went_back(state):
    order = standing(state, is_paid_otherwise=True)

    assert decide(order, PAID) == Decision(hold="paid-twice")
    assert decide(order, FACTS["refunded"]) == Decision()


@pytest.mark.parametrize("why", WRONG)
def test_what_was_paid_wrongly_and_went_back_ends_an_order_that_was_not_paid(why):
    facts = replace(PAID, refunded_cents=3500, **WRONG[why])

    assert decide(standing(Status.AWAITING), facts) == Decision(moves=(Status.REFUNDED,))
    assert decide(standing(Status.DRAFT), facts) == Decision()
    assert decide(standing(Status.SHIPPED), facts) == Decision()


def test_a_canceled_order_that_was_paid_and_came_back_is_left_alone_until_it_is_refunded():
    order = standing(Status.CANCELED, was_paid=True)

    assert decide(order, PAID) == Decision()
    assert decide(order, FACTS["refunded"]) == Decision(moves=(Status.REFUNDED,))


STEPS = {
    "dispute": {"dispute": Dispute.OPEN},
    "win": {"dispute": Dispute.WON},
    "lose": {"dispute": Dispute.LOST},
    "refund a part": {"refunded_cents": 500},
    "refund the rest": {"refunded_cents": 3500},
}


def history_of(steps):
    """What is true of a payment, moment by moment, of the steps that Stripe lets happen."""
    history = [FACTS["unpaid"], PAID]
    for step in steps:
        last, is_verdict = history[-1], step in {"win", "lose"}
        is_disputed = last.dispute is Dispute.OPEN
        is_final = last.dispute is Dispute.LOST or last.refunded_cents == 3500
        if is_verdict is is_disputed and not is_final:
            history.append(replace(last, **STEPS[step]))
    return history


@given(
    steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=6),
    seen=st.lists(st.integers(min_value=0, max_value=7), max_size=8),
    start=st.sampled_from([Status.DRAFT, Status.AWAITING]),
)
def test_however_seldom_or_often_it_is_asked_the_order_ends_the_same(steps, seen, start):
    history = history_of(steps)
    asked = [history[min(each, len(history) - 1)] for each in sorted(seen)]

    often = standing(start)
    for facts in [*asked, history[-1], history[-1]]:
        often = after(often, facts)

    once = after(standing(start), history[-1])
    assert often.status is once.status
    assert decide(often, history[-1]) == decide(once, history[-1])
