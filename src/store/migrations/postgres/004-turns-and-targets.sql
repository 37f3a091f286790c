-- A delivery has a turn while it may be claimed to start. Its lane (rule and model) gets one turn
-- after the other, and none before those of the lanes that are being served: so all of them go
-- round, and a claim reads the first few of one index.
alter table deliveries add column lane text collate "C" not null default '';
alter table deliveries add column turn bigint;
alter table deliveries add column when_busy text not null default 'queue';
-- 1 from when it comes until, after its end, the next of its one-at-a-time key has been called.
alter table deliveries add column holds_key integer not null default 0;

update deliveries
set lane = substr(rule || ':' || (select e.model from events e where e.id = deliveries.event), 1, 200)
where phase not in ('ended', 'reported');
update deliveries set phase = 'pending' where phase = 'held';
update deliveries set holds_key = 1 where one_at_a_time is not null and verdict is null;

drop index deliveries_to_start;
create index deliveries_by_turn on deliveries (target, turn, id)
  where turn is not null and phase in ('pending', 'held', 'waiting');
create index deliveries_by_lane on deliveries (target, lane, turn)
  where turn is not null and phase in ('pending', 'held', 'waiting');
create index deliveries_without_turn on deliveries (due_at_ms)
  where turn is null and phase in ('pending', 'waiting');
create index deliveries_to_look_for on deliveries (target, due_at_ms)
  where phase in ('starting', 'uncertain');
create index deliveries_under_way on deliveries (target)
  where phase in ('starting', 'uncertain', 'running');
create index deliveries_done_with_key on deliveries (id)
  where holds_key = 1 and verdict is not null;

-- How each target stands, for all processes. Whoever claims holds these rows meanwhile, so that
-- one claims at a time.
create table targets (
  name text collate "C" primary key,
  starts_left double precision not null default 0,
  starts_left_at_ms bigint not null default 0,
  failures integer not null default 0,
  openings integer not null default 0,
  probe_at_ms bigint not null default 0,
  open_since_ms bigint not null default 0,
  reason text not null default ''
);
insert into targets (name) select distinct target from deliveries where verdict is null;

-- What SQLite brings along: the texts of a list that is handed over as JSON.
create function json_each(list text) returns table (value text) language sql immutable
  as 'select jsonb_array_elements_text(list::jsonb)';
