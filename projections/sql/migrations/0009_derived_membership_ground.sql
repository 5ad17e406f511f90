-- What a membership follows from; empty where a person made it. One team may be on the network for
-- several reasons at once, from the same instant on.
alter table derived.membership add column ground text not null default '';
alter table derived.membership drop constraint membership_pkey;
alter table derived.membership add primary key (child_id, agency, team, role, starts_at, ground);
