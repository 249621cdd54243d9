"""What "Review and sign" shows beside the prescriptions: with which token, and what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.standing import Standing
from epcs_portal.http import SignedInRequest
from prescriptions.sign_forms import NOT_SEPARATE, SignForm
from tokens import push_words, selectors
from tokens.approvals import Purpose
from tokens.cards import CLOSED
from tokens.hard_token_card import hard_token_trouble
from tokens.models import OathToken

PHONES = ("iphone", "ipad", "ipod", "android", "mobile")


def is_on_phone(request: HttpRequest) -> bool:
    """Whether the browser says that it runs on a phone or tablet. A guess: browsers may lie."""
    told = request.headers.get("User-Agent", "").lower()
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or any(name in told for name in PHONES)


def factors(
    request: SignedInRequest, form: SignForm, standing: Standing, *, at: datetime
) -> dict[str, Any]:
    """Context of the signing panel. ``trouble``: the hard token's, while there is no other way."""
    hard, mobile = standing.hard_token, None if standing.has_phone_left else standing.mobile_id
    on_phone = is_on_phone(request)
    trouble = hard_token_trouble(hard, at=at) if hard else None
    has_mobile = mobile is not None and mobile.condition(at) not in CLOSED
    may_use_mobile = has_mobile and not on_phone
    offered: list[OathToken] = [hard] if hard is not None and trouble is None else []
    if mobile is not None and may_use_mobile:
        offered.append(mobile)
    form.offer(offered)
    asked = push_words.asked_by(request, Purpose.SIGN, at=at) if may_use_mobile else None
    is_waiting = asked is not None and asked["state"] in {"open", "approved"}
    return {
        "token": hard,
        "trouble": None if offered else trouble,
        "beside": trouble if offered else None,
        "push": asked if is_waiting else None,
        "not_approved": asked if not is_waiting else None,
        "asked_for": asked["marked"] if asked else None,
        "can_push": may_use_mobile and selectors.phone_of(mobile) is not None,
        "not_separate": NOT_SEPARATE if has_mobile and on_phone else "",
        "nothing_offered": not offered,
        "app": settings.SOFT_TOKEN_APP,
    }
