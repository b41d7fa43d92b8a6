-- Once a database with an outbox, after provision-database.sql, as the superuser; may be run again. psql can run this file too.
-- Variables: database

GRANT CONNECT ON DATABASE :"database" TO outbox_reader;

-- The slot exists before the first row can: whatever is committed from here on reaches the reader, however late that starts.
-- Never once there is an outbox: a slot that is missing then was lost, and one made in silence would skip what came in between.
-- failover = true: a standby may take the slot over.
\connect :"database"
SELECT pg_create_logical_replication_slot('outbox_' || :'database', 'pgoutput', false, false, true)
  WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'outbox_' || :'database') AND to_regclass('public.outbox') IS NULL;
