-- What a callback says and how it is sent, and that no job's end ever fails because of one.

alter table callbacks
  add column origin text,                                -- where the caller reaches this server; null: not known
  add column external_id text,                           -- of the request; null: the job's own
  add column told_at timestamptz;                        -- when a delivery was last queued; null: never

create index callbacks_untold on callbacks (created_at) where told_at is null;

alter table callback_deliveries
  add column body text,                                  -- as it is first sent, and then at every try
  add column next_try_at timestamptz default clock();    -- null: it is not tried again by itself

create index callback_deliveries_pending on callback_deliveries (queued_at) where status = 'pending';

-- Puts deliveries to graphile-worker, as the only job of their key: one that is there begins again, at once.
--
-- Its backoff, e^attempt seconds but e^10 at most, makes 28 hours of 14 tries. By the flag, its host, a process keeps some of
-- its places for others.
create function send_deliveries(delivery_ids uuid[]) returns void language plpgsql as $$
begin
  perform graphile_worker.add_job(
    'send_callback', json_build_object('delivery_id', d.id), max_attempts := 14, job_key := 'callback ' || d.id,
    flags := array['host ' || lower(substring(c.url from '^[^:]+://([^/?#]*)'))])
  from callback_deliveries d join callbacks c on c.id = d.callback_id
  where d.id = any (delivery_ids);
end $$;

-- The deliveries are there when graphile-worker is not: mend_callbacks puts them to it later.
create or replace function queue_deliveries(callback_ids uuid[]) returns void language plpgsql as $$
declare
  queued uuid[];
begin
  if cardinality(callback_ids) = 0 then return; end if;
  update callbacks set told_at = clock() where id = any (callback_ids);
  queued := array(select deliver(callback_ids));
  begin
    perform send_deliveries(queued);
  exception when others then
    raise warning 'callbacks are queued later: %', sqlerrm;
  end;
end $$;

-- Tells the callbacks of a job that has ended; with a live child they wait for that instead.
create function tell(callback_ids uuid[]) returns void language plpgsql as $$
declare
  moved uuid[];
begin
  with children as (
    select distinct on (c.id) c.id as callback_id, child.id
    from callbacks c join jobs child on child.parent_id = c.waits_for and child.status in ('queued', 'running')
    where c.id = any (callback_ids)
    order by c.id, child.id
  ), moving as (
    update callbacks set waits_for = children.id from children where callbacks.id = children.callback_id
    returning callbacks.id
  )
  select array(select id from moving) into moved;
  perform queue_deliveries(array(select unnest(callback_ids) except select unnest(moved)));
end $$;

-- Never in the way of the job's end: it waits for a lock for half a second, once a transaction, and gives up rather than
-- raise. mend_callbacks tells later what was not told here.
create or replace function tell_callbacks() returns trigger language plpgsql set lock_timeout = '500ms' as $$
begin
  if current_setting('sonda.tell_callbacks_later', true) = 'yes' then return null; end if;
  perform tell(array(select id from callbacks where waits_for = new.id));
  return null;
exception when others then
  raise warning 'callbacks are told later: %', sqlerrm;
  perform set_config('sonda.tell_callbacks_later', 'yes', true);
  return null;
end $$;

-- Tells those of the callbacks that nobody has told although what they wait for has ended.
create function tell_ended(callback_ids uuid[]) returns void language plpgsql as $$
declare
  of_jobs uuid[] := array(
    select c.id from callbacks c join jobs on jobs.id = c.waits_for and is_ended(jobs.status)
    where c.id = any (callback_ids) and c.told_at is null for update of c skip locked);
  of_batches uuid[] := array(
    select c.id from callbacks c join batches on batches.id = c.batch_id and batches.ended_at is not null
    where c.id = any (callback_ids) and c.told_at is null for update of c skip locked);
begin
  update jobs set is_watched = true
  where not is_watched and status in ('queued', 'running')
    and parent_id = any (array(select waits_for from callbacks where id = any (of_jobs)));
  perform tell(of_jobs);
  perform queue_deliveries(of_batches);
end $$;

-- Sees to what fell between: ends that were not told, deliveries that graphile-worker does not have, and those that a dead
-- process had in hand. A try takes a quarter of a minute; whoever has had one in hand for longer than $1 is dead or frozen.
-- graphile-worker itself would wait four hours.
create function mend_callbacks(silent interval) returns void language plpgsql as $$
begin
  perform graphile_worker.force_unlock_workers(array(
    select distinct locked_by from graphile_worker.jobs
    where task_identifier = 'send_callback' and locked_at < clock() - silent));
  -- The last try was begun and never ended, or somebody sent it again meanwhile.
  perform graphile_worker.complete_jobs(array(
    select id from graphile_worker.jobs
    where task_identifier = 'send_callback' and attempts >= max_attempts and locked_at is null));
  perform tell_ended(array(
    select c.id from callbacks c left join jobs on jobs.id = c.waits_for left join batches on batches.id = c.batch_id
    where c.told_at is null and (is_ended(jobs.status) or batches.ended_at is not null)
    order by c.created_at limit 1000));
  perform send_deliveries(array(
    select d.id from callback_deliveries d
    where d.status = 'pending' and d.queued_at < clock() - silent
      and not exists (select from graphile_worker.jobs where jobs.key = 'callback ' || d.id)
    order by d.queued_at limit 1000));
end $$;
