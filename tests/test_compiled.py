"""Statements that are compiled once say the same as the querysets they came from."""

from __future__ import annotations

from select import select
from uuid import UUID

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import Membership, Practice, User
from epcs_portal.audit.models import ChainHead
from epcs_portal.compiled import Insert, Select, Update
from epcs_portal.submissions.models import FormSubmission
from tests import factories
from tests.databases import _command_server
from tokens.models import HardToken

AT = timezone.now()


def columns(row) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_and_those_joined_to_it_are_as_the_queryset_reads_them(hard_token):
    mine, _ = hard_token
    rows = HardToken.live().select_related("seed_record__batch", "user__membership__practice")
    select = Select(lambda user, pk: rows.filter(user=user, pk=pk))
    expected = rows.get()

    with transaction.atomic():
        [token] = select(user=mine.user_id, pk=mine.pk)

    assert columns(token) == columns(expected)
    assert columns(token.seed_record) == columns(expected.seed_record)
    practice = token.user.membership.practice
    assert columns(practice) == columns(expected.user.membership.practice)
    assert not token._state.adding


def test_what_is_joined_costs_no_statement(hard_token, django_assert_num_queries):
    select = Select(lambda user: HardToken.live().filter(user=user).select_related("seed_record"))

    with django_assert_num_queries(1):
        token = select.one_or_none(user=hard_token[0].user_id)
        assert token is not None
        assert token.serial


def test_what_is_not_there_is_none(prescriber):
    people = User.objects.select_related("membership", "prescriber")
    select = Select(lambda pk: people.filter(pk=pk))
    administrator = factories.a_person()

    assert select.one_or_none(pk=-1) is None
    person = select.one_or_none(pk=administrator.pk)
    assert person is not None
    assert not hasattr(person, "prescriber")


def test_annotations_come_with_the_row(prescriber):
    members = Membership.objects.filter(practice=OuterRef("pk"))
    select = Select(
        lambda pk: Practice.objects.filter(pk=pk).annotate(
            has_members=Exists(members), called=F("name")
        )
    )

    practice = select.one_or_none(pk=prescriber.practice.pk)

    assert practice is not None
    assert practice.has_members is True
    assert practice.called == practice.name


def test_the_queryset_is_built_once_and_once_more_where_a_value_is_none(token):
    built = []

    def build(pk, held_at):
        built.append(held_at is None)
        return HardToken.objects.filter(pk=pk, held_at=held_at)

    select = Select(build)

    assert select.one_or_none(pk=token.pk, held_at=None) == token
    assert select.one_or_none(pk=token.pk, held_at=AT) is None
    HardToken.objects.update(held_at=AT)
    assert select.one_or_none(pk=token.pk, held_at=None) is None
    assert select.one_or_none(pk=token.pk, held_at=AT) == token
    assert built == [True, False]


def test_rows_are_not_locked_outside_a_transaction(cloned_db):
    select = Select(lambda chain: ChainHead.objects.select_for_update().filter(pk=chain))
    with transaction.atomic():
        assert select(chain="portal") == []

    with pytest.raises(TransactionManagementError):
        select(chain="portal")


def test_an_update_tells_how_many_rows_it_changed(token):
    update = Update(
        lambda pk, failures, **values: (HardToken.objects.filter(pk=pk, failures=failures), values)
    )

    assert update(pk=token.pk, failures=0, locked_until=AT, next_factor=2**40) == 1
    assert update(pk=token.pk, failures=1, locked_until=None) == 0
    token.refresh_from_db()
    assert (token.locked_until, token.next_factor) == (AT, 2**40)
    assert update(pk=token.pk, failures=0, locked_until=None) == 1
    token.refresh_from_db()
    assert token.locked_until is None


def test_several_objects_are_stored_with_one_statement(prescriber, django_assert_num_queries):
    insert = Insert(FormSubmission)
    new = [
        FormSubmission(key_digest=f"{n:064}", user=prescriber, page="/", claimed_at=AT)
        for n in range(3)
    ]

    with django_assert_num_queries(1):
        insert(new)

    stored = FormSubmission.objects.order_by("key_digest")
    assert [columns(row) for row in stored] == [columns(row) for row in new]
    assert not new[0]._state.adding


def test_a_mapping_goes_into_a_json_column(prescriber):
    Insert(FormSubmission)(
        [FormSubmission(key_digest="a" * 64, user=prescriber, page="/", claimed_at=AT)]
    )
    submission = FormSubmission.objects.get()
    answer = Update(lambda pk, **values: (FormSubmission.objects.filter(pk=pk), values))

    answer(pk=submission.pk, answered_at=AT, refusal="no", facts={"left": 3, "é%s": None})

    submission.refresh_from_db()
    assert submission.facts == {"left": 3, "é%s": None}


@pytest.mark.parametrize("value", [1.5, b"bytes", ["a list"]], ids=["float", "bytes", "list"])
def test_what_no_statement_takes_is_refused(db, value):
    select = Select(lambda pk: HardToken.objects.filter(pk=pk))
    assert select(pk=UUID(int=0)) == []

    with pytest.raises(TypeError, match="takes no"):
        select(pk=value)


# A file does not hang up.
HANG_UP = {
    "postgresql": (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    ),
    "sqlite": (),
}[connection.vendor]


def test_a_connection_that_stands_is_kept_and_one_that_ended_is_replaced(cloned_db):
    assert User.objects.count() == 0
    connection.close_at = None  # the tests' own connections are not kept otherwise
    connection.close_if_unusable_or_obsolete()
    before = connection.connection
    assert User.objects.count() == 0
    assert connection.connection is before

    if HANG_UP:
        _command_server(*HANG_UP)
        # The server is told to hang up; that it has is known here a moment later.
        assert select([before.fileno()], [], [], 10)[0]
    close_old_connections()

    assert User.objects.count() == 0
