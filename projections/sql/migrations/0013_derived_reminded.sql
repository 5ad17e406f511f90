-- Whether an answer was asked for again before its deadline: that is done once.
alter table derived.expectation add column reminded boolean not null default false;
