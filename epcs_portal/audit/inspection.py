"""Walking a chain link by link: is the trail as it was written?

Reads in batches by sequence, so a chain of any length takes the same memory, and while others
write: what they add meanwhile is walked too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DataError

from epcs_portal.audit.chain import GENESIS, canonical, link
from epcs_portal.audit.models import AuditEvent, ChainHead

BATCH = 1000  # events

Progress = Callable[[str, int, int], None]


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


class _Unreadable(Exception):
    """A column holds what its type does not allow; a database does not always mind."""


def inspect_trail(progress: Progress) -> Iterator[ChainReport]:
    """Yield a report for every chain, in order of name."""
    chains = set(ChainHead.objects.values_list("pk", flat=True))
    chains |= set(AuditEvent.objects.values_list("chain", flat=True).distinct())
    for chain in sorted(chains):
        yield inspect_chain(chain, progress)


def inspect_chain(chain: str, progress: Progress) -> ChainReport:
    """Walk ``chain`` from its first event to its head.

    ``progress`` is told chain, events walked and events counted by the head, after each batch.
    A tail cut off together with a rolled-back head cannot be seen from within the database.
    """
    walked, last_hash = 0, GENESIS
    head_sequence = -1
    while True:
        head = ChainHead.objects.filter(pk=chain).first()
        if head is None or head.sequence <= head_sequence:
            return ChainReport(chain, walked, _surplus(chain, walked, head))
        head_sequence = head.sequence
        try:
            for event in _events(chain, after=walked, up_to=head_sequence):
                if what := _fault(event, walked + 1, last_hash):
                    return ChainReport(chain, walked, Break(walked + 1, what))
                walked, last_hash = walked + 1, event.hash
                if walked % BATCH == 0 or walked == head_sequence:
                    progress(chain, walked, head_sequence)
        except _Unreadable:
            what = "the event is there and cannot be read"
            return ChainReport(chain, walked, Break(walked + 1, what))
        if what := _disagreement(head, walked, last_hash):
            return ChainReport(chain, walked, Break(min(walked + 1, head_sequence), what))
        if AuditEvent.objects.filter(chain=chain).count() == walked:
            return ChainReport(chain, walked, None)


def _events(chain: str, *, after: int, up_to: int) -> Iterator[AuditEvent]:
    size = BATCH
    rows = AuditEvent.objects.filter(chain=chain, sequence__lte=up_to).order_by("sequence")
    while after < up_to:
        try:
            batch = list(rows.filter(sequence__gt=after)[:size])
        except (ValueError, DataError) as error:
            if size == 1:
                raise _Unreadable from error
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
        columns = event.columns()
        expected = canonical({**columns, "facts": said["facts"]})
        hashed = link(previous_hash, event.text)
    except (ValueError, TypeError, KeyError):
        return "the text of the event cannot be read"
    if expected != event.text:
        retold = json.loads(expected)
        names = sorted(name for name in {*said, *retold} if said.get(name) != retold.get(name))
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
    if head is None:
        return Break(1, f"the chain has no head, and {extra} events")
    return Break(walked + 1, f"the head of the chain does not count {extra} of its events")
