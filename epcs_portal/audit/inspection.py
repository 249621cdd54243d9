"""Walking a chain link by link: is the trail as it was written?

Reads in batches by sequence, so a chain of any length takes the same memory, and while others
write: what they add meanwhile is walked too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DataError, connection

from epcs_portal.audit.chain import GENESIS, canonical, link
from epcs_portal.audit.models import AuditEvent, ChainHead

BATCH = 1000  # events

Progress = Callable[[str, int, int], None]

# What reading can end in where a column or a text holds what nobody wrote there: SQLite keeps any
# type in any column, and a text may be nested deeper than a parser goes.
CANNOT_BE_READ = (
    DataError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True)
class Break:
    """The first place at which a chain is not what was written."""

    sequence: int
    what: str


@dataclass(frozen=True)
class ChainReport:
    chain: str
    events: int  # found whole, up to the break if there is one
    broken: Break | None


def inspect_trail(progress: Progress) -> Iterator[ChainReport]:
    """Yield a report for every chain there is or has to be, in order of name."""
    with _any_text_is_read():
        # Read first: a sign-in is on the trail before it is marked on the person.
        chains: set[Any] = _chains_of_people_who_signed_in()
        for model in (ChainHead, AuditEvent):
            chains |= set(model._default_manager.values_list("chain", flat=True).distinct())
        for chain in sorted(chains, key=ascii):
            if isinstance(chain, str) and chain.isascii() and chain.isprintable():
                yield inspect_chain(chain, progress)
            else:
                yield ChainReport(ascii(chain), 0, Break(1, "no chain has such a name"))


def inspect_chain(chain: str, progress: Progress) -> ChainReport:
    """Walk ``chain`` from its first event to its head.

    ``progress`` is told chain, events walked and events counted by the head, after each batch.
    A tail cut off together with a rolled-back head cannot be seen from within the database.
    """
    walk = _Walk(chain)
    try:
        broken = walk.to_the_head(progress)
    except CANNOT_BE_READ:
        broken = Break(walk.walked + 1, "the event is there and cannot be read")
    return ChainReport(chain, walk.walked, broken)


class _Walk:
    """How far one chain was found whole."""

    def __init__(self, chain: str) -> None:
        self.chain = chain
        self.walked = 0
        self.last_hash = GENESIS

    def to_the_head(self, progress: Progress) -> Break | None:
        counted = -1
        while True:
            head = ChainHead.objects.filter(pk=self.chain).first()
            if head and not isinstance(head.sequence, int):
                return Break(self.walked + 1, "the head of the chain counts in no number")
            if head is None or head.sequence <= counted:
                return _surplus(self.chain, self.walked, head)
            counted = head.sequence
            for event in _events(self.chain, after=self.walked, up_to=counted):
                if what := _fault(event, self.walked + 1, self.last_hash):
                    return Break(self.walked + 1, what)
                self.walked, self.last_hash = self.walked + 1, event.hash
                if self.walked % BATCH == 0 or self.walked == counted:
                    progress(self.chain, self.walked, counted)
            if what := _disagreement(head, self.walked, self.last_hash):
                return Break(min(self.walked + 1, counted), what)
            if AuditEvent.objects.filter(chain=self.chain).count() == self.walked:
                return None


def _chains_of_people_who_signed_in() -> set[str]:
    """Return the chains that cannot be without events: every sign-in is one."""
    people = get_user_model().objects.filter(last_login__isnull=False).only("pk")
    return {person.audit_chain for person in people.iterator()}


@contextmanager
def _any_text_is_read() -> Iterator[None]:
    """SQLite keeps any bytes as text; its driver reads what is no UTF-8 only if told how."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    driver = connection.connection
    driver.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _events(chain: str, *, after: int, up_to: int) -> Iterator[AuditEvent]:
    size = BATCH
    rows = AuditEvent.objects.filter(chain=chain, sequence__lte=up_to).order_by("sequence")
    while after < up_to:
        try:
            batch = list(rows.filter(sequence__gt=after)[:size])
        except CANNOT_BE_READ:
            if size == 1:
                raise
            size = 1  # come to the one that cannot be read by single steps
            continue
        yield from batch
        if not batch:
            return
        after = batch[-1].sequence


def _fault(event: AuditEvent, sequence: int, previous_hash: str) -> str:
    if event.sequence != sequence:
        return "the event is missing"
    try:
        said = json.loads(event.text)
        expected = canonical({**event.columns(), "facts": said["facts"]})
        hashed = link(previous_hash, event.text)
    except CANNOT_BE_READ:
        return "the text of the event cannot be read"
    if expected != event.text:
        retold = json.loads(expected)
        # Only our own names are repeated: in a forged text a name may be anything.
        names = sorted(name for name in retold if said.get(name) != retold[name])
        return f"text and columns disagree: {', '.join(names) or 'spelling'}"
    if hashed != event.hash:
        return "the hash is not that of the event's text and the event before it"
    return ""


def _disagreement(head: ChainHead, walked: int, last_hash: str) -> str:
    if head.sequence == 0:
        return "the chain has a head and no events"
    if walked < head.sequence:
        return f"the event is missing: the head of the chain counts {head.sequence}"
    if head.hash != last_hash:
        return "the head of the chain has another hash than the last event"
    return ""


def _surplus(chain: str, walked: int, head: ChainHead | None) -> Break:
    extra = AuditEvent.objects.filter(chain=chain).count() - walked
    if head is None and not extra:
        return Break(1, "the chain is gone, and people whose events it held have signed in")
    if head is None:
        return Break(1, f"the chain has no head, and {extra} events")
    return Break(walked + 1, f"the head of the chain does not count {extra} of its events")
