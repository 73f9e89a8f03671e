-- Since when a worker's signs of life have come without a gap, by the database's clock: only such a worker may say who is
-- dead. A statement can lie in a frozen server for half a minute, and then nobody has beaten.
alter table workers add column unbroken_since timestamptz not null default clock();
