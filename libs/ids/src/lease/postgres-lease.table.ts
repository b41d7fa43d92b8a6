/**
 * The table of `PostgresLeaseStore`: run it in a migration, as the role that generates. All times are milliseconds since 1970
 * of the database's own clock. Rows are made when they are first needed and never deleted: a deleted row is a forgotten
 * high-water mark. It must survive a crash, so it is not UNLOGGED, and a standby that may be promoted must have it
 * (`synchronous_standby_names`), else leases granted in the last moments are granted again.
 */
export const CREATE_NODE_LEASE_TABLE = `
  CREATE TABLE ids_node_lease (
    pool text NOT NULL CHECK (length(pool) BETWEEN 1 AND 200),
    node_id integer NOT NULL CHECK (node_id >= 0),
    -- Grows with each holder of the node id; 0: nobody has had it.
    fencing_token bigint NOT NULL DEFAULT 0,
    holder text NOT NULL DEFAULT '',
    expires_at bigint NOT NULL DEFAULT 0,
    -- Nobody gets the node id before.
    rests_until bigint NOT NULL DEFAULT 0,
    -- The high-water mark: ids up to this timestamp may exist.
    may_issue_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, node_id)
  )`;

export const DROP_NODE_LEASE_TABLE = 'DROP TABLE ids_node_lease';

const NOW = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** $1 pool, $2 min, $3 max, $4 holder, $5 ttl, $6 rest, $7 skew, $8 ahead. A row that another one is taking is passed over. */
export const TAKE = `
  WITH clock AS MATERIALIZED (SELECT ${NOW} AS now),
  free AS (
    SELECT node_id, may_issue_until AS not_before, now,
      greatest(may_issue_until, now + $5::bigint + $7::bigint + $8::bigint) AS mark
    FROM ids_node_lease, clock
    WHERE pool = $1 AND node_id BETWEEN $2::integer AND $3::integer AND rests_until < now
    ORDER BY rests_until, node_id LIMIT 1
    FOR UPDATE OF ids_node_lease SKIP LOCKED)
  UPDATE ids_node_lease AS lease SET
    fencing_token = lease.fencing_token + 1, holder = $4, expires_at = now + $5::bigint, may_issue_until = mark,
    rests_until = greatest(now + $5::bigint + $6::bigint, mark + $7::bigint)
  FROM free WHERE lease.pool = $1 AND lease.node_id = free.node_id
  RETURNING lease.node_id, lease.fencing_token::text, not_before::text, mark::text`;

/** Makes rows that are missing, some at a time. 0: there is a row for every node id of the range. */
export const ADD_ROWS = `
  WITH missing AS (
    SELECT n FROM generate_series($2::integer, $3::integer) AS n
    WHERE NOT EXISTS (SELECT FROM ids_node_lease WHERE pool = $1 AND node_id = n)
    ORDER BY n LIMIT 64),
  added AS (INSERT INTO ids_node_lease (pool, node_id) SELECT $1, n FROM missing ON CONFLICT DO NOTHING)
  SELECT count(*)::integer AS missing FROM missing`;

/** $1 pool, $2 node id, $3 token, $4 ttl, $5 rest, $6 skew, $7 ahead, $8 holder. */
export const RENEW = `
  WITH clock AS MATERIALIZED (SELECT ${NOW} AS now)
  UPDATE ids_node_lease SET
    expires_at = now + $4::bigint,
    may_issue_until = greatest(may_issue_until, now + $4::bigint + $6::bigint + $7::bigint),
    rests_until = greatest(rests_until, now + $4::bigint + $5::bigint, greatest(may_issue_until, now + $4::bigint + $6::bigint + $7::bigint) + $6::bigint)
  FROM clock
  WHERE pool = $1 AND node_id = $2::integer AND fencing_token = $3::bigint AND holder = $8 AND expires_at > now
  RETURNING may_issue_until::text AS mark`;

/** $1 pool, $2 node id, $3 token, $4 rest, $5 skew, $6 issued until, $7 holder. */
export const RELEASE = `
  WITH clock AS MATERIALIZED (SELECT ${NOW} AS now)
  UPDATE ids_node_lease SET
    expires_at = now, may_issue_until = least(may_issue_until, $6::bigint),
    rests_until = greatest(now + $4::bigint, least(may_issue_until, $6::bigint) + $5::bigint)
  FROM clock
  WHERE pool = $1 AND node_id = $2::integer AND fencing_token = $3::bigint AND holder = $7 AND expires_at > now`;
