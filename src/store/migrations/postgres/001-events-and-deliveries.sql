-- What happened. `identity` is the key against doubles: a second telling inserts nothing. Its
-- index leads with the time that every telling names, so that new rows land at the end of it.
create table events (
  id text collate "C" primary key,
  identity text not null,
  told_at_ms bigint not null,
  source text not null,
  type text not null,
  model text not null,
  version text not null,
  occurred_at_ms bigint not null,
  received_at_ms bigint not null,
  recovered integer not null,
  fields text not null,
  unique (source, told_at_ms, identity)
);
create index events_by_version on events (source, model, version) where recovered = 1;
create index events_by_time on events (received_at_ms);

-- One event × one matching rule. Whoever works on one has its lease; `epoch` counts the hands that
-- it went through, so that one who has lost it can write nothing. Without a verdict it is open.
create table deliveries (
  id text collate "C" primary key,
  event text collate "C" not null references events (id),
  rule text not null,
  target text not null,
  phase text not null,
  attempt integer not null,
  key text not null,
  request text not null,
  one_at_a_time text,
  requirement text,
  reports text not null,
  tries integer not null,
  intended_at_ms bigint,
  since_ms bigint not null,
  due_at_ms bigint not null,
  created_at_ms bigint not null,
  run text,
  seen text,
  seen_at_ms bigint,
  verdict text,
  reason text not null,
  owner text,
  epoch integer not null default 0,
  leased_until_ms bigint not null default 0,
  unique (event, rule)
);
create index deliveries_to_start on deliveries (due_at_ms, id)
  where phase in ('pending', 'held', 'waiting', 'uncertain', 'starting');
create index deliveries_to_follow on deliveries (due_at_ms) where phase = 'running';
create index deliveries_owned on deliveries (owner) where owner is not null;
create index deliveries_open_of_key on deliveries (one_at_a_time, id)
  where one_at_a_time is not null and verdict is null;
-- Whatever else goes wrong: of one key, one is under way.
create unique index deliveries_one_at_a_time on deliveries (one_at_a_time)
  where phase in ('starting', 'waiting', 'uncertain', 'running');

-- Every step of every delivery, with its reason: the timeline.
create table transitions (
  id bigint generated always as identity primary key,
  delivery text collate "C" not null references deliveries (id),
  at_ms bigint not null,
  phase text not null,
  reason text not null
);
create index transitions_of on transitions (delivery, id);

-- What is still to be written back, and what became of it.
create table reports (
  delivery text collate "C" not null references deliveries (id),
  form text not null,
  state text not null,
  tries integer not null,
  due_at_ms bigint not null,
  at_ms bigint not null,
  reason text not null,
  primary key (delivery, form)
);
create index reports_due on reports (due_at_ms) where state in ('pending', 'writing');

-- Requests that were turned away: counted, never kept.
create table refusals (
  source text not null,
  reason text not null,
  count integer not null,
  last_at_ms bigint not null,
  primary key (source, reason)
);

-- Where each model version stood when it was last heard of, so that a missed change shows.
create table standings (
  source text not null,
  model text not null,
  version text not null,
  stage text not null,
  changed_at_ms bigint not null,
  recovered integer not null,
  primary key (source, model, version)
);

-- When each source was last compared with the inbox.
create table surveys (
  source text primary key,
  at_ms bigint not null
);
