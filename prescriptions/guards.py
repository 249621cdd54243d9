"""What the database itself refuses: changing or deleting what was signed (1311.120(b)(19))."""

from __future__ import annotations

from epcs_portal.guards import Guards, Trigger

RX = "prescriptions_prescription"
SIGNATURES = "prescriptions_signature"
CERTIFICATES = "prescriptions_signingcertificate"

_EACH, _ALL = "FOR EACH ROW", "FOR EACH STATEMENT"
POSTGRESQL = {
    "rx_signed_stands": Trigger(
        "BEFORE DELETE OR UPDATE", RX, "FOR EACH ROW WHEN (old.status::text = 'signed'::text)"
    ),
    "rx_not_emptied": Trigger("BEFORE TRUNCATE", RX, _ALL),
    "signature_unchanged": Trigger("BEFORE DELETE OR UPDATE", SIGNATURES, _EACH),
    "signature_not_emptied": Trigger("BEFORE TRUNCATE", SIGNATURES, _ALL),
    "certificate_unchanged": Trigger("BEFORE DELETE OR UPDATE", CERTIFICATES, _EACH),
    "certificate_not_emptied": Trigger("BEFORE TRUNCATE", CERTIFICATES, _ALL),
}
# OR REPLACE deletes the row it collides with, be it by rowid, and fires no DELETE trigger.
SQLITE = {
    "rx_signed_not_updated": Trigger("BEFORE UPDATE", RX, "WHEN OLD.status = 'signed'"),
    "rx_signed_not_deleted": Trigger("BEFORE DELETE", RX, "WHEN OLD.status = 'signed'"),
    "rx_signed_not_replaced": Trigger(
        "BEFORE INSERT",
        RX,
        "WHEN EXISTS (SELECT 1 FROM prescriptions_prescription WHERE status = 'signed'"
        " AND (id = NEW.id OR reference = NEW.reference OR rowid = NEW.rowid))",
    ),
    "rx_signed_not_collided_with": Trigger(
        "BEFORE UPDATE",
        RX,
        "WHEN EXISTS (SELECT 1 FROM prescriptions_prescription WHERE status = 'signed'"
        " AND id <> OLD.id AND (id = NEW.id OR reference = NEW.reference OR rowid = NEW.rowid))",
    ),
    "signature_not_updated": Trigger("BEFORE UPDATE", SIGNATURES, ""),
    "signature_not_deleted": Trigger("BEFORE DELETE", SIGNATURES, ""),
    "signature_not_replaced": Trigger(
        "BEFORE INSERT",
        SIGNATURES,
        "WHEN EXISTS (SELECT 1 FROM prescriptions_signature WHERE id = NEW.id"
        " OR prescription_id = NEW.prescription_id OR rowid = NEW.rowid)",
    ),
    "certificate_not_updated": Trigger("BEFORE UPDATE", CERTIFICATES, ""),
    "certificate_not_deleted": Trigger("BEFORE DELETE", CERTIFICATES, ""),
    "certificate_not_replaced": Trigger(
        "BEFORE INSERT",
        CERTIFICATES,
        "WHEN EXISTS (SELECT 1 FROM prescriptions_signingcertificate WHERE key_id = NEW.key_id"
        " OR rowid = NEW.rowid)",
    ),
}
GUARDS = Guards(
    function="signed_stands",
    refusal="What was signed is never changed.",
    postgresql=POSTGRESQL,
    sqlite=SQLITE,
)
install, faulty = GUARDS.install, GUARDS.faulty
