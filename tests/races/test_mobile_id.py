"""One phone's answer, sent twenty times at once: one effect."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.web_push_gateway import Subscription
from epcs_portal.refusals import Refusal
from tests import factories
from tests.races.crowd import SIZE, Browser, crowd, plain_client
from tests.tokens.mobile_phone import (
    PhoneInHand,
    a_mobile_id,
    answer_to,
    begin,
    link_on_the_phone,
)
from tests.tokens.reading import choose, form_key_in, read
from tokens import device_nonces
from tokens.flows.answer_step_up import answer_step_up
from tokens.flows.remove_token import remove_token
from tokens.flows.subscribe_phone import subscribe_phone
from tokens.models import (
    ApprovalRequest,
    HardToken,
    MobileDevice,
    MobileIdSetup,
    PushSubscription,
    SoftToken,
    StepUp,
    lock_columns,
)
from tokens.possession import ByPassword
from tokens.step_up import Authority
from tokens.throttle import Lock

ROUNDS = 10
VERIFY = "/epcs/verify/"


@pytest.fixture
def prescriber(cloned_db):
    return factories.a_prescriber()


@pytest.fixture
def phone(prescriber) -> PhoneInHand:
    phone = a_mobile_id(prescriber)
    phone.client = plain_client(prescriber)
    return phone


def long_ago() -> None:
    """No request counts any more towards the limit."""
    ApprovalRequest.objects.update(asked_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("is_replayed", [True, False], ids=["one message", "twenty messages"])
def test_one_answer_is_taken_once(prescriber, phone, is_replayed):
    browser = plain_client(prescriber)
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            long_ago()
            choose(browser, VERIFY, "push")
            request = ApprovalRequest.objects.get(state="open")
            said = {"device": phone.device, **answer_to(request.text, number=request.number)}
            fresh = [device_nonces.issue(request.device_id, at=timezone.now()) for _ in range(SIZE)]
            nonces = [fresh[0]] * SIZE if is_replayed else fresh
            bodies = [phone.signed(**said, nonce=nonce) for nonce in nonces]

            answers = at_once([partial(phone.post, "answer", body) for body in bodies])

            outcomes = Counter(answer.status_code for answer in answers)
            assert outcomes[200] == 1
            assert sum(outcomes[status] for status in (401, 409)) == SIZE - 1, outcomes
            given = AuditEvent.objects.filter(event="approval.given")
            assert given.count() == number


def test_one_approval_opens_one_step_up(prescriber, phone):
    with crowd() as at_once:
        for number in range(1, ROUNDS + 1):
            long_ago()
            asking = plain_client(prescriber)
            page = choose(asking, VERIFY, "push").url
            request = ApprovalRequest.objects.get(state="open")
            forms = [form_key_in(asking.get(page)) for _ in range(SIZE)]
            said = answer_to(request.text, number=request.number)
            assert phone.say("answer", **said).status_code == 200

            form = {"approval": str(request.pk)}
            acts = [partial(asking.post, page, {**form, "form_key": key}) for key in forms]
            outcomes = Counter(answer.status_code for answer in at_once(acts))

            assert outcomes == {302: 1, 200: SIZE - 1}
            assert StepUp.objects.count() == number


def test_of_twenty_phones_with_one_link_one_is_paired(prescriber):
    factories.a_grant(prescriber)
    browser = plain_client(prescriber)
    with crowd() as at_once:
        for number in range(1, 4):
            long_ago()
            MobileIdSetup.objects.update(state="ended")
            begin(browser, prescriber)
            link = link_on_the_phone()
            phones = [PhoneInHand(plain_client(prescriber)) for _ in range(SIZE)]

            answers = at_once([partial(phone.pair, link) for phone in phones])

            assert Counter(each.status_code for each in answers) == {200: 1, 404: SIZE - 1}
            assert MobileDevice.objects.count() == number


def test_one_code_is_accepted_once(prescriber, phone):
    page = f"/epcs/mobile-id/{SoftToken.objects.get().pk}/test/"
    browsers = [Browser(prescriber, page) for _ in range(SIZE)]
    with crowd() as at_once:
        for _round in range(ROUNDS):
            SoftToken.objects.update(next_factor=0, **lock_columns(Lock()))
            code = phone.code()
            answers = at_once([partial(each.ready().send, otp=code) for each in browsers])

            accepted = [answer for answer in answers if answer.status_code == 302]
            assert len(accepted) == 1, [read(answer)[600:] for answer in answers][:1]


def test_nobody_waits_in_a_circle_for_who_removes_it(prescriber):
    hard, fob = factories.a_hard_token(prescriber)
    how = {"reason": "lost", "detail": "", "authority": Authority(name="x", session_key="")}
    bell = Subscription(endpoint="https://push.example/1", p256dh="p", auth="a")

    def remove() -> None:
        remove_token(token=SoftToken.objects.get(pk=mobile.pk), **how, at=timezone.now())

    def subscribe() -> None:
        device = MobileDevice.objects.get(soft_token=mobile)
        nonce = device_nonces.issue(device.pk, at=timezone.now())
        subscribe_phone(device=device, nonce=nonce, subscription=bell, at=timezone.now())

    def verify(by: ByPassword) -> None:
        key, cookie = secrets.token_hex(), secrets.token_hex()
        answer_step_up(by=by, session_key=key, cookie=cookie, at=timezone.now())

    with crowd() as at_once:
        for _round in range(ROUNDS):
            HardToken.objects.update(**lock_columns(Lock()))
            phone, mobile = a_mobile_id(prescriber), SoftToken.live().get()
            by_hard = ByPassword(token=HardToken.objects.get(pk=hard.pk), otp=fob.press())
            by_mobile = ByPassword(token=mobile, otp=phone.code())
            verifying = [partial(verify, by_hard), partial(verify, by_mobile)]

            told = at_once([partial(told_by, act) for act in [remove, subscribe, *verifying] * 5])

            assert told[0::4].count("done") == 1, told
            assert told[2::4].count("done") == 1, told
            assert not SoftToken.live().exists()
            assert not PushSubscription.objects.exists()


def told_by(act: Callable[[], None]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"
