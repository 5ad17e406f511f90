-- What rules await, one a rule, child and ground. due_at is null while it is due at an event that
-- has not come. awaits: the types of event that can meet it; agencies: whose they must be, or
-- anybody's where there are none. The ground is the event that opened it. wording: eight bytes that
-- change with what is said of it, which only the sealed log holds.
create table derived.awaited (
    child_id          uuid not null,
    rule              text not null,
    key               text not null,
    expectation_id    uuid not null unique,
    revision          integer not null,
    due_at            timestamptz,
    awaits            text[] not null,
    agencies          text[] not null,
    ground_agency     text not null,
    ground_reference  text not null,
    wording           bytea not null,
    opened_sequence   bigint not null,
    state             text not null
                      check (state in ('open', 'met', 'missed', 'not_known', 'cancelled')),
    closed_sequence   bigint,
    primary key (child_id, rule, key)
);
create index awaited_due on derived.awaited (due_at) where state = 'open';
