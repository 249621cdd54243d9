"""The doors through which messages leave: one for each channel, chosen by the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from epcs_portal.delivery.problems import Problem


class Progress(IntEnum):
    """What the carrier said of a message, in the order in which it comes true."""

    UNKNOWN = 0
    UNDER_WAY = 1
    DELIVERED = 2
    FAILED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, ready to be handed over, and where the vendor calls back.

    What is said in a call is asked for at ``words_url`` when it was answered.
    """

    id: UUID
    to: str  # E.164, or an e-mail address
    text: str = field(repr=False)
    subject: str = ""
    html: str = field(default="", repr=False)  # of a letter: the same words
    seconds_left: int  # after which it must not arrive any more
    status_url: str
    words_url: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The vendor's own name of the message, for support's questions to the vendor."""

    vendor_id: str


class DeliveryFailed(Exception):
    """It was not handed over. ``is_permanent``: trying again is no use."""

    def __init__(self, problem: Problem, *, is_permanent: bool) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.is_permanent = is_permanent


class Gateway(Protocol):
    def send(self, message: Outgoing) -> Receipt:
        """Hand the message over, within GATEWAY_TIMEOUT_SECONDS. Raise DeliveryFailed."""
        ...


def gateway_of(channel: str) -> Gateway:
    gateway: Gateway = import_string(settings.DELIVERY_GATEWAYS[channel])()
    return gateway
