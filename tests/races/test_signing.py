"""Signing against the clock: a report of loss at the same moment, and one password many times.

The first test was seen to fail without the lock on the signing state in the second transaction.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from functools import partial

import pytest

from accounts.models import SigningState
from epcs_portal.audit.models import AuditEvent
from prescriptions.models import Prescription, Signature
from tests import factories
from tests.prescriptions import signing
from tests.races.crowd import crowd, plain_client
from tokens.models import HardToken

ROUNDS = int(os.environ.get("EPCS_RACE_ROUNDS", "100"))
FEWER_ROUNDS = max(1, ROUNDS // 10)
SIZE = 8  # browsers; each costs an Argon2id
STEP = 0.004  # seconds; the report comes up to 25 of them after the signature began
NEVER_LOCKED = dict.fromkeys(["locked_until", "last_lock_at", "lock_before_at", "held_at"])


@pytest.fixture
def signer(cloned_db):
    return factories.a_signer()


def report(user, *, after: float) -> str:
    time.sleep(after)
    factories.a_report(user, what="hard-token", circumstance="stolen")
    return "reported"


def send(client, patient, page, **factors) -> int:
    return signing.send(client, patient, page, **factors).status_code


def grant_again(user) -> None:
    before = user.prescriber.access_changes.first()
    factories.access_to_sign(user, entered_by=before.entered_by, executed_by=before.executed_by)


def test_no_signature_is_made_after_a_report_is_committed(signer):
    token, fob = factories.a_hard_token(signer)
    patient = factories.a_patient(signer.practice)
    client = plain_client(signer)
    outcomes: Counter[str] = Counter()
    otp, spent = fob.press(), 0

    with crowd(2) as at_once:
        for number in range(ROUNDS):
            rx = factories.a_prescription(signer, patient)
            page = signing.opened(client, patient)
            token.refresh_from_db()
            if token.next_factor > spent:  # a refusal before the factors leaves it unspent
                otp, spent = fob.press(), token.next_factor
            sign = partial(send, client, patient, page, pin=signing.PIN, otp=otp)
            at_once([sign, partial(report, signer, after=STEP * (number % 25))])
            outcomes[_what_happened(rx)] += 1
            Prescription.objects.filter(pk=rx.pk).exclude(status="signed").update(
                status="canceled", ready_digest="", ready_by=None, ready_at=None
            )
            grant_again(signer)

    assert set(outcomes) == {"signed before the report", "not signed"}, outcomes


def _what_happened(rx: Prescription) -> str:
    """Read it off the trail, whose numbers are the order in which the two were committed."""
    telling = ["compromise.reported", "signing.proven", "signing.refused", "prescription.signed"]
    events = AuditEvent.objects.filter(event__in=telling).order_by("sequence")
    latest = dict.fromkeys(telling, 0) | dict(events.values_list("event", "sequence"))
    reported = latest["compromise.reported"]
    if max(latest["signing.proven"], latest["signing.refused"]) > reported:
        return "spent after the report"
    if not Signature.objects.filter(prescription=rx).exists():
        return "not signed"
    is_before = latest["prescription.signed"] < reported
    return "signed before the report" if is_before else "signed after the report"


def test_one_password_signs_once(signer):
    _, fob = factories.a_hard_token(signer)
    patient = factories.a_patient(signer.practice)
    clients = [plain_client(signer) for _ in range(SIZE)]

    with crowd(SIZE) as at_once:
        for _ in range(FEWER_ROUNDS):
            for rows in (SigningState.objects, HardToken.objects):
                rows.update(failures=0, **NEVER_LOCKED)
            factories.a_prescription(signer, patient)
            otp = fob.press()
            sends = [
                partial(
                    send,
                    client,
                    patient,
                    signing.opened(client, patient),
                    pin=signing.PIN,
                    otp=otp,
                )
                for client in clients
            ]
            # Who comes when the prescription is gone from the page is sent to Rx Queue (302 too).
            assert set(at_once(sends)) <= {200, 302}

    assert Signature.objects.count() == FEWER_ROUNDS
    assert AuditEvent.objects.filter(event="signing.proven").count() == FEWER_ROUNDS


def test_two_tabs_with_two_passwords_sign_one_prescription_once(signer):
    """On PostgreSQL the two transactions could interleave; the rows are locked, so they do not."""
    _, fob = factories.a_hard_token(signer)
    patient = factories.a_patient(signer.practice)
    clients = [plain_client(signer) for _ in range(2)]

    with crowd(2) as at_once:
        for _ in range(FEWER_ROUNDS):
            factories.a_prescription(signer, patient)
            pages = [signing.opened(client, patient) for client in clients]
            sends = [
                partial(send, client, patient, page, pin=signing.PIN, otp=fob.press())
                for client, page in zip(clients, pages, strict=True)
            ]
            at_once(sends)

    assert Signature.objects.count() == FEWER_ROUNDS
