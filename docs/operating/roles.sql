-- The four roles and the database of a hub, on a PostgreSQL of your own (17 or later).
-- Run once, as a superuser, with psql. It asks for the four passwords by variables:
--   psql -v owner=... -v writer=... -v reader=... -v watch=... -f docs/operating/roles.sql
-- These are the roles that the embedded stack makes (deploy/embedded/postgres.py).

create role kith_owner login nosuperuser nocreaterole noreplication nobypassrls createdb password :'owner';
create role kith_writer login nosuperuser nocreaterole noreplication nobypassrls nocreatedb password :'writer';
create role kith_reader login nosuperuser nocreaterole noreplication nobypassrls nocreatedb password :'reader';
create role kith_watch login nosuperuser nocreaterole noreplication nobypassrls nocreatedb password :'watch';

alter role kith_owner set lock_timeout = '10s';
alter role kith_owner set idle_in_transaction_session_timeout = '60s';
-- Seconds, so that whatever goes wrong, nobody waits for ever.
alter role kith_writer set lock_timeout = '2s';
alter role kith_writer set statement_timeout = '20s';
alter role kith_writer set transaction_timeout = '30s';
alter role kith_writer set idle_in_transaction_session_timeout = '10s';
alter role kith_reader set default_transaction_read_only = 'on';
alter role kith_reader set lock_timeout = '2s';
alter role kith_reader set statement_timeout = '30s';
alter role kith_reader set idle_in_transaction_session_timeout = '30s';
alter role kith_watch set lock_timeout = '2s';
alter role kith_watch set statement_timeout = '20s';
alter role kith_watch set transaction_timeout = '30s';
alter role kith_watch set idle_in_transaction_session_timeout = '10s';

-- A waiter may end a writer that was stopped while it held a lock; for that the owner of the function
-- that does it must be a member of the writer's role (projections/sql/privileges.sql).
grant kith_writer, kith_reader, kith_watch to kith_owner;

create database kith owner kith_owner;
