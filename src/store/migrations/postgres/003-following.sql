-- Runs are followed target by target, so that one target which does not answer keeps no other
-- waiting; and a target may tell us of a run by its id.
alter table deliveries add column run_id text;
update deliveries set run_id = run::json ->> 'id' where run is not null;
create index deliveries_to_follow_of on deliveries (target, due_at_ms) where phase = 'running';
create index deliveries_by_run on deliveries (target, run_id) where phase = 'running';
drop index deliveries_to_follow;
