"""What the database itself refuses: changing what was entered about access, or deleting it.

An access change takes one decision, once: who executed or rejected it, and when (rules L-14).
"""

from __future__ import annotations

from epcs_portal.guards import Guards, Trigger

TABLE = "accounts_accesschange"
ENTERED = (
    *("id", "uuid", "practice_id", "prescriber_id", "kind", "reason", "discovered_on"),
    *("checked_on", "dea_source", "state_source", "entered_by_id", "entered_at", "expires_at"),
    *("text", "digest"),
)
_EACH, _ALL = "FOR EACH ROW", "FOR EACH STATEMENT"
_TEXTS = {"kind", "reason", "dea_source", "state_source", "digest"}
# As pg_get_triggerdef spells it.
_IS_DECIDED = "old.executed_at IS NOT NULL OR old.rejected_at IS NOT NULL"
_SPELLED = [f"{column}::text" if column in _TEXTS else column for column in ENTERED]
_IS_ALTERED = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in _SPELLED)

GUARDS = Guards(
    function="access_change_stands",
    refusal="What was entered about access is never changed.",
    postgresql={
        "access_change_decided_once": Trigger(
            "BEFORE UPDATE", TABLE, f"{_EACH} WHEN ({_IS_DECIDED} OR {_IS_ALTERED})"
        ),
        "access_change_not_deleted": Trigger("BEFORE DELETE", TABLE, _EACH),
        "access_change_not_emptied": Trigger("BEFORE TRUNCATE", TABLE, _ALL),
    },
    sqlite={
        "access_change_not_updated": Trigger(
            "BEFORE UPDATE",
            TABLE,
            "WHEN OLD.executed_at IS NOT NULL OR OLD.rejected_at IS NOT NULL OR "
            + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in ENTERED),
        ),
        "access_change_not_deleted": Trigger("BEFORE DELETE", TABLE, ""),
        # OR REPLACE deletes the row it collides with, be it by rowid, and fires no DELETE trigger.
        "access_change_not_replaced": Trigger(
            "BEFORE INSERT",
            TABLE,
            "WHEN EXISTS (SELECT 1 FROM accounts_accesschange WHERE id = NEW.id"
            " OR uuid = NEW.uuid)",
        ),
    },
)
install, faulty = GUARDS.install, GUARDS.faulty
