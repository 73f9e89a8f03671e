-- Forgets the processes that have written no LLM usage for a day: none of them will send a batch again.
delete from llm_usage_writers where written_at < clock() - interval '1 day';
