-- What follows from kith.timeline by evolve alone. A rebuild makes all of it anew.

create schema derived;

-- status: known, provisional (a steward must say who this is), closed (merged into
-- another). head is the hash of the last entry's header.
create table derived.child (
    child_id       uuid primary key,
    key_id         text not null,
    log_partition  smallint not null,
    status         text not null check (status in ('known', 'provisional', 'closed')),
    sequence       bigint not null,
    head           bytea not null
);

-- Unique: one identifier stands for one child. Digests are keyed hashes.
create table derived.identifier (
    digest    bytea primary key,
    scheme    text not null,
    child_id  uuid not null
);
create index identifier_child on derived.identifier (child_id);

-- The exact bytes of the log: clear header, sealed body.
create table derived.entry (
    child_id    uuid not null,
    sequence    bigint not null,
    entry_id    uuid not null unique,
    type        text not null,
    entered_at  timestamptz not null,
    header      bytea not null,
    key_id      text not null,
    nonce       bytea not null,
    sealed      bytea not null,
    primary key (child_id, sequence)
);

-- Which version of each statement stands, and where in the log.
create table derived.standing (
    agency       text not null,
    reference    text not null,
    child_id     uuid not null,
    version      integer not null,
    retracted    boolean not null,
    type         text not null,
    occurred_at  timestamptz not null,
    sequence     bigint not null,
    primary key (agency, reference)
);
create index standing_window on derived.standing (child_id, type, occurred_at);

create table derived.membership (
    child_id   uuid not null,
    agency     text not null,
    team       text not null,
    role       text not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz,
    primary key (child_id, agency, team, role, starts_at)
);

-- told: who was told, and how; only teams and roles.
create table derived.alert (
    alert_id  uuid primary key,
    child_id  uuid not null,
    rule      text not null,
    key       text not null,
    severity  text not null,
    level     integer not null,
    revision  integer not null,
    state     text not null check (state in ('open', 'withdrawn')),
    sequence  bigint not null,
    wording   bytea not null,
    told      jsonb not null,
    unique (child_id, rule, key)
);

-- One recipient's copy. hub_from and real_from are the same instant on the hub's clock
-- and on the broker's: they differ only in a scenario, and turn delivered_at into hub time.
create table derived.notification (
    notification_id  uuid primary key,
    alert_id         uuid not null,
    child_id         uuid not null,
    sequence         bigint not null,
    agency           text not null,
    team             text not null,
    role             text not null,
    kind             text not null,
    revision         integer not null,
    mode             text not null,
    rule             text not null,
    severity         text not null,
    acknowledge_by   timestamptz,
    hub_from         timestamptz not null,
    real_from        timestamptz not null,
    number           bigint,
    log_offset       bigint,
    delivered_at     timestamptz
);
create index notification_agency on derived.notification (agency, number);
create index notification_alert on derived.notification (alert_id);
create index notification_child on derived.notification (child_id);

create table derived.expectation (
    expectation_id   uuid primary key,
    child_id         uuid not null,
    kind             text not null,
    alert_id         uuid not null,
    agency           text not null,
    team             text not null,
    role             text not null,
    due_at           timestamptz not null,
    opened_sequence  bigint not null,
    state            text not null check (state in ('open', 'met', 'missed', 'cancelled')),
    closed_sequence  bigint
);
create index expectation_due on derived.expectation (due_at) where state = 'open';
create index expectation_alert on derived.expectation (alert_id);

create table derived.acknowledgement (
    child_id         uuid not null,
    sequence         bigint not null,
    alert_id         uuid not null,
    agency           text not null,
    team             text not null,
    role             text not null,
    acknowledged_at  timestamptz not null,
    already_known    boolean not null,
    primary key (child_id, sequence)
);
create index acknowledgement_alert on derived.acknowledgement (alert_id);
