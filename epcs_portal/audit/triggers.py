"""What makes the database itself refuse to change the audit trail.

Triggers stop the application, and mistakes. Whoever owns the tables can drop them; that is what
the chain of hashes is for, and ``faulty()`` tells.
"""

from __future__ import annotations

from epcs_portal.guards import Guards, Trigger

EVENTS, HEADS = "audit_auditevent", "audit_chainhead"

POSTGRESQL = {
    "audit_event_unchanged": Trigger("BEFORE DELETE OR UPDATE", EVENTS, "FOR EACH ROW"),
    "audit_event_not_emptied": Trigger("BEFORE TRUNCATE", EVENTS, "FOR EACH STATEMENT"),
    "audit_head_not_deleted": Trigger("BEFORE DELETE", HEADS, "FOR EACH ROW"),
    "audit_head_not_emptied": Trigger("BEFORE TRUNCATE", HEADS, "FOR EACH STATEMENT"),
    "audit_head_only_grows": Trigger(
        "BEFORE UPDATE",
        HEADS,
        "FOR EACH ROW WHEN (new.chain::text <> old.chain::text OR new.sequence <= old.sequence)",
    ),
}
# OR REPLACE deletes the row it collides with, be it by rowid, and fires no DELETE trigger. Where a
# statement names no rowid, NEW.rowid is -1 before the insert: no row may have that one.
SQLITE = {
    "audit_event_not_updated": Trigger("BEFORE UPDATE", EVENTS, ""),
    "audit_event_not_deleted": Trigger("BEFORE DELETE", EVENTS, ""),
    "audit_event_not_replaced": Trigger(
        "BEFORE INSERT",
        EVENTS,
        "WHEN EXISTS (SELECT 1 FROM audit_auditevent WHERE id = NEW.id OR rowid = NEW.rowid"
        " OR (chain = NEW.chain AND sequence = NEW.sequence))",
    ),
    "audit_event_numbered": Trigger("AFTER INSERT", EVENTS, "WHEN NEW.rowid < 1"),
    "audit_head_not_deleted": Trigger("BEFORE DELETE", HEADS, ""),
    "audit_head_not_replaced": Trigger(
        "BEFORE INSERT",
        HEADS,
        "WHEN EXISTS (SELECT 1 FROM audit_chainhead WHERE chain = NEW.chain OR rowid = NEW.rowid)",
    ),
    "audit_head_numbered": Trigger("AFTER INSERT", HEADS, "WHEN NEW.rowid < 1"),
    "audit_head_only_grows": Trigger(
        "BEFORE UPDATE",
        HEADS,
        "WHEN NEW.rowid <> OLD.rowid OR NEW.chain <> OLD.chain OR NEW.sequence <= OLD.sequence",
    ),
}

GUARDS = Guards(
    function="audit_refuse",
    refusal="The audit trail is only ever added to.",
    postgresql=POSTGRESQL,
    sqlite=SQLITE,
)
install, faulty = GUARDS.install, GUARDS.faulty
