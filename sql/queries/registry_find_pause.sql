-- Says for how many ms a host still asks to be left alone; 0 or less: it does not. $1 host.
select ceil(extract(epoch from paused_until - clock()) * 1000)::int as pause_ms
from registry_hosts where host = $1::text;
