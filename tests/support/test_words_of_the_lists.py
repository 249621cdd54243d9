"""The lists say in words what they show, and call things as the pages do."""

from __future__ import annotations

import pytest
from django.db.models import F

from tests import factories
from tests.support.conftest import PEOPLE, SITE
from tests.tokens.mobile_phone import a_mobile_id
from tests.tokens.reading import read
from tokens.models import HardToken

pytestmark = pytest.mark.django_db
STOCK = f"{SITE}tokens/seedrecord/"


def test_people_are_people_and_tokens_hardware_tokens(at_support, prescriber):
    people, index = read(at_support.get(PEOPLE)), read(at_support.get(SITE))

    assert "2 people" in people
    assert ">People<" in index
    assert ">Hardware tokens<" in index
    assert ">Seed batches<" in index
    assert [word for word in ("users", "Users", "Hard tokens") if word in people + index] == []


def test_the_trail_is_narrowed_by_classes_in_words(at_support):
    page = read(at_support.get(f"{SITE}audit/auditevent/"))

    assert ">Unauthorized access<" in page
    assert ">Our own staff and machinery<" in page
    assert ">6<" not in page


def test_a_token_out_of_step_is_out_of_sync_and_mobile_id_skips_no_presses(at_support, token):
    HardToken.objects.filter(pk=token.pk).update(out_of_step_at=F("bound_at"))
    a_mobile_id(token.user)

    hard, mobile = (
        read(at_support.get(f"{SITE}tokens/{kind}/")) for kind in ("hardtoken", "softtoken")
    )

    assert ">out of sync<" in hard
    assert "out of step" not in hard
    assert "Presses skipped" in hard
    assert "Presses skipped" not in mobile


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Sam Nguyen, NP"),
        ({"status": "reported", "reported_at": F("bound_at")}, "NP, never bound again: reported"),
        ({"reason": "broken"}, ">never bound again: broken or battery empty<"),
        ({"reason": "lost"}, ">never bound again: lost<"),
        ({"reason": "replaced"}, ">nobody<"),
    ],
)
def test_stock_says_which_token_is_never_bound_again(at_support, token, columns, words):
    ended = {"status": "removed", "removed_at": F("bound_at")} if "reason" in columns else {}
    HardToken.objects.filter(pk=token.pk).update(**columns | ended or {"failures": 0})

    page = read(at_support.get(STOCK, {"q": token.serial}))

    assert words in page


def test_a_token_that_nobody_had_is_nobodys(at_support):
    free = factories.a_fob_in_stock()

    assert ">nobody<" in read(at_support.get(STOCK, {"q": free.serial}))
