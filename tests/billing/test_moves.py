"""The table of moves, against the same table written by hand."""

from __future__ import annotations

import pytest

from billing import moves
from billing.models import TokenOrder
from billing.moves import MOVES, Status, may_move

BY_HAND = """
draft             awaiting-payment paid canceled
awaiting-payment  paid canceled refunded
paid              packed canceled refunded disputed
packed            shipped canceled refunded disputed
shipped           delivered activated canceled refunded disputed
delivered         activated canceled refunded disputed
activated         refunded disputed
canceled          refunded
refunded
disputed          paid packed shipped delivered activated refunded
"""
TABLE = {line.split()[0]: set(line.split()[1:]) for line in BY_HAND.strip().splitlines()}


@pytest.mark.parametrize("after", Status)
@pytest.mark.parametrize("before", Status)
def test_an_order_moves_where_the_table_says_and_nowhere_else(before, after):
    assert may_move(before, after) is (after.value in TABLE[before.value])


def test_the_model_knows_the_same_states():
    assert [value for value, _label in TokenOrder.Status.choices] == [each.value for each in Status]
    assert all(may_move(str(each), str(each)) is False for each in TokenOrder.Status)


def test_nothing_is_unpaid_again_and_nothing_follows_a_refund():
    led_to = set().union(*MOVES.values())

    assert led_to & moves.UNPAID == {Status.AWAITING}
    assert [each for each in MOVES if Status.AWAITING in MOVES[each]] == [Status.DRAFT]
    assert MOVES[Status.REFUNDED] == frozenset()


def test_what_is_packed_was_paid_for():
    reached = {Status.PACKED, Status.SHIPPED, Status.DELIVERED, Status.ACTIVATED}

    assert not any(MOVES[each] & reached for each in moves.UNPAID | moves.OVER)
