-- The hub's time at which the last live event that was accepted from there reached it, but for
-- answers to alerts. Whether an agency is heard from decides whether its silence says anything.
alter table kept.position add column heard_at timestamptz;
