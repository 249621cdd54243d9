"""What somebody may change is asked again once they are locked: it may have ended meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.tokens.mobile_phone import EMAIL, SMARTPHONE
from tests.tokens.phones import NUMBER
from tokens import step_up
from tokens.flows.add_backup_phone import Wanted, add_backup_phone
from tokens.flows.enroll_hard_token import enroll_hard_token
from tokens.flows.start_mobile_id import start_mobile_id
from tokens.models import BackupPhone, HardToken, MobileIdSetup, RevocationCase, StepUp
from tokens.refusals import AuthorityOver
from tokens.step_up import GRANT, Authority


def a_hard_token_is_added(user, **how):
    fob = factories.a_fob_in_stock()
    first, second = fob.press_twice().values()
    enroll_hard_token(user=user, serial=fob.serial, first=first, second=second, **how)


def mobile_id_is_begun(user, **how):
    start_mobile_id(user=user, number=SMARTPHONE, email=EMAIL, **how)


def a_phone_is_entered(user, **how):
    add_backup_phone(user=user, wanted=Wanted(number=NUMBER, delivery="text"), **how)


ADDING = {
    "token.binding_refused": a_hard_token_is_added,
    "mobile_id.not_started": mobile_id_is_begun,
    "phone.not_added": a_phone_is_entered,
}
every_addition = pytest.mark.parametrize(("event", "add"), ADDING.items(), ids=ADDING)


def is_refused(add, user, event, **how):
    before = [kind.objects.count() for kind in (HardToken, MobileIdSetup, BackupPhone)]

    with pytest.raises(AuthorityOver):
        add(user, at=timezone.now(), **how)

    after = [kind.objects.count() for kind in (HardToken, MobileIdSetup, BackupPhone)]
    assert after == before
    assert AuditEvent.objects.get(event=event).facts["outcome"] == "authority-over"


@every_addition
def test_under_a_step_up_that_another_change_ended(prescriber, token, event, add):
    at = timezone.now()
    step_up.begin(by=token, method="hard-token", session_key="k", cookie="c", at=at)
    proven = StepUp.objects.get()
    authority = Authority(name="step-up by hard-token", session_key="k", step_up=proven)
    step_up.end_after_change(user_id=prescriber.pk, session_key="another", at=at)

    is_refused(add, prescriber, event, authority=authority)


@every_addition
def test_under_a_grant_from_before_the_account_was_revoked(prescriber, event, add):
    grant, at = factories.a_grant(prescriber), timezone.now()
    RevocationCase.objects.create(
        number="CS-7306-4118",
        user=prescriber,
        issued_by=prescriber,
        issued_at=grant.given_at,
        expires_at=at + timedelta(hours=1),
        used_at=at,
    )

    is_refused(add, prescriber, event, authority=Authority(name=GRANT, session_key="k"))


@every_addition
def test_what_still_stands_is_not_in_the_way(prescriber, event, add):
    factories.a_grant(prescriber)
    prescriber.email = EMAIL

    partial(add, authority=Authority(name=GRANT, session_key="k"))(prescriber, at=timezone.now())

    assert not AuditEvent.objects.filter(event=event).exists()
