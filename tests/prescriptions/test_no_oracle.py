"""Whoever guesses learns nothing about the PIN: body, status and time are alike (ASVS 6.3.8)."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import KnowledgeFactor, SigningState
from tests.prescriptions import signing
from tests.prescriptions.signing import Desk, a_desk
from tokens.models import HardToken

WHAT_DIFFERS_ANYWAY = re.compile(
    r'name="(?:form_key|csrfmiddlewaretoken)" value="[^"]+"|data-seconds="[0-9]+"'
)
TIMES = 15


@dataclass(frozen=True)
class Try:
    pin: str
    otp: Callable[[Desk], str]


TRIES = {
    "wrong PIN": Try(signing.WRONG_PIN, lambda desk: desk.fob.press()),
    "wrong password": Try(signing.PIN, lambda desk: desk.fob.wrong()),
    "both wrong": Try(signing.WRONG_PIN, lambda desk: desk.fob.wrong()),
    "no PIN set": Try(signing.PIN, lambda desk: desk.fob.press()),
}


def refused(desk: Desk, kind: str) -> tuple[int, str, float]:
    """Try once, as if it were the first time; return status, body and seconds of CPU."""
    SigningState.objects.update(failures=0)
    HardToken.objects.update(failures=0)
    page, a_try = desk.open(), TRIES[kind]
    otp = a_try.otp(desk)
    factors = KnowledgeFactor.objects.filter(user=desk.user)
    kept = list(factors)
    if kind == "no PIN set":
        factors.delete()
    began = time.thread_time()
    response = desk.send(page, pin=a_try.pin, otp=otp)
    took = time.thread_time() - began
    if kind == "no PIN set":
        KnowledgeFactor.objects.bulk_create(kept)
    return response.status_code, WHAT_DIFFERS_ANYWAY.sub("", response.text), took


def test_body_and_status_are_the_same_to_the_letter(desk):
    answers = {kind: refused(desk, kind)[:2] for kind in TRIES}

    assert len(set(answers.values())) == 1
    assert answers["wrong PIN"][0] == 200


def test_all_of_them_count_alike(desk):
    for kind in TRIES:
        refused(desk, kind)
        assert SigningState.objects.get().failures == 1


def test_the_fifth_failure_answers_alike_too(db):
    answers = set()
    for kind in ("wrong PIN", "wrong password", "both wrong"):
        desk = a_desk(Client())
        for _ in range(5):
            response = desk.sign(pin=TRIES[kind].pin, otp=TRIES[kind].otp(desk))
        text = WHAT_DIFFERS_ANYWAY.sub("", response.text)
        answers.add(re.sub(r"[0-9]+:[0-9]{2} [AP]M", "", text))

    titles = {re.search("<h1>(.*?)</h1>", answer)[1] for answer in answers}
    assert titles == {"Signing is locked until "}


@pytest.mark.parametrize("kind", sorted(set(TRIES) - {"wrong PIN"}))
def test_the_time_it_takes_tells_nothing(desk, kind):
    """Of CPU time: the median of one kind lies within a quarter of the median of another.

    One Argon2id, done or not done, would move it by two fifths and more.
    """
    refused(desk, kind)  # whatever is done once is done

    pairs = [(refused(desk, "wrong PIN")[2], refused(desk, kind)[2]) for _ in range(TIMES)]

    one, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert abs(one - other) / one < 0.25, (one, other)
