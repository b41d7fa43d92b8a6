-- Once a server, in the database "postgres", as its superuser; may be run again. psql can run this file too.
-- Variables: cdc_password, replicator_password

-- Who may read outboxes: each outbox migration grants SELECT on its own table to this group.
SELECT 'CREATE ROLE outbox_reader NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'outbox_reader') \gexec

-- The log reader: may replicate, and read outboxes.
SELECT 'CREATE ROLE cdc LOGIN REPLICATION' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cdc') \gexec
ALTER ROLE cdc PASSWORD :'cdc_password';
GRANT outbox_reader TO cdc;

-- The standbys.
SELECT 'CREATE ROLE replicator LOGIN REPLICATION' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator') \gexec
ALTER ROLE replicator PASSWORD :'replicator_password';
