import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../core/wait-until.ts';
import type { PortClaim, ProcessDefinition } from '../process/process-definition.ts';
import { runTool, type ToolContext } from '../process/run-tool.ts';
import { connectTo, postgresUrl, queryOnce } from './connect.ts';
import { copyLiving } from './copy-living.ts';
import { buildAtomically, giveTo, holdsCluster, launchAs, writeConfiguration, type Settings } from './data-directory.ts';
import { placesOf, type ServerPlaces } from './places.ts';
import { provisionStandby, type PostgresPasswords } from './provision.ts';

export interface StandbyOptions {
  readonly name: string;
  readonly claim: PortClaim;
  readonly dataDirectory: string;
  readonly profiles: readonly string[];
  readonly passwords: PostgresPasswords;
  /** Takes the primary's failover slots over, so that the log reader can go on here after a promotion. */
  readonly syncsSlots?: boolean;
  readonly primary: { readonly name: string; readonly port: number; readonly dataDirectory: string };
}

/** A streaming standby on a physical slot of its own. Made by a copy of the running primary, so it can be added at any time. */
export function standby(options: StandbyOptions): ProcessDefinition {
  const { claim, passwords, primary } = options;
  const { port } = claim;
  const slot = slotOfStandby(options.name);
  // The worker that copies the slots speaks SQL, so it needs a database; any will do.
  const slotSync = options.syncsSlots ? { database: 'dbname=postgres', settings: SLOT_SYNC } : { database: '', settings: {} };
  const places = placesOf(options.dataDirectory);
  const url = postgresUrl('postgres', passwords.superuser, port, 'postgres');
  let isFirstLife = true;
  return {
    name: options.name,
    kind: 'service',
    dependsOn: [primary.name],
    ports: [claim],
    prepare: async (context) => {
      if (!holdsCluster(places.dataDirectory)) {
        await provisionStandby(slot, primary.port, passwords);
        await copyPrimary(places, options, context);
      }
      if (isFirstLife) forgetDelay(places.dataDirectory);
      isFirstLife = false;
      writeConfiguration(places, options.profiles, {
        port,
        listen_addresses: '127.0.0.1',
        cluster_name: options.name,
        primary_slot_name: slot,
        primary_conninfo: `host=127.0.0.1 port=${primary.port} user=replicator password=${passwords.replicator} application_name=${options.name} ${slotSync.database}`,
        ...slotSync.settings,
      });
    },
    launch: () => launchAs(places, 'postgres', ['-D', places.dataDirectory]),
    checkHealth: async () => {
      const [row] = await queryOnce<{ standby: boolean }>(url, 'SELECT pg_is_in_recovery() AS standby');
      if (!row?.standby) throw new Error('is not a standby');
    },
    // A standby without its primary still answers reads, so that it streams is waited for but not demanded.
    afterHealthy: () => untilStreaming(url).catch(() => undefined),
    stopSignal: 'SIGINT',
    stopGraceMs: 20_000,
  };
}

/** A delay that somebody has told it by `ALTER SYSTEM` (the lab does) outlives its process, and not the runner. */
function forgetDelay(dataDirectory: string): void {
  const file = join(dataDirectory, 'postgresql.auto.conf');
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.filter((line) => !line.startsWith('recovery_min_apply_delay')).join('\n'));
}

/** The physical slot through which a standby streams. */
export function slotOfStandby(name: string): string {
  return name.replaceAll('-', '_');
}

/** Without the feedback the primary could remove catalogue rows that a copied slot still needs: it would be invalidated. */
export const SLOT_SYNC: Settings = { sync_replication_slots: 'on', hot_standby_feedback: 'on' };

async function untilStreaming(url: string): Promise<void> {
  const streaming = async (): Promise<void> => {
    const rows = await queryOnce(url, "SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming'");
    if (rows.length === 0) throw new Error('does not stream');
  };
  await waitUntil(streaming, { what: 'streaming', timeoutMs: 10_000 });
}

/** What pg_basebackup does, which the npm package lacks. The standby fetches the log of the copy's duration through its slot. */
async function copyPrimary(places: ServerPlaces, { name, primary, passwords }: StandbyOptions, context: ToolContext): Promise<void> {
  const source = placesOf(primary.dataDirectory).dataDirectory;
  await buildAtomically(places, async (unfinished) => {
    const session = await connectTo(postgresUrl('postgres', passwords.superuser, primary.port, 'postgres'));
    try {
      await session.query("SELECT pg_backup_start($1, fast => true)", [name]);
      const copied = readdirSync(source).filter((entry) => !NOT_COPIED.has(entry));
      const paths = copied.map((entry) => join(source, entry));
      await runTool(`copy-${name}`, launchAs(places, '/bin/sh', copyLiving(paths, unfinished)), context);
      const { rows } = await session.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)');
      const [label] = rows;
      if (!label) throw new Error('pg_backup_stop returned no label');
      writeFileSync(join(unfinished, 'backup_label'), label.labelfile);
    } finally {
      await session.end();
    }
    writeFileSync(join(unfinished, 'standby.signal'), '');
    for (const directory of ['pg_wal', 'pg_replslot']) mkdirSync(join(unfinished, directory), { mode: 0o700 });
    for (const entry of ['backup_label', 'standby.signal', 'pg_wal', 'pg_replslot']) giveTo(places, join(unfinished, entry));
    if (!existsSync(join(unfinished, 'PG_VERSION'))) throw new Error(`${source} was not copied`);
    chmodSync(unfinished, 0o700);
  });
}

/** The primary's own log, slots (a second owner of them would never confirm) and marks of the running process. */
const NOT_COPIED: ReadonlySet<string> = new Set(['pg_wal', 'pg_replslot', 'postmaster.pid', 'postmaster.opts']);
