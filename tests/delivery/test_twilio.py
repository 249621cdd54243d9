"""The real client against a stand-in for Twilio: what it asks, what it is told, what calls back."""

from __future__ import annotations

import pytest
from django.db.models import F

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.gateway import Progress
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from tests.delivery.posting import NUMBER, Channel, handed_over, posted

CODE = "730641"


def number(last: str) -> str:
    return f"+1802555{last}"


def a_call(person):
    return posted(person, Channel.CALL, text=CODE, waits_for_key=True)


def progress_of(message):
    message.refresh_from_db()
    return message.progress


def test_a_text_is_handed_over_once_and_its_words_are_erased(twilio, sam, settings):
    message = handed_over(posted(sam))
    handed_over(message)

    [asked] = twilio.asked
    assert asked["fields"] == {
        "To": NUMBER,
        "From": settings.TWILIO_TEXTS_FROM,
        "Body": "We wrote to you.",
        "StatusCallback": f"https://portal.example.org/webhooks/twilio/{message.pk}/",
        "ValidityPeriod": asked["fields"]["ValidityPeriod"],
    }
    assert 595 <= int(asked["fields"]["ValidityPeriod"]) <= 600
    assert (message.state, message.vendor_id) == ("done", asked["sid"])
    assert bytes(message.sealed) == b""


def test_a_messaging_service_may_send_instead_of_a_number(twilio, sam, settings):
    settings.TWILIO_TEXTS_FROM = "MG" + "1" * 32
    handed_over(posted(sam))

    fields = twilio.asked[0]["fields"]
    assert fields["MessagingServiceSid"] == settings.TWILIO_TEXTS_FROM
    assert "From" not in fields


@pytest.mark.parametrize(
    ("last", "problem", "sentence"),
    [
        ("9001", Problem.INVALID_NUMBER, "This number can't be reached."),
        ("9002", Problem.OPTED_OUT, "This phone replied STOP to our messages"),
        ("9003", Problem.NOT_MOBILE, "Choose Voice call or use another number."),
        ("9009", Problem.GATEWAY_REFUSED, "The code service didn't take this message."),
    ],
)
def test_what_no_second_try_would_mend_is_buried_and_told(twilio, sam, last, problem, sentence):
    message = handed_over(posted(sam, to=number(last)))

    assert (message.state, message.trouble) == ("dead", problem)
    assert sentence in message.trouble.sentence
    assert bytes(message.sealed) == b""
    event = AuditEvent.objects.get(event="message.not_delivered")
    assert event.subject == f"text message to (•••) •••-{last}"
    assert event.facts == {"problem": problem.value}


@pytest.mark.parametrize(
    ("last", "problem", "sentence"),
    [
        ("9007", Problem.BUSY, "The code service is very busy."),
        ("9008", Problem.UNREACHABLE, "We can't reach the code service."),
    ],
)
def test_what_a_second_try_mends_is_tried_again(twilio, sam, last, problem, sentence):
    message = handed_over(posted(sam, to=number(last)))
    first = (message.state, message.trouble, sentence in message.trouble.sentence)

    message = handed_over(message, at=message.due_at)

    assert first == ("queued", problem, True)
    assert (message.state, message.trouble, message.attempts) == ("done", None, 2)


def test_a_server_that_fails_six_times_is_given_up(twilio, sam):
    message = posted(sam, to=number("9005"))
    for _attempt in range(6):
        message = handed_over(message, at=message.due_at)

    assert (message.state, message.trouble) == ("dead", Problem.UNREACHABLE)
    assert not twilio.asked


def test_a_server_that_does_not_answer_is_left_in_time(twilio, sam, settings):
    settings.GATEWAY_TIMEOUT_SECONDS = 0.5

    message = handed_over(posted(sam, to=number("9006")))

    assert (message.state, message.trouble) == ("queued", Problem.UNREACHABLE)


def test_a_server_that_is_away_is_tried_again(twilio, sam, settings):
    settings.TWILIO_API_URL = "http://127.0.0.1:1"

    assert handed_over(posted(sam)).trouble is Problem.UNREACHABLE


def test_a_wrong_token_is_tried_again_for_the_operator_can_mend_it(twilio, sam, settings):
    right = settings.TWILIO_AUTH_TOKENS
    settings.TWILIO_AUTH_TOKENS = ["a wrong token"]
    message = handed_over(posted(sam))
    settings.TWILIO_AUTH_TOKENS = right

    assert (message.state, message.trouble) == ("queued", Problem.GATEWAY_REFUSED)
    assert handed_over(message, at=message.due_at).state == "done"


