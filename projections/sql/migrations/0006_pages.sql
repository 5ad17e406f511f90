-- What became of a page. told_at: when the log, and the web hook if there is one, had it.
-- gathered_into: the page that it only repeats, which is told in its place.
alter table kept.page
    add column told_at timestamptz,
    add column gathered_into bigint references kept.page,
    add column resolved_at timestamptz,
    add column resolved_by text,
    add column resolution text;
create index page_untold on kept.page (page_id) where told_at is null and gathered_into is null;
create index page_gathered on kept.page (gathered_into) where gathered_into is not null;
