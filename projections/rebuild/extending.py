"""Extending: tables that hold the log up to a point take what came after it.

The append's own statements put the rows in place; nothing is decided, and nothing goes to
the outbox.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

from projections.append import writing
from projections.append.records import alert_record, awaited, expectation
from projections.append.rows import fact_rows
from projections.append.world import World
from projections.append.writing import NewChild
from projections.database import Connection, Query, execute_each
from projections.rebuild.bulk import Loaded
from projections.rebuild.history import History, two_in_one_place
from projections.rebuild.reading import BEYOND_USE, EntryReader, LogEntry, read_for_tables
from projections.rebuild.schema import in_schema
from safeguarding.case import Case
from safeguarding.events import Reference
from safeguarding.evolve import evolve
from safeguarding.facts import Recipient
from safeguarding.network import Membership
from safeguarding.standings import Standing

if TYPE_CHECKING:
    from projections.append.sealing import SealedEntry

Row = tuple[Any, ...]


class Extender:
    """Takes further entries into the tables of ``schema``, over the owner's ``connection``."""

    def __init__(self, connection: Connection, schema: LiteralString, world: World) -> None:
        self._connection = connection
        self._schema = schema
        self._world = world
        self._reader = EntryReader(world.registry, world.keys)
        self._waiting: list[LogEntry] = []

    def await_more(self, entries: Iterable[LogEntry]) -> None:
        """Entries that came after a gap: they are tried again with whatever comes."""
        self._waiting += entries

    def read(self, messages: Iterable[bytes]) -> list[LogEntry]:
        """The entries of these messages. Raises NotAnEntry."""
        return [self._reader.read(message) for message in messages]

    def extend(self, entries: Sequence[LogEntry]) -> Loaded:
        """Take these in one transaction; repeats are dropped.

        Raises LogConflict, NotAnEntry, KeyUnknown, Unopenable, psycopg.Error: nothing was taken.
        """
        pending = [*self._waiting, *entries]
        loaded = Loaded(messages=len(entries))
        if not pending:
            return loaded
        with self._connection.pipeline(), self._connection.transaction():
            self._extend(pending, loaded)
        self._waiting = loaded.waiting
        return loaded

    def _extend(self, pending: list[LogEntry], loaded: Loaded) -> None:
        self._refuse_conflicts(pending)
        cases, histories, versions = self._load(pending)
        key_ids: dict[UUID, str] = {}
        known = {child_id for child_id, case in cases.items() if case.sequence}
        taken: list[SealedEntry] = []
        for entry in sorted(pending, key=lambda each: each.sequence):
            for following in histories[entry.child_id].take(entry):
                sealed = read_for_tables(self._reader, following)
                if sealed.entry.body is BEYOND_USE:
                    loaded.beyond_use.add(entry.child_id)
                key_ids[entry.child_id] = following.stored.key_id
                evolve(cases[entry.child_id], sealed.entry)
                taken.append(sealed)
        _leave_moved(cases, versions)
        for history in histories.values():
            loaded.repeats += history.repeats
            gap = history.gap()
            if gap is not None:
                loaded.gaps.append(gap)
                loaded.waiting += history.waiting.values()
        loaded.entries = len(taken)
        new = [NewChild(child, key) for child, key in key_ids.items() if child not in known]
        loaded.children = len(new)
        grown = {child_id: cases[child_id] for child_id in key_ids}
        heads = {child_id: histories[child_id].head for child_id in key_ids}
        rows = fact_rows(taken)
        if taken:
            self._execute(
                [
                    *writing.children(new, grown, heads, self._world),
                    writing.entries(taken),
                    *writing.cases_changed(grown),
                    *writing.facts(rows),
                ]
            )

    def _refuse_conflicts(self, pending: Sequence[LogEntry]) -> None:
        """Compare with what the tables hold in the same places. Raises LogConflict."""
        rows = self._rows(
            "select e.child_id, e.sequence, sha256(e.header) from derived.entry e "
            "join unnest(%b::uuid[], %b::bigint[]) as w(child_id, sequence) "
            "using (child_id, sequence)",
            [[each.child_id for each in pending], [each.sequence for each in pending]],
        )
        hashes = {(row[0], row[1]): row[2] for row in rows}
        for each in pending:
            if hashes.get((each.child_id, each.sequence), each.hash) != each.hash:
                raise two_in_one_place(each)

    def _load(
        self, pending: Sequence[LogEntry]
    ) -> tuple[dict[UUID, Case], dict[UUID, History], dict[Reference, int]]:
        """The whole cases of these children but for the statements that are not spoken of.

        Of those that are, also the version that stands, of whichever child.
        """
        children = sorted({each.child_id for each in pending})
        cases = {child_id: Case(child_id) for child_id in children}
        histories = {child_id: History(child_id) for child_id in children}
        for row in self._rows(
            "select child_id, status, sequence, head from derived.child "
            "where child_id = any(%b::uuid[]) for update",
            [children],
        ):
            cases[row[0]].provisional = row[1] == "provisional"
            cases[row[0]].sequence = row[2]
            histories[row[0]] = History(row[0], row[2], row[3], known_until=row[2])
        versions = self._load_standings(pending, cases)
        for row in self._rows(
            "select child_id, agency, team, role, starts_at, ends_at, ground "
            "from derived.membership where child_id = any(%b::uuid[])",
            [children],
        ):
            membership = Membership(Recipient(*row[1:4]), *row[4:7])
            cases[row[0]].memberships[membership.key] = membership
        for row in self._rows(
            "select child_id, alert_id, rule, key, severity, level, revision, state, sequence, "
            "wording, told from derived.alert where child_id = any(%b::uuid[])",
            [children],
        ):
            record = alert_record(row)
            cases[row[0]].alerts[record.rule, record.key] = record
        for row in self._rows(
            "select child_id, expectation_id, kind, alert_id, agency, team, role, due_at, "
            "opened_sequence, state, closed_sequence, reminded from derived.expectation "
            "where child_id = any(%b::uuid[])",
            [children],
        ):
            expected = expectation(row)
            cases[row[0]].expectations[expected.expectation_id] = expected
        for row in self._rows(
            "select child_id, rule, key, expectation_id, revision, due_at, awaits, agencies, "
            "ground_agency, ground_reference, wording, opened_sequence, state, closed_sequence "
            "from derived.awaited where child_id = any(%b::uuid[])",
            [children],
        ):
            await_ = awaited(row)
            cases[row[0]].awaited[await_.rule, await_.key] = await_
        return cases, histories, versions

    def _load_standings(
        self, pending: Sequence[LogEntry], cases: dict[UUID, Case]
    ) -> dict[Reference, int]:
        versions: dict[Reference, int] = {}
        spoken_of = sorted(
            {
                (each.heading["agency"], each.heading["reference"])
                for each in pending
                if each.heading["reference"] is not None
            }
        )
        for row in self._rows(
            "select s.child_id, s.agency, s.reference, s.version, s.retracted, s.type, "
            "s.occurred_at, s.sequence from derived.standing s "
            "join unnest(%b::text[], %b::text[]) as w(agency, reference) using (agency, reference)",
            [[each[0] for each in spoken_of], [each[1] for each in spoken_of]],
        ):
            versions[row[1], row[2]] = row[3]
            if row[0] in cases:
                cases[row[0]].standings[row[1], row[2]] = Standing(*row[3:])
        return versions

    def _rows(self, query: LiteralString, parameters: list[Any]) -> list[Row]:
        return self._connection.execute(*self._here((query, parameters))).fetchall()

    def _execute(self, statements: Sequence[Query]) -> None:
        execute_each(self._connection, [self._here(each) for each in statements])

    def _here(self, query: Query) -> Query:
        return (in_schema(self._schema, query[0]), query[1])


def _leave_moved(cases: Mapping[UUID, Case], versions: dict[Reference, int]) -> None:
    """Leave each statement where its highest version stands.

    The fact that says that it moved there may be beyond use.
    """
    for case in cases.values():
        for reference, standing in case.standings.items():
            versions[reference] = max(versions.get(reference, 0), standing.version)
    for case in cases.values():
        for reference, standing in list(case.standings.items()):
            if standing.version < versions[reference]:
                del case.standings[reference]
