"""The text with the link that pairs a phone. Its secret stands behind the #, which no browser sends
to a server, so that it reaches no log and no scanner of links can use it up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from epcs_portal.delivery.addresses import public
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.postbox import post
from epcs_portal.phone_numbers import is_landline
from epcs_portal.refusals import Refusal
from tokens import send_budget
from tokens.models import MobileIdSetup
from tokens.phone_refusals import PhoneTakesNoTexts


def refused(user_id: int, number: str, *, at: datetime) -> Refusal | None:
    """Count one text to this number, or return why it may not be sent."""
    if is_landline(number):
        return PhoneTakesNoTexts()
    return send_budget.take_one(user_id, number, at=at)


def post_link(setup: MobileIdSetup, link: str, *, at: datetime) -> None:
    context = {
        "link": f"{public(reverse('mobile_page'))}#pair={link}",
        "minutes": settings.PAIRING_LINK // timedelta(minutes=1),
    }
    post(
        Message.Channel.TEXT,
        to=setup.number,
        text=render_to_string("messages/mobile-id.text.txt", context).strip(),
        person=setup.user,
        at=at,
        expires_at=at + settings.PAIRING_LINK,
    )
