"""Writing the audit trail: in the same transaction as what it tells of, and last in it.

    with audited_transaction() as trail:
        row.save()
        trail.record(Event.TOKEN_TESTED, at=at, person=user, actor=user, subject=str(token))

The head of a chain is locked just before COMMIT, so people of one practice wait for one another
as briefly as can be. Rows are locked before heads, never after. An event refers to its people,
so PostgreSQL takes a key-share lock on them: who locks a person's row first says
``select_for_update(no_key=True)``, or two requests can wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from epcs_portal.audit import origin
from epcs_portal.audit.chain import GENESIS, canonical, link
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent, ChainHead, TrailFact
from epcs_portal.compiled import Insert, Select, Update

PORTAL_CHAIN = "portal"
LONGEST_SUBJECT = 200  # characters; the column

_HEAD = Select(lambda chain: ChainHead.objects.select_for_update(no_key=True).filter(pk=chain))
_EVENTS = Insert(AuditEvent)
_MOVE_HEAD = Update(
    lambda chain, sequence, link: (
        ChainHead.objects.filter(pk=chain),
        {"sequence": sequence, "hash": link},
    )
)
_FACT_NAME = re.compile(r"[a-z_]+")


class Person(Protocol):
    """What the trail needs of a user."""

    pk: Any

    @property
    def audit_chain(self) -> str: ...

    @property
    def full_name(self) -> str: ...

    def get_username(self) -> str: ...


class Trail:
    """What one transaction will have to say, collected until its end."""

    def __init__(self) -> None:
        self._recorded: list[tuple[AuditEvent, dict[str, TrailFact]]] = []
        self._written = False

    def record(
        self,
        event: Event,
        *,
        at: datetime,
        person: Person | None = None,
        actor: Person | None = None,
        subject: str = "",
        **facts: TrailFact,
    ) -> None:
        """Add ``event`` to the chain of ``person``, or to the portal's own where it is nobody's.

        ``actor`` is who did it; None is somebody not signed in, or the portal itself. ``subject``
        is a short text such as "hard token GALH12345678". Facts are short and never what a person
        typed, but for the reason of a support agent and what somebody at the practice says of how
        they made sure. Refuses (TypeError) facts that are no str, int, bool or None.
        """
        if self._written:
            raise RuntimeError("This transaction's part of the audit trail is already written.")
        _require_facts(facts)
        where = origin.current()
        self._recorded.append(
            (
                AuditEvent(
                    chain=person.audit_chain if person else PORTAL_CHAIN,
                    occurred_at=at,
                    event=event.value,
                    succeeded=event.succeeded,
                    event_class=event.event_class,
                    actor_id=actor.pk if actor else None,
                    actor_text=_name(actor, where),
                    person_id=person.pk if person else None,
                    subject=subject[:LONGEST_SUBJECT],
                    address=where.address,
                    request_id=where.request_id,
                ),
                facts,
            )
        )

    def write(self) -> None:
        """Number, tie and insert what was recorded. ``audited_transaction`` calls this."""
        self._written = True
        heads = []
        # Every writer takes heads in this order, so no two wait for each other.
        for chain in sorted({event.chain for event, _ in self._recorded}):
            head = locked_head(chain)
            for event, facts in self._recorded:
                if event.chain == chain:
                    _tie(event, facts, head)
            heads.append(head)
        if self._recorded:
            _EVENTS([event for event, _ in self._recorded])
        for head in heads:
            _MOVE_HEAD(chain=head.pk, sequence=head.sequence, link=head.hash)


@contextmanager
def audited_transaction() -> Iterator[Trail]:
    """One durable transaction: the work and its events are committed together, or neither is.

    A refusal is recorded inside and raised after the block; what is raised inside undoes all.
    """
    with transaction.atomic(durable=True):
        trail = Trail()
        yield trail
        trail.write()


def locked_head(chain: str) -> ChainHead:
    """Lock the head of the chain until the transaction ends: rows before it, never after."""
    head = _HEAD.one_or_none(chain=chain)
    if head is None:
        # The second of two first writers waits here for the first, and inserts nothing.
        ChainHead.objects.bulk_create(
            [ChainHead(chain=chain, sequence=0, hash=GENESIS)], ignore_conflicts=True
        )
        [head] = _HEAD(chain=chain)
    return head


def _tie(event: AuditEvent, facts: dict[str, TrailFact], head: ChainHead) -> None:
    head.sequence += 1
    event.sequence = head.sequence
    event.text = canonical({**event.columns(), "facts": facts})
    event.hash = head.hash = link(head.hash, event.text)


def _name(actor: Person | None, where: origin.Origin) -> str:
    if actor is not None:
        return f"{actor.full_name} ({actor.get_username()})"
    return "not signed in" if where.request_id else "the portal"


def _require_facts(facts: dict[str, TrailFact]) -> None:
    for name, value in facts.items():
        if not _FACT_NAME.fullmatch(name) or not isinstance(value, str | int | None):
            raise TypeError(f"{name}={type(value).__name__} is not a fact for the audit trail.")
