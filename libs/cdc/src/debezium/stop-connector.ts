import { setTimeout as sleep } from 'node:timers/promises';
import { ReconcileBlockedError } from '../errors';
import { ConnectClient, type ConnectorStatus } from './connect-client';
import { connectorName } from './connector-config';

const WITHIN_MS = 30_000;
/** A keeper that looked just before the marker was made may start the connector once more; it looks every second. */
const QUIET_MS = 3_000;
const POLL_MS = 250;

/**
 * Stops the Debezium connector of a database and waits until it has stayed stopped, so that it does not take a slot that is made
 * anew: its keeper halts at the marker of a reconciliation, but may be dead, and Debezium knows no marker.
 *
 * @throws ReconcileBlockedError if it does not stay stopped; what the REST interface throws, also where the worker is away:
 *   it would come back with the connector running
 */
export async function stopConnector(connectUrl: string, database: string): Promise<void> {
  const name = connectorName(database);
  const connect = new ConnectClient(connectUrl.replace(/\/$/, ''), name);
  const deadline = Date.now() + WITHIN_MS;
  for (let stoppedSince: number | null = null; ; await sleep(POLL_MS)) {
    const status = await connect.status();
    if (status === null) return; // there is none, and a keeper makes it stopped
    if (isStopped(status)) {
      stoppedSince ??= Date.now();
      if (Date.now() - stoppedSince >= QUIET_MS) return;
    } else {
      stoppedSince = null;
      await connect.stop();
    }
    if (Date.now() > deadline) throw new ReconcileBlockedError(`Connector "${name}" does not stay stopped. Stop the cdc process, then reconcile again.`);
  }
}

function isStopped({ connector, tasks }: ConnectorStatus): boolean {
  return connector.state === 'STOPPED' && tasks.length === 0;
}
