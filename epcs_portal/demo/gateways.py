"""Where messages go in the demo: to the virtual phone of the person they are for.

They behave as the real ones: the service may be down, a phone may be lost, a call has to be
answered. What the carrier would report goes through the same flow as Twilio's callbacks.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from epcs_portal.delivery import selectors
from epcs_portal.delivery.flows.record_progress import record_progress
from epcs_portal.delivery.gateway import DeliveryFailed, Outgoing, Progress, Receipt
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.demo.models import VirtualMessage, VirtualNetwork


class VirtualTexts:
    channel = Message.Channel.TEXT

    def send(self, message: Outgoing) -> Receipt:
        """Let it arrive. Raise DeliveryFailed while the service is down."""
        network, at = VirtualNetwork.now(), timezone.now()
        if network.is_down:
            raise DeliveryFailed(Problem.UNREACHABLE, is_permanent=False)
        if network.loses_everything:
            return Receipt("virtual, lost")
        of_ours = selectors.message_by_id(message.id)
        if of_ours is None or of_ours.person is None:
            raise DeliveryFailed(Problem.GATEWAY_REFUSED, is_permanent=True)
        arrived = VirtualMessage(
            message_id=message.id,
            person=of_ours.person,
            channel=self.channel,
            to=message.to,
            subject=message.subject,
            arrived_at=at,
            call=VirtualMessage.Call.RINGING if self.channel == Message.Channel.CALL else "",
        )
        arrived.put(message.text.encode())
        with transaction.atomic():
            VirtualMessage.objects.bulk_create([arrived], ignore_conflicts=True)
        self.report(of_ours)
        return Receipt("virtual")

    def report(self, message: Message) -> None:
        record_progress(
            message=message, progress=Progress.DELIVERED, problem=None, at=timezone.now()
        )


class VirtualCalls(VirtualTexts):
    channel = Message.Channel.CALL

    def report(self, message: Message) -> None:
        record_progress(
            message=message, progress=Progress.UNDER_WAY, problem=None, at=timezone.now()
        )


class VirtualMail(VirtualTexts):
    channel = Message.Channel.EMAIL
