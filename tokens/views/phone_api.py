"""What phones ask and answer. No cookie counts here: a phone shows which one it is by its signature
over a nonce of ours, so a forged request of another site can say nothing in its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from epcs_portal.access import Who, open_to
from epcs_portal.delivery.web_push_gateway import SubscriptionRefused, checked
from epcs_portal.refusals import Refusal
from tokens import device_keys, device_nonces, selectors
from tokens.answers import Answer
from tokens.flows.answer_request import answer_request
from tokens.flows.hear_phone import hear_phone
from tokens.flows.leave_phone import leave_phone
from tokens.flows.pair_phone import Phone, pair_phone
from tokens.flows.refuse_phone import refuse_phone
from tokens.flows.subscribe_phone import subscribe_phone
from tokens.phone_messages import Malformed, Signed, body_of, signed_of, uuid_of
from tokens.push_refusals import LinkOver, NonceStale, PhoneClosed, PhoneNotRecognized

STATUSES = {NonceStale: 401, PhoneNotRecognized: 401, PhoneClosed: 410, LinkOver: 404}
LONGEST_NAME = 60  # characters; the column
Said = dict[str, Any]
View = Callable[[HttpRequest], Said]


def for_phones(view: View) -> Callable[[HttpRequest], JsonResponse]:
    """Answer in JSON, refusals too. The next nonce goes with whatever a known phone is told."""

    @csrf_exempt
    @open_to(Who.PAIRED_PHONE)
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest) -> JsonResponse:
        try:
            return JsonResponse(view(request))
        except Malformed as error:
            return JsonResponse({"error": "malformed", "sentence": str(error)}, status=400)
        except _ToPhone as told:
            refusal = told.refusal
            body = {"error": refusal.code, "sentence": refusal.sentence, **told.more}
            return JsonResponse(body, status=STATUSES.get(type(refusal), 409))

    return answered


class _ToPhone(Exception):
    def __init__(self, refusal: Refusal, **more: str) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.more = more


@for_phones
def nonce(request: HttpRequest) -> Said:
    device = uuid_of(body_of(request.body, "device")["device"])
    return {"nonce": device_nonces.issue(device, at=timezone.now())}


@for_phones
def pair(request: HttpRequest) -> Said:
    """Spend the link. The key proves itself by signing; the seed goes into this one answer."""
    body, at = body_of(request.body, "link", "message", "name", "signature"), timezone.now()
    said = signed_of(body, "pair")
    key, digest = said.fields["public_key"], device_keys.digest(body["link"])
    is_its_own = device_keys.is_public_key(key) and device_keys.is_signed(
        said.message, said.signature, public_key=key
    )
    if not is_its_own or said.fields["link_digest"] != digest:
        raise _ToPhone(PhoneNotRecognized())
    phone = Phone(public_key=key, name=body["name"][:LONGEST_NAME])
    try:
        device, seed = pair_phone(link=body["link"], phone=phone, at=at)
    except Refusal as refusal:
        raise _ToPhone(refusal) from None
    return {
        "device": str(device.pk),
        "account": device.user.full_name,
        "seed": device_keys.to_base64url(seed),
        "period": 30,
        "digits": 6,
        "nonce": device_nonces.issue(device.pk, at=at),
    }


@for_phones
def requests(request: HttpRequest) -> Said:
    device, said = _heard(request, "list")

    def act(at: Any) -> Said:
        waiting = hear_phone(device=device, nonce=said.nonce, at=at)
        return {
            "state": "active" if device.soft_token_id else "pending",
            "account": device.user.full_name,
            "phone": str(device.setup).removeprefix("Mobile ID "),
            "requests": [each.text for each in waiting],
            "now": at.isoformat(timespec="microseconds"),
        }

    return _carried_out(device, act)


@for_phones
def answer(request: HttpRequest) -> Said:
    device, said = _heard(request, "answer")
    fields = said.fields
    is_denial, reason = fields["answer"] == "deny", fields["reason"]
    if fields["answer"] not in {"approve", "deny"} or is_denial != (reason in REASONS):
        raise Malformed("It is no answer.")
    given = Answer(
        request=uuid_of(fields["request"]),
        digest=fields["digest"],
        is_approval=not is_denial,
        reason=reason,
        number=fields["number"],
    )

    def act(at: Any) -> Said:
        answer_request(device=device, nonce=said.nonce, said=given, at=at)
        return DENIED if is_denial else APPROVED

    return _carried_out(device, act)


@for_phones
def subscription(request: HttpRequest) -> Said:
    device, said = _heard(request, "subscribe", "unsubscribe")
    keys = {name: said.fields.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        bell = checked(**keys) if said.fields["kind"] == "subscribe" else None
    except SubscriptionRefused as refused:
        raise Malformed(str(refused)) from None

    def act(at: Any) -> Said:
        subscribe_phone(device=device, nonce=said.nonce, subscription=bell, at=at)
        return {}

    return _carried_out(device, act)


@for_phones
def leave(request: HttpRequest) -> Said:
    device, said = _heard(request, "leave")

    def act(at: Any) -> Said:
        leave_phone(device=device, nonce=said.nonce, at=at)
        return {}

    return _carried_out(device, act)


REASONS = {"not-me", "cancelled"}
APPROVED = {"outcome": "approved", "sentence": "Approved. Continue on your computer."}
DENIED = {"outcome": "denied", "sentence": "Denied. Nothing was done on your computer."}


def _heard(request: HttpRequest, *kinds: str) -> tuple[Any, Signed]:
    """Return the phone that signed this. Unknown phones and wrong signatures are told the same."""
    said = signed_of(body_of(request.body, "message", "signature"), *kinds)
    device = selectors.device_by_id(said.device)
    if device is None:
        raise _ToPhone(PhoneNotRecognized())
    if not device_keys.is_signed(said.message, said.signature, public_key=device.public_key):
        refuse_phone(device=device, kind=said.fields["kind"], at=timezone.now())
        raise _ToPhone(PhoneNotRecognized())
    return device, said


def _carried_out(device: Any, act: Callable[[Any], Said]) -> Said:
    at = timezone.now()
    fresh = {"nonce": device_nonces.issue(device.pk, at=at)}
    try:
        return {**act(at), **fresh}
    except Refusal as refusal:
        raise _ToPhone(refusal, **fresh) from None
