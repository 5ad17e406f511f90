-- Who may do what. Applied after every migration, so it must be repeatable.
-- kith_writer appends; kith_reader reads; kith_watch reads and writes pages;
-- none owns anything, none can change what the log says (entries are never updated or deleted).

grant usage on schema kept, derived to kith_writer, kith_reader, kith_watch;

grant select, insert on all tables in schema derived to kith_writer;
grant update on derived.child, derived.standing, derived.membership, derived.alert,
    derived.notification, derived.expectation, derived.awaited to kith_writer;

grant select, insert on all tables in schema kept to kith_writer;
grant update on kept.position, kept.quarantine, kept.outbox_notification, kept.alert_number,
    kept.scenario_time, kept.clock, kept.recorded to kith_writer;
grant delete on kept.outbox_entry, kept.outbox_notification, kept.scenario_time to kith_writer;
grant update on kept.log_read to kith_writer;
revoke update on kept.hub from kith_writer;
grant update (caught_up, numbers_known) on kept.hub to kith_writer;

grant select on all tables in schema derived to kith_reader, kith_watch;
grant select on kept.hub, kept.position, kept.recorded, kept.quarantine, kept.outbox_entry,
    kept.outbox_notification, kept.alert_number, kept.page, kept.scenario_time, kept.clock,
    kept.log_read to kith_reader, kith_watch;
grant insert on kept.page to kith_watch;
grant update (told_at, gathered_into) on kept.page to kith_watch;
grant update (resolved_at, resolved_by, resolution) on kept.page to kith_writer;

-- A stopped process can hold a row lock in spite of every time-out, so a waiter may end
-- writers whose transaction is older than it should ever be. Only writers, only here.
create or replace function kept.end_stale_writers(older_than interval) returns integer
language sql security definer set search_path = pg_catalog as $$
    select count(pg_terminate_backend(pid))::integer
    from pg_stat_activity
    where datname = current_database() and usename = 'kith_writer'
      and pid <> pg_backend_pid() and xact_start < clock_timestamp() - older_than
$$;
revoke all on function kept.end_stale_writers(interval) from public;
grant execute on function kept.end_stale_writers(interval) to kith_writer;
