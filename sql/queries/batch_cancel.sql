-- Notes that a batch wants none of its jobs any longer. $1 batch.
update batches set cancelled_at = clock() where id = $1::uuid and cancelled_at is null;
