-- What a process must know when it starts again, perhaps on a database that was restored.
-- caught_up: whether the tables hold all that kith.timeline did when this incarnation began;
-- appends wait for it. numbers_known: whether the relay has looked for the numbers that the
-- agencies' topics hold and this incarnation does not know of.
alter table kept.hub
    add column caught_up boolean not null default true,
    add column numbers_known boolean not null default true;

-- In which epoch of the partition's leader the position was last compared with the broker's
-- records. Offsets are given anew only in a later epoch.
alter table kept.position add column leader_epoch integer;

-- Up to which offset of each partition of kith.timeline log and tables are known to agree.
create table kept.log_read (
    partition    integer primary key,
    next_offset  bigint not null
);
