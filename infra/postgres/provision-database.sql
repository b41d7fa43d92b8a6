-- Once a service's database, as the superuser; may be run again. psql can run this file too.
-- Variables: database (also the name of the role that owns it), password

SELECT format('CREATE ROLE %I LOGIN', :'database') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'database') \gexec
ALTER ROLE :"database" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'database') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

-- A service reaches its own database and no other.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
