"""Which proof of possession opens which change: one table, and nothing decides it elsewhere.

rules 2.1: SP 800-63B section 4.1.2.1, 21 CFR 1311.115 and 1311.125(c), and the help articles.
A phone proves who somebody is and never both factors: it reaches no PIN and no signature, and a
token that was bound by its proof opens no further token (the mark is inherited).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    SIGN = "sign"
    EXECUTE_ACCESS_CHANGE = "execute-access-change"
    RESET_PIN = "reset-pin"
    LIFT_HOLD = "lift-hold"
    ADD_HARD_TOKEN = "add-hard-token"
    ADD_MOBILE_ID = "add-mobile-id"
    REMOVE_TOKEN = "remove-token"
    ADD_PHONE = "add-phone"
    REMOVE_PHONE = "remove-phone"
    REVOKE_ACCOUNT = "revoke-account"
    SHIP_ELSEWHERE = "ship-elsewhere"  # a spare, to another address than the practice's
    SUPPORT = "support"  # the support site, for our staff
    AUTHENTICATE = "authenticate"  # the button of EPCS Device Management: any proof will do


class Proof(StrEnum):
    HARD_TOKEN = "hard-token"
    MOBILE_ID = "mobile-id"
    PHONE_BOUND_TOKEN = "phone-bound-token"
    BACKUP_PHONE = "backup-phone"


class Answer(StrEnum):
    YES = "yes"
    PHONE_BOUND = "phone-bound"  # yes, and what is added carries the mark
    NO = "no"


YES, BOUND, NO = Answer.YES, Answer.PHONE_BOUND, Answer.NO


def _row(hard: Answer, mobile: Answer, bound: Answer, phone: Answer) -> Mapping[Proof, Answer]:
    return dict(zip(Proof, (hard, mobile, bound, phone), strict=True))


MATRIX: Final[Mapping[Action, Mapping[Proof, Answer]]] = {
    #                            hard token, Mobile ID, phone-bound token, backup phone
    Action.SIGN: _row(YES, YES, YES, NO),
    Action.EXECUTE_ACCESS_CHANGE: _row(YES, YES, NO, NO),
    Action.RESET_PIN: _row(YES, YES, NO, NO),
    Action.LIFT_HOLD: _row(YES, YES, NO, NO),
    Action.ADD_HARD_TOKEN: _row(YES, YES, NO, BOUND),
    Action.ADD_MOBILE_ID: _row(YES, YES, NO, BOUND),
    Action.REMOVE_TOKEN: _row(YES, YES, YES, YES),
    Action.ADD_PHONE: _row(YES, YES, YES, YES),
    Action.REMOVE_PHONE: _row(YES, YES, YES, YES),
    Action.REVOKE_ACCOUNT: _row(YES, YES, YES, YES),
    Action.SHIP_ELSEWHERE: _row(YES, YES, YES, YES),
    Action.SUPPORT: _row(YES, NO, NO, NO),
    Action.AUTHENTICATE: _row(YES, YES, YES, YES),
}

# What an enrollment grant lets one do without a proof: what is lost goes, so new ones can come.
BY_GRANT = frozenset(
    {Action.ADD_HARD_TOKEN, Action.ADD_MOBILE_ID, Action.ADD_PHONE, Action.REMOVE_TOKEN}
)

# However freshly the session was verified: nothing brings back what this ends.
ASKED_AGAIN = frozenset({Action.REVOKE_ACCOUNT})


def answer(action: Action, proof: Proof) -> Answer:
    return MATRIX[action][proof]


def permits(action: Action, proof: Proof) -> bool:
    return MATRIX[action][proof] is not NO
