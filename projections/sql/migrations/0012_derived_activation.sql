-- Which rules were put in force, one row an activation, in the hub's own log. The last one decides;
-- where there is none, the rules that came with this Kith do. What they say, the sealed log holds.
create table derived.activation (
    child_id      uuid not null,
    sequence      bigint not null,
    entry_id      uuid not null,
    version       text not null,
    activated_at  timestamptz not null,
    primary key (child_id, sequence)
);
