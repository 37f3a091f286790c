-- The run that has a start key, once it has said so with "signalbox claim": the first one. Another
-- run that carries the same key has come too late, and is told to stop.
create table run_claims (
  key text primary key,
  delivery text collate "C" not null references deliveries (id),
  attempt integer not null,
  run text not null,
  at_ms bigint not null
);
create index deliveries_of_key on deliveries (key) where phase in ('starting', 'uncertain', 'running');
