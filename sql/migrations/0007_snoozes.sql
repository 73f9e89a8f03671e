-- How often a job has been put off without a try spent; a retry starts over.
alter table jobs add column snoozes smallint not null default 0;
