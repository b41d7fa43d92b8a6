-- Once a standby, on the primary, as the superuser; may be run again.
-- Variables: slot

-- Reserved at once: the log from here on is kept until the standby has it.
SELECT pg_create_physical_replication_slot(:'slot', true)
  WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = :'slot');
