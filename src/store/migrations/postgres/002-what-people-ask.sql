-- What people have asked of a delivery, as JSON with who, why and when. The steps of the flow write
-- none of it. `cancel_due_ms`: when the target is to be asked; null once it was.
alter table deliveries add column cancel text;
alter table deliveries add column cancel_due_ms bigint;
alter table deliveries add column dismissed text;
create index deliveries_to_cancel on deliveries (cancel_due_ms)
  where cancel_due_ms is not null and verdict is null;
create index deliveries_dead on deliveries (id) where phase = 'dead' and dismissed is null;

-- What is known of the attempts before the present one: a replay keeps them.
create table attempts (
  delivery text collate "C" not null references deliveries (id),
  attempt integer not null,
  key text not null,
  target text not null,
  request text not null,
  run text,
  verdict text not null,
  reason text not null,
  ended_at_ms bigint not null,
  primary key (delivery, attempt)
);
