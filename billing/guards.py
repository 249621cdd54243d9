"""What the database itself refuses: an order that moves from where it was not, that changes its
price or owner, or that disappears."""

from __future__ import annotations

from epcs_portal.guards import Guards, Trigger

TABLE = "billing_tokenorder"
ORDERED = ("id", "number", "user_id", "price_cents", "currency")
_EACH, _ALL = "FOR EACH ROW", "FOR EACH STATEMENT"
_TEXTS = {"number", "currency"}
# As pg_get_triggerdef spells it.
_IS_MOVED_WRONGLY = (
    "old.status::text IS DISTINCT FROM new.status::text"
    " AND new.previous::text IS DISTINCT FROM old.status::text"
)
_SPELLED = [f"{column}::text" if column in _TEXTS else column for column in ORDERED]
_IS_ALTERED = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in _SPELLED)

GUARDS = Guards(
    function="order_stands",
    refusal="An order moves forward only, and stays as it was ordered.",
    postgresql={
        "order_moves": Trigger(
            "BEFORE UPDATE", TABLE, f"{_EACH} WHEN ({_IS_MOVED_WRONGLY} OR {_IS_ALTERED})"
        ),
        "order_not_deleted": Trigger("BEFORE DELETE", TABLE, _EACH),
        "order_not_emptied": Trigger("BEFORE TRUNCATE", TABLE, _ALL),
    },
    sqlite={
        "order_moves": Trigger(
            "BEFORE UPDATE",
            TABLE,
            "WHEN (OLD.status IS NOT NEW.status AND NEW.previous IS NOT OLD.status) OR "
            + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in ORDERED),
        ),
        "order_not_deleted": Trigger("BEFORE DELETE", TABLE, ""),
        # OR REPLACE deletes the row it collides with, be it by rowid, and fires no DELETE trigger.
        "order_not_replaced": Trigger(
            "BEFORE INSERT",
            TABLE,
            "WHEN EXISTS (SELECT 1 FROM billing_tokenorder WHERE id = NEW.id"
            " OR number = NEW.number OR rowid = NEW.rowid)",
        ),
    },
)
install, faulty = GUARDS.install, GUARDS.faulty
