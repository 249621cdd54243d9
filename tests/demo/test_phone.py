"""The virtual phone: what arrives, calls to answer, and what may go wrong."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from epcs_portal.delivery.flows.deliver import deliver
from epcs_portal.delivery.gateway import DeliveryFailed, Progress
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from epcs_portal.demo.gateways import VirtualTexts
from epcs_portal.demo.models import VirtualMessage
from tests.delivery.posting import Channel, handed_over, posted
from tests.tokens.reading import read

PAGE = "/demo/devices/"


@pytest.fixture
def at_marias(client, maria):
    client.force_login(maria)
    return client


def use(client, **what):
    return client.post(PAGE, what)


def a_call(person, text="730641", **columns):
    return handed_over(posted(person, Channel.CALL, text=text, waits_for_key=True, **columns))


def test_texts_and_letters_arrive_newest_first_and_nobody_elses(at_marias, maria, sam):
    handed_over(posted(maria, text="First."))
    handed_over(posted(maria, Channel.EMAIL, to="mreyes@lakeside.example", text="Second."))
    handed_over(posted(sam, text="Not hers."))

    page = read(at_marias.get(PAGE))

    assert page.index("Second.") < page.index("First.")
    assert "Messages · (802) 555-0187" in page
    assert "Mail · mreyes@lakeside.example" in page
    assert "Not hers." not in page


def test_what_arrived_is_reported_as_delivered_and_lies_sealed(maria):
    message = handed_over(posted(maria, text="Your code."))

    assert (message.state, message.progress) == ("done", Progress.DELIVERED)
    assert b"Your code." not in bytes(VirtualMessage.objects.get().sealed)


def test_sent_twice_it_is_shown_once(at_marias, maria):
    message = handed_over(posted(maria, text="Only once."))
    Message.objects.update(state="queued", progress=0, attempts=0)
    message.refresh_from_db()
    message.write("Only once.")
    message.save()
    deliver(message=message, at=timezone.now())

    assert read(at_marias.get(PAGE)).count("Only once.") == 1


def test_a_call_rings_and_says_nothing_until_it_is_answered(at_marias, maria):
    message = a_call(maria)
    ringing = read(at_marias.get(PAGE))

    answered = use(at_marias, call="answer", message=str(message.pk))

    page = read(at_marias.get(PAGE))
    assert "Incoming call · (802) 555-0187" in ringing
    assert "7, 3, 0" not in ringing
    assert answered.url == f"{PAGE}#phone"
    assert page.count("7, 3, 0, 6, 4, 1") == 2
    message.refresh_from_db()
    assert message.progress == Progress.DELIVERED


def test_a_notice_by_call_is_said_at_once(at_marias, maria):
    message = handed_over(posted(maria, Channel.CALL, text="Your EPCS PIN was changed."))

    use(at_marias, call="answer", message=str(message.pk))

    page = read(at_marias.get(PAGE))
    assert "Your EPCS PIN was changed. Goodbye." in page
    assert "Press 1" not in page


def test_a_call_that_is_declined_was_not_answered(at_marias, maria):
    message = a_call(maria)

    for _time in range(2):
        use(at_marias, call="decline", message=str(message.pk))

    message.refresh_from_db()
    assert message.trouble is Problem.NOT_ANSWERED
    assert "You declined the call." in read(at_marias.get(PAGE))


def test_a_call_that_ended_cannot_be_answered_again(at_marias, maria):
    message = a_call(maria)
    for _time in range(2):
        use(at_marias, call="answer", message=str(message.pk))

    assert read(at_marias.get(PAGE)).count("Again: 7, 3, 0, 6, 4, 1.") == 1


@pytest.mark.parametrize("did", ["answer", "decline"])
def test_nobody_takes_another_persons_call(at_marias, sam, did):
    message = a_call(sam)

    use(at_marias, call=did, message=str(message.pk))

    assert VirtualMessage.objects.get().call == "ringing"


@pytest.mark.parametrize(
    "what",
    [
        {"call": "answer", "message": "no-uuid"},
        {"call": "listen", "message": str(uuid4())},
        {"network": "explode"},
        {"network": "id"},
    ],
)
def test_what_is_not_there_cannot_be_used(at_marias, what):
    assert use(at_marias, **what).status_code == 404


def test_a_lost_phone_receives_nothing_until_it_is_found(at_marias, maria):
    use(at_marias, network="loses_everything")
    lost = handed_over(posted(maria, text="Gone."))
    told = read(at_marias.get(PAGE))
    use(at_marias, network="loses_everything")
    handed_over(posted(maria, text="Here."))

    page = read(at_marias.get(PAGE))
    assert (lost.state, lost.progress) == ("done", Progress.UNKNOWN)
    assert "Nothing arrives at the moment." in told
    assert "Gone." not in page
    assert "Here." in page


def test_a_service_that_is_down_is_tried_again(at_marias, maria):
    use(at_marias, network="is_down")
    message = handed_over(posted(maria))
    use(at_marias, network="is_down")

    assert (message.state, message.trouble) == ("queued", Problem.UNREACHABLE)
    assert handed_over(message, at=message.due_at).state == "done"


def test_a_message_for_nobody_reaches_no_phone(demo):
    message = posted(None)

    with pytest.raises(DeliveryFailed):
        VirtualTexts().send(message.outgoing(timezone.now()))


def test_an_administrator_has_a_phone_too(client, dana):
    client.force_login(dana)

    assert "No messages yet." in read(client.get(PAGE))
