-- Which version of the extraction wrote the row: what another one wrote is asked for whole, not whether it has changed.
-- Null for what was read before this column was.
alter table pages add column extraction_version integer;
