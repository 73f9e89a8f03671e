-- Lets a kind be claimed again. $1 kind.
delete from paused_kinds where kind = $1::text;
