"""What each event is called on the pages people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from epcs_portal.audit.events import Event

WORDS: Final[Mapping[str, str]] = {
    Event.SIGN_IN_SUCCEEDED: "Signed in",
    Event.SIGN_IN_REFUSED: "Sign-in failed",
    Event.SIGN_IN_DELAYED: "Sign-in delayed after failed attempts",
    Event.SIGN_OUT: "Signed out",
    Event.SESSION_ENDED: "Signed out after a time without activity",
    Event.ACCESS_DENIED: "Page refused",
    Event.STEP_UP_SUCCEEDED: "Identity verified",
    Event.STEP_UP_REFUSED: "Identity check failed: incorrect code",
    Event.TOKEN_BOUND: "Hardware Token added",
    Event.TOKEN_BINDING_REFUSED: "Adding a Hardware Token failed",
    Event.TOKEN_RESYNCHRONIZED: "Hardware Token resynced",
    Event.TOKEN_RESYNCHRONIZATION_REFUSED: "Hardware Token resync failed",
    Event.TOKEN_TESTED: "Hardware Token tested",
    Event.TOKEN_TEST_REFUSED: "Hardware Token test failed",
    Event.TOKEN_OUT_OF_STEP: "Hardware Token found out of sync",
    Event.TOKEN_LOCKED: "Hardware Token locked after incorrect codes",
    Event.SEED_UNREADABLE: "The record of a Hardware Token could not be read",
    Event.OTP_REPLAYED: "A One-Time Password was entered a second time",
    Event.ENROLLMENT_GRANT_GIVEN: "Allowed to add a first token",
    Event.ACCESS_CHANGE_ENTERED: "Access to sign: change entered",
    Event.ACCESS_CHANGE_EXECUTED: "Access to sign: change approved",
    Event.SEEDS_IMPORTED: "Hardware Tokens added to stock",
    Event.SEEDS_IMPORT_REFUSED: "Adding Hardware Tokens to stock failed",
    Event.SEALING_KEY_ROTATED: "Stored secrets sealed with a new key",
    Event.SEALING_KEY_ROTATION_FAILED: "Stored secrets could not be sealed with a new key",
    Event.FORM_TIDIED: "Old form keys and sessions removed",
}
