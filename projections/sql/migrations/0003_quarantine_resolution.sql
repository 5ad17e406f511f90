-- Why a steward discarded what was in quarantine. Names and numbers of people stay out of it.
alter table kept.quarantine add column resolution text;
