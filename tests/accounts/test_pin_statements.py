"""How many statements the way to a new PIN costs. Fixed, however often it was gone before."""

from __future__ import annotations

import pytest

from accounts.models import KnowledgeProof
from tests import factories
from tests.accounts.pins import NEW, NEW_PIN, PROVE, choose, prove
from tests.pages import form_key_on
from tests.tokens.test_statements import statements


@pytest.fixture
def sam(prescriber, fob, signed_in):
    factories.an_epcs_pin(prescriber)
    prove(signed_in, fob)
    choose(signed_in, "5283")
    return prescriber


def test_proving_and_choosing_cost_the_same_each_time(sam, signed_in, fob):
    proving, choosing = [], []
    for pin in (NEW_PIN, "7395", "2816"):
        otp = {"form_key": form_key_on(signed_in, PROVE), "otp": fob.press()}
        proving.append(statements(lambda form=otp: signed_in.post(PROVE, form)))
        new = {"form_key": form_key_on(signed_in, NEW), "pin": pin, "confirm": pin}
        choosing.append(statements(lambda form=new: signed_in.post(NEW, form)))

    assert [len(each) for each in proving] == [14] * 3, "\n".join(proving[0])
    # Two of them: the notice, and the end of what other sessions had proven.
    assert [len(each) for each in choosing] == [20] * 3, "\n".join(choosing[0])
    assert KnowledgeProof.objects.count() == 4
