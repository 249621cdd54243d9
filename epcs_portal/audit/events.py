"""Every event of the audit trail. A value, once used, is never changed and never reused."""

from __future__ import annotations

from epcs_portal.audit.event_classes import AuditedEvent, EventClass

DONE, REFUSED = True, False
ACCESS = EventClass.UNAUTHORIZED_ACCESS
MODIFICATION = EventClass.UNAUTHORIZED_MODIFICATION
OPERATION = EventClass.INTERFERENCE_WITH_OPERATION
TRAIL = EventClass.INTERFERENCE_WITH_TRAIL
CONTROL = EventClass.ACCESS_CONTROL
STAFF = EventClass.PROVIDER_STAFF


class Event(AuditedEvent):
    """What happened, whether it succeeded, and its class if it is an auditable event."""

    # Entering and leaving
    SIGN_IN_SUCCEEDED = "sign_in.succeeded", DONE
    SIGN_IN_REFUSED = "sign_in.refused", REFUSED, ACCESS
    SIGN_IN_DELAYED = "sign_in.delayed", REFUSED, ACCESS
    SIGN_OUT = "sign_out", DONE
    SESSION_ENDED = "session.ended", DONE
    ACCESS_DENIED = "access.denied", REFUSED, ACCESS

    # Step-up
    STEP_UP_SUCCEEDED = "step_up.succeeded", DONE
    STEP_UP_REFUSED = "step_up.refused", REFUSED, ACCESS

    # Tokens
    TOKEN_BOUND = "token.bound", DONE, CONTROL
    TOKEN_BINDING_REFUSED = "token.binding_refused", REFUSED, ACCESS
    TOKEN_RESYNCHRONIZED = "token.resynchronized", DONE
    TOKEN_RESYNCHRONIZATION_REFUSED = "token.resynchronization_refused", REFUSED, ACCESS
    TOKEN_REMOVED = "token.removed", DONE, CONTROL
    TOKEN_NOT_REMOVED = "token.not_removed", REFUSED
    TOKEN_TESTED = "token.tested", DONE
    TOKEN_TEST_REFUSED = "token.test_refused", REFUSED, ACCESS
    TOKEN_OUT_OF_STEP = "token.out_of_step", REFUSED
    TOKEN_LOCKED = "token.locked", REFUSED, ACCESS
    SEED_UNREADABLE = "seed.unreadable", REFUSED, OPERATION
    OTP_REPLAYED = "otp.replayed", REFUSED, ACCESS

    # Mobile ID, and what phones are asked
    MOBILE_ID_STARTED = "mobile_id.started", DONE
    MOBILE_ID_NOT_STARTED = "mobile_id.not_started", REFUSED
    MOBILE_ID_PAIRED = "mobile_id.paired", DONE
    MOBILE_ID_PAIRING_REFUSED = "mobile_id.pairing_refused", REFUSED, ACCESS
    MOBILE_ID_ADDED = "mobile_id.added", DONE, CONTROL
    MOBILE_ID_NOT_ADDED = "mobile_id.not_added", REFUSED, ACCESS
    MOBILE_ID_REMOVED = "mobile_id.removed", DONE, CONTROL
    MOBILE_ID_NOT_REMOVED = "mobile_id.not_removed", REFUSED
    MOBILE_ID_LEFT_PHONE = "mobile_id.left_phone", DONE
    MOBILE_ID_PAIRING_CANCELED = "mobile_id.pairing_canceled", DONE
    PHONE_NOT_RECOGNIZED = "mobile_id.phone_not_recognized", REFUSED, ACCESS
    APPROVAL_ASKED = "approval.asked", DONE
    APPROVAL_NOT_ASKED = "approval.not_asked", REFUSED
    APPROVAL_GIVEN = "approval.given", DONE
    APPROVAL_DENIED = "approval.denied", REFUSED, ACCESS
    APPROVAL_REFUSED = "approval.refused", REFUSED, ACCESS

    # Backup phones, and the codes sent to them
    PHONE_ENTERED = "phone.entered", DONE
    PHONE_DISCARDED = "phone.discarded", DONE
    PHONE_ADDED = "phone.added", DONE, CONTROL
    PHONE_NOT_ADDED = "phone.not_added", REFUSED
    PHONE_REMOVED = "phone.removed", DONE, CONTROL
    PHONE_NOT_REMOVED = "phone.not_removed", REFUSED
    CODE_SENT = "code.sent", DONE
    CODE_NOT_SENT = "code.not_sent", REFUSED
    CODE_REFUSED = "code.refused", REFUSED, ACCESS
    PHONE_CODES_LOCKED = "phone_codes.locked", REFUSED, ACCESS
    MESSAGE_NOT_DELIVERED = "message.not_delivered", REFUSED
    CALLBACK_REFUSED = "callback.refused", REFUSED, ACCESS

    # "This wasn't me"
    HOLD_PLACED = "hold.placed", DONE, CONTROL
    HOLD_LIFTED = "hold.lifted", DONE, CONTROL
    HOLD_NOT_LIFTED = "hold.not_lifted", REFUSED, ACCESS

    # EPCS PIN
    PIN_PROOF_GIVEN = "pin.proof_given", DONE
    PIN_PROOF_REFUSED = "pin.proof_refused", REFUSED, ACCESS
    PIN_SET = "pin.set", DONE, CONTROL
    PIN_RESET = "pin.reset", DONE, CONTROL
    PIN_CHANGE_REFUSED = "pin.change_refused", REFUSED
    KNOWLEDGE_UNREADABLE = "knowledge.unreadable", REFUSED, OPERATION

    # EPCS password, which an eRx administrator resets and its owner sets
    PASSWORD_RESET = "password_reset.made", DONE, CONTROL
    PASSWORD_NOT_RESET = "password_reset.refused", REFUSED, ACCESS
    PASSWORD_PROOF_GIVEN = "password.proof_given", DONE
    PASSWORD_PROOF_REFUSED = "password.proof_refused", REFUSED, ACCESS
    PASSWORD_SET = "password.set", DONE, CONTROL
    PASSWORD_CHANGE_REFUSED = "password.change_refused", REFUSED

    # Prescriptions, and signing them
    PRESCRIPTION_COMPOSED = "prescription.composed", DONE
    PRESCRIPTION_NOT_COMPOSED = "prescription.not_composed", REFUSED
    PRESCRIPTION_ALTERED = "prescription.altered", DONE
    PRESCRIPTION_NOT_ALTERED = "prescription.not_altered", REFUSED, MODIFICATION
    PRESCRIPTION_CANCELED = "prescription.canceled", DONE
    PRESCRIPTION_READY = "prescription.ready", DONE
    PRESCRIPTION_READY_CLEARED = "prescription.ready_cleared", DONE
    PRESCRIPTION_CHANGED_MEANWHILE = "prescription.changed_meanwhile", REFUSED, MODIFICATION
    PRESCRIPTION_SIGNED = "prescription.signed", DONE
    SIGNING_PROVEN = "signing.proven", DONE
    SIGNING_REFUSED = "signing.refused", REFUSED, ACCESS
    SIGNING_NOT_ALLOWED = "signing.not_allowed", REFUSED, ACCESS
    SIGNING_LOCKED = "signing.locked", REFUSED, ACCESS
    SIGNING_KEY_UNAVAILABLE = "signing.key_unavailable", REFUSED, OPERATION
    FACTOR_SUSPENDED = "compromise.factor_suspended", DONE, CONTROL
    COMPROMISE_REPORTED = "compromise.reported", DONE, CONTROL
    ACCOUNT_REVOKED = "account.revoked", DONE, CONTROL
    ACCOUNT_NOT_REVOKED = "account.not_revoked", REFUSED, ACCESS

    # Who may do what
    ENROLLMENT_GRANT_GIVEN = "enrollment_grant.given", DONE, CONTROL
    ACCESS_CHANGE_ENTERED = "access_change.entered", DONE, CONTROL
    ACCESS_CHANGE_NOT_ENTERED = "access_change.not_entered", REFUSED, ACCESS
    ACCESS_CHANGE_EXECUTED = "access_change.executed", DONE, CONTROL
    ACCESS_CHANGE_NOT_EXECUTED = "access_change.not_executed", REFUSED, ACCESS
    ACCESS_CHANGE_REJECTED = "access_change.rejected", DONE, CONTROL
    ACCESS_CHANGE_NOT_REJECTED = "access_change.not_rejected", REFUSED, ACCESS
    DESIGNATION_MADE = "designation.made", DONE, CONTROL
    DESIGNATION_ENDED = "designation.ended", DONE, CONTROL
    DESIGNATION_REFUSED = "designation.refused", REFUSED, ACCESS
    SIGNING_FACTOR_CHOSEN = "practice.signing_factor_chosen", DONE, CONTROL
    REGISTRATION_RENEWED = "registration.renewed", DONE, CONTROL
    REGISTRATION_NOT_CHANGED = "registration.not_changed", REFUSED, ACCESS
    TOKEN_CONFIRMED = "token_binding.confirmed", DONE, CONTROL
    TOKEN_NOT_CONFIRMED = "token_binding.not_confirmed", REFUSED, ACCESS
    TOKEN_HOLD_ENDED = "token_hold.ended", DONE, CONTROL
    TOKEN_HOLD_NOT_ENDED = "token_hold.not_ended", REFUSED, ACCESS

    # EPCS registration
    ACTIVATION_CODE_SENT = "activation.code_sent", DONE
    ACTIVATION_CODE_NOT_SENT = "activation.code_not_sent", REFUSED
    ACTIVATION_REFUSED = "activation.refused", REFUSED, ACCESS
    ACCOUNT_ACTIVATED = "activation.done", DONE, CONTROL
    ATTESTATION_GIVEN = "attestation.given", DONE

    # Orders of spare hardware tokens
    ORDER_ENTERED = "order.entered", DONE
    ORDER_REFUSED = "order.refused", REFUSED
    ORDER_PAYMENT_BEGUN = "order.payment_begun", DONE
    ORDER_PAID = "order.paid", DONE
    ORDER_HELD = "order.held", REFUSED
    ORDER_HOLD_ENDED = "order.hold_ended", DONE, STAFF
    ORDER_CANCELED = "order.canceled", DONE
    ORDER_AT_NO_COST = "order.at_no_cost", DONE, STAFF
    ORDER_PACKED = "order.packed", DONE, STAFF
    ORDER_SHIPPED = "order.shipped", DONE, STAFF
    ORDER_DELIVERED = "order.delivered", DONE, STAFF
    ORDER_NOT_MOVED = "order.not_moved", REFUSED
    ORDER_ACTIVATED = "order.activated", DONE
    ORDER_RECALLED = "order.recalled", DONE
    ORDER_TAKEN_BACK = "order.taken_back", DONE, STAFF
    ORDER_REFUND_ASKED = "order.refund_asked", DONE, STAFF
    ORDER_REFUNDED = "order.refunded", DONE
    ORDER_DISPUTED = "order.disputed", DONE
    ORDER_DISPUTE_ENDED = "order.dispute_ended", DONE
    RECEIPT_SENT_AGAIN = "order.receipt_sent_again", DONE, STAFF

    # Reading
    SIGN_IN_CONFIRMED = "sign_in.confirmed", DONE
    PRESCRIBER_OPENED = "practice.prescriber_opened", DONE
    ACTIVITY_EXPORTED = "activity.exported", DONE

    # The provider's own staff and machinery
    PERSON_ADDED = "person.added", DONE, STAFF
    REGISTRATION_ADDED = "registration.added", DONE, STAFF
    PROOFING_RECORDED = "proofing.recorded", DONE, STAFF
    PROOFING_NOT_RECORDED = "proofing.not_recorded", REFUSED, STAFF
    ACTIVATION_LETTER_PRINTED = "proofing.letter_printed", DONE, STAFF
    ACTIVATION_LETTER_NOT_PRINTED = "proofing.letter_not_printed", REFUSED, STAFF
    COMPROMISE_SIGNING_SUSPENDED = "compromise.signing_suspended", DONE, STAFF
    REVOCATION_CASE_ISSUED = "revocation_case.issued", DONE, STAFF
    REVOCATION_CASE_NOT_ISSUED = "revocation_case.not_issued", REFUSED, STAFF
    TOKEN_UNLOCKED = "token.unlocked", DONE, STAFF
    TOKEN_NOT_UNLOCKED = "token.not_unlocked", REFUSED, STAFF
    # Of spares that support sent before there were orders
    TOKEN_RESERVED = "token.reserved", DONE, STAFF
    TOKEN_NOT_RESERVED = "token.not_reserved", REFUSED, STAFF
    TOKEN_RESERVATION_ENDED = "token.reservation_ended", DONE, STAFF
    TOKEN_RESERVATION_NOT_ENDED = "token.reservation_not_ended", REFUSED, STAFF
    STAFF_VIEWED = "staff.viewed", DONE, STAFF
    SEEDS_IMPORTED = "seeds.imported", DONE, STAFF
    SEEDS_IMPORT_REFUSED = "seeds.import_refused", REFUSED, STAFF
    SEALING_KEY_ROTATED = "sealing_key.rotated", DONE, STAFF
    SEALING_KEY_ROTATION_FAILED = "sealing_key.rotation_failed", REFUSED, STAFF
    CODES_STOPPED = "codes.stopped", DONE, STAFF
    CODES_STARTED = "codes.started", DONE, STAFF
    RECORD_EXPORTED = "record.exported", DONE, STAFF
    CATALOGUE_LOADED = "catalogue.loaded", DONE
    FORM_TIDIED = "form.tidied", DONE
    HEADS_SIGNED = "heads.signed", DONE
    HEADS_NOT_SIGNED = "heads.not_signed", REFUSED, TRAIL
