"""A hard token that counts time steps instead of presses. Its owner sees the same pages."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import submit
from tokens import verification
from tokens.flows.resynchronize_hard_token import PairRejected, resynchronize_hard_token
from tokens.flows.try_token import try_token
from tokens.models import HardToken, SeedRecord
from tokens.refusals import OtpRejected, OtpReplayed, TokenOutOfStep

NOON = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


def steps(number: int) -> timedelta:
    return number * timedelta(seconds=30)


class ClockFob:
    """A token that shows a new password every 30 seconds, by a clock that may be off."""

    def __init__(self, seed: bytes) -> None:
        self._totp = pyotp.TOTP(base64.b32encode(seed).decode())

    def shows(self, at: datetime) -> str:
        return self._totp.at(at)


@pytest.fixture
def token(prescriber) -> HardToken:
    token, _ = factories.a_hard_token(prescriber, "TIME00000001")
    SeedRecord.objects.update(moving_factor=SeedRecord.MovingFactor.TIME)
    return HardToken.objects.select_related("seed_record").get(pk=token.pk)


@pytest.fixture
def fob() -> ClockFob:
    return ClockFob(factories.seed_for("TIME00000001"))


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_password_is_good_one_step_either_side_of_now(token, fob, step):
    try_token(token=token, otp=fob.shows(NOON + steps(step)), at=NOON)

    token.refresh_from_db()
    assert (token.last_used_at, token.drift, token.presses_skipped) == (NOON, 0, 0)


@pytest.mark.parametrize("step", [-2, 2, 120])
def test_a_password_further_off_says_out_of_sync(token, fob, step):
    with pytest.raises(TokenOutOfStep):
        try_token(token=token, otp=fob.shows(NOON + steps(step)), at=NOON)


def test_a_password_is_good_once_and_so_are_those_before_it(token, fob):
    try_token(token=token, otp=fob.shows(NOON), at=NOON)

    for step in (0, -1):
        with pytest.raises(OtpReplayed):
            try_token(token=_read(token), otp=fob.shows(NOON + steps(step)), at=NOON)


@pytest.mark.parametrize("gap", [1, 2, 3])
@pytest.mark.parametrize("drift", [-1000, -7, 0, 5, 1000])
def test_two_passwords_teach_how_far_off_its_clock_is(token, fob, drift, gap):
    if drift == 1000:
        drift -= gap  # as far as the search goes
    first, second = (fob.shows(NOON + steps(drift + n)) for n in (0, gap))

    resynchronize_hard_token(token=token, first=first, second=second, at=NOON)

    token = _read(token)
    assert token.drift == drift + gap
    later = NOON + steps(10)
    try_token(token=token, otp=fob.shows(later + steps(drift + gap)), at=later)


def test_the_second_password_comes_at_most_three_steps_after_the_first(token, fob):
    with pytest.raises(PairRejected) as refusal:
        resynchronize_hard_token(
            token=token, first=fob.shows(NOON), second=fob.shows(NOON + steps(4)), at=NOON
        )

    assert refusal.value.facts["finding"] == "skipped"


def test_a_clock_that_is_hours_off_is_named(token, fob):
    with pytest.raises(PairRejected) as refusal:
        resynchronize_hard_token(
            token=token,
            first=fob.shows(NOON + steps(2000)),
            second=fob.shows(NOON + steps(2001)),
            at=NOON,
        )

    assert refusal.value.facts["finding"] == "far_ahead"


def test_drift_is_learned_by_nothing_else(token, fob):
    for at in (NOON + steps(n) for n in range(0, 40, 2)):
        try_token(token=_read(token), otp=fob.shows(at + steps(1)), at=at)

    assert _read(token).drift == 0


def test_what_a_drifting_token_showed_before_is_not_accepted(token, fob):
    resynchronize_hard_token(
        token=token,
        first=fob.shows(NOON + steps(50)),
        second=fob.shows(NOON + steps(51)),
        at=NOON,
    )

    with pytest.raises(OtpRejected):
        try_token(token=_read(token), otp=fob.shows(NOON), at=NOON)


def test_it_is_resynced_on_the_same_page(signed_in, token, fob):
    ahead = timezone.now() + timedelta(hours=1)

    response = submit(
        signed_in,
        f"/epcs/token/{token.pk}/resync/",
        otp1=fob.shows(ahead),
        otp2=fob.shows(ahead + steps(2)),
    )

    assert response.status_code == 302
    assert _read(token).drift in {121, 122}  # steps; one less where the clock turned meanwhile
    assert AuditEvent.objects.get().facts == {"skipped": 0}


def _read(token: HardToken) -> HardToken:
    return HardToken.objects.select_related("seed_record").get(pk=token.pk)


def test_windows_are_those_of_the_policy():
    windows = verification.IN_STEPS

    assert (windows.acceptance, windows.resynchronization, windows.gap) == (1, 1000, 3)
