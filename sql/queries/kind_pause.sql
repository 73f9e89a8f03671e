-- Stops the claiming of a kind. $1 kind.
insert into paused_kinds (kind) values ($1::text) on conflict do nothing;
