-- What cannot be derived from the log: positions, recorded ids, quarantine, what is
-- still to be sent, and the hub's own settings. Nothing here holds personal data in clear.

create schema kept;

-- One row. A hub is in production or plays scenarios, for ever: a scenario's time must
-- never reach real children. The incarnation changes when a backup is restored.
create table kept.hub (
    only_row     boolean primary key default true check (only_row),
    mode         text not null check (mode in ('production', 'scenario')),
    incarnation  uuid not null,
    made_at      timestamptz not null
);

-- Where each partition of an agency's topic has been read to. The content hash of the
-- last record tells whether the broker still has the record that the hub saw there.
create table kept.position (
    topic          text not null,
    partition      integer not null,
    next_offset    bigint not null,
    last_content   bytea,
    moved_at       timestamptz not null,
    primary key (topic, partition)
);

-- Each event of each agency once. The content tells a repeat from a conflict.
create table kept.recorded (
    agency      text not null,
    event_id    uuid not null,
    content     bytea not null,
    child_id    uuid,
    sequence    bigint,
    primary key (agency, event_id)
);

-- Inbound that could not be accepted, sealed under the hub's key of the month.
create table kept.quarantine (
    quarantine_id   uuid primary key,
    topic           text not null,
    partition       integer not null,
    log_offset      bigint not null,
    agency          text not null,
    reason          text not null,
    detail          text not null,
    size_bytes      integer not null,
    content         bytea not null,
    broker_at       timestamptz not null,
    received_at     timestamptz not null,
    quarantined_at  timestamptz not null,
    backfilled      boolean not null,
    state           text not null default 'waiting'
                    check (state in ('waiting', 'redriven', 'discarded')),
    resolved_at     timestamptz,
    key_id          text not null,
    nonce           bytea not null,
    sealed          bytea not null
);
create index quarantine_waiting on kept.quarantine (quarantined_at) where state = 'waiting';

create table kept.hub_key (
    month   date primary key,
    key_id  text not null
);

-- Entries that kith.timeline has not acknowledged, in the order in which they are sent.
create table kept.outbox_entry (
    outbox_id      bigint generated always as identity primary key,
    child_id       uuid not null,
    sequence       bigint not null,
    log_partition  smallint not null
);

-- Notifications that their agency's topic has not acknowledged. The number is committed
-- before the first send and never changes.
create table kept.outbox_notification (
    outbox_id        bigint generated always as identity primary key,
    notification_id  uuid not null unique,
    child_id         uuid not null,
    sequence         bigint not null,
    agency           text not null,
    number           bigint
);

-- The last number given in each agency's alerts topic.
create table kept.alert_number (
    agency       text primary key,
    last_number  bigint not null
);

-- Matters that a person of the hub must see to. Ids and reasons, never values.
create table kept.page (
    page_id    bigint generated always as identity primary key,
    paged_at   timestamptz not null,
    reason     text not null,
    concerns   text not null,
    detail     text not null
);

-- Scenario time: the hub's time is hub_at + (now - set_at) while it flows, else hub_at.
create table kept.scenario_time (
    only_row  boolean primary key default true check (only_row),
    hub_at    timestamptz not null,
    set_at    timestamptz not null,
    flows     boolean not null
);

-- Up to which hub time the clock has appended what fell due, and when it last looked.
create table kept.clock (
    only_row       boolean primary key default true check (only_row),
    reached        timestamptz not null,
    looked_at      timestamptz not null,
    waits_for      text
);
