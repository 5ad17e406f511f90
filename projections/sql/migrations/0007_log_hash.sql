-- The hash of the entry before that offset: whether the log still ends as it did.
alter table kept.log_read add column last_hash bytea;