def test_callbacks_come_twice_and_out_of_order(twilio, sam):
    message = handed_over(posted(sam))

    sent = twilio.report("sent", times=2), progress_of(message)
    delivered = twilio.report("delivered", times=2), progress_of(message)
    late = twilio.report("sent"), progress_of(message)
    undelivered = twilio.report("undelivered", error="30003"), progress_of(message)

    assert sent == ([204, 204], Progress.UNDER_WAY)
    assert delivered == ([204, 204], Progress.DELIVERED)
    assert late == ([204], Progress.DELIVERED)
    assert undelivered == ([204], Progress.DELIVERED)
    assert not AuditEvent.objects.filter(event="message.not_delivered").exists()


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("30006", Problem.CARRIER_REJECTED),
        ("", Problem.CARRIER_REJECTED),
        ("٣٠٠٠٣", Problem.CARRIER_REJECTED),
        ("21610", Problem.OPTED_OUT),
    ],
)
def test_a_text_the_carrier_rejects_is_told_with_what_to_do(twilio, sam, error, problem):
    message = handed_over(posted(sam))

    twilio.report("undelivered", error=error)

    assert progress_of(message) == Progress.FAILED
    assert message.trouble is problem
    assert "Voice call" in message.trouble.sentence
    assert AuditEvent.objects.get(event="message.not_delivered").facts == {"problem": problem}


def test_a_report_that_comes_before_the_request_was_answered_counts(twilio, sam):
    message = handed_over(posted(sam))
    Message.objects.update(state=Message.State.CLAIMED, sent_at=None)

    twilio.report("delivered")

    message.refresh_from_db()
    assert (message.state, message.progress) == ("done", Progress.DELIVERED)


def test_words_nobody_knows_change_nothing(twilio, sam):
    message = handed_over(posted(sam))

    assert twilio.report("teleported") == [204]
    assert progress_of(message) == Progress.UNKNOWN


def test_a_wrong_signature_changes_nothing_and_is_on_the_trail(twilio, sam):
    message = handed_over(posted(sam))

    assert twilio.report("delivered", token="somebody else's") == [403]
    assert progress_of(message) == Progress.UNKNOWN
    event = AuditEvent.objects.get(event="callback.refused")
    assert (event.person, event.event_class, event.actor) == (sam, 1, None)


def test_while_a_token_is_rolled_both_count(twilio, sam, settings):
    handed_over(posted(sam))
    old = settings.TWILIO_AUTH_TOKENS[0]
    settings.TWILIO_AUTH_TOKENS = ["the new token", old]

    assert twilio.report("sent", token=old) == [204]
    assert twilio.report("delivered", token="the new token") == [204]


def test_a_report_on_a_message_that_is_gone_does_no_harm(twilio, sam):
    handed_over(posted(sam))
    Message.objects.all().delete()

    assert twilio.report("delivered") == [204]


def test_a_call_says_its_code_twice_to_who_presses_1(twilio, sam, settings):
    message = handed_over(a_call(sam))
    fields = twilio.asked[0]["fields"]

    heard = twilio.answer("1")

    assert fields["From"] == settings.TWILIO_CALLS_FROM
    assert CODE not in str(fields)
    assert heard["statuses"] == [200, 200]
    asked, said = heard["heard"]
    assert "Press 1 to hear your code." in asked
    assert "7, 3, 0" not in asked
    assert said.count("7, 3, 0, 6, 4, 1") == 2
    twilio.report("completed")
    assert progress_of(message) == Progress.DELIVERED
    assert bytes(message.sealed) == b""
    assert "This call is no longer valid." in twilio.answer("1")["heard"][1]


@pytest.mark.parametrize("digits", ["", "2"])
def test_a_mailbox_presses_no_key_and_hears_no_code(twilio, sam, digits):
    handed_over(a_call(sam))

    heard = twilio.answer(digits)["heard"]

    assert all("7, 3, 0" not in each for each in heard)
    assert all("Press 1" in each for each in heard)


def test_a_code_that_expired_is_not_said(twilio, sam):
    message = handed_over(a_call(sam))
    Message.objects.update(expires_at=F("created_at"))

    assert "This call is no longer valid." in twilio.answer("1")["heard"][1]
    assert message.state == "done"


def test_a_call_of_a_message_that_is_gone_says_so(twilio, sam):
    handed_over(a_call(sam))
    Message.objects.all().delete()

    assert "This call is no longer valid." in twilio.answer("1")["heard"][0]


def test_a_notice_is_said_without_a_key(twilio, sam):
    handed_over(posted(sam, Channel.CALL, text="Your EPCS PIN was changed."))

    [heard] = twilio.answer()["heard"]
    assert "Your EPCS PIN was changed." in heard
    assert "Gather" not in heard


def test_a_stranger_who_calls_in_twilios_name_hears_nothing(twilio, sam):
    handed_over(a_call(sam))

    heard = twilio.answer("1", token="somebody else's")

    assert heard["statuses"] == [403]
    assert "7, 3, 0" not in str(heard)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_call_nobody_takes_is_told_and_its_words_are_erased(twilio, sam, status):
    message = handed_over(a_call(sam))

    twilio.report(status)

    assert progress_of(message) == Progress.FAILED
    assert message.trouble is Problem.NOT_ANSWERED
    assert bytes(message.sealed) == b""
