import { CdcError, NothingToReconcileError, type ReconcileReason } from '@madang/cdc';
import { createKafka } from '@madang/event-bus';
import { ConfigError, loadConfig } from '@madang/service-kit';
import { Logger } from '@nestjs/common';
import { cdcConfig, serversByDatabase } from './cdc.config';
import { reconcileDatabase } from './reconcile-database';

/** `node reconcile.js DATABASE [--force]`: heals a slot that is missing or lost, and says what it does. Exit code 1 if it could not. */
async function main([database = '', ...flags]: readonly string[]): Promise<void> {
  Logger.overrideLogger(['warn', 'error']); // what it has to say stands below, for a person
  const config = loadConfig(cdcConfig.pick({ CDC_DATABASE_URLS: true, KAFKA_BROKERS: true, CDC_ENGINE: true, CDC_CONNECT_URL: true }));
  const databases = serversByDatabase(config.CDC_DATABASE_URLS);
  const servers = databases.get(database);
  if (!servers) throw new UsageError(`There is no database "${database}". There are: ${[...databases.keys()].join(', ')}`);
  const say = (message: string, details: object = {}): void => console.log(message, ...Object.entries(details).map((pair) => pair.join('=')));
  const kafka = createKafka({ clientId: 'cdc-reconcile', brokers: config.KAFKA_BROKERS });
  const logger = { info: say, warn: say, error: say };
  const connectUrl = config.CDC_ENGINE === 'debezium' ? config.CDC_CONNECT_URL : null;
  const report = await reconcileDatabase({ database, servers, kafka, connectUrl, force: flags.includes('--force'), logger });
  const { found, rowsRetained, rowsInTopic, rowsPublished } = report;
  console.log(`${FOUND[found](database)} Of ${rowsRetained} rows in the outbox, ${rowsPublished} were published now; the topic held ${rowsInTopic}. Readers go on within seconds.`);
}

const FOUND: Readonly<Record<ReconcileReason, (database: string) => string>> = {
  missing: (database) => `The slot of ${database} was missing and was made anew.`,
  lost: (database) => `The slot of ${database} was lost and was made anew.`,
  unfinished: (database) => `An earlier reconciliation of ${database} had been broken off and was finished.`,
  forced: (database) => `The slot of ${database} was in order; outbox and topic were compared all the same.`,
};

class UsageError extends Error {}

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected = error instanceof CdcError || error instanceof ConfigError || error instanceof UsageError;
  console.error(expected ? error.message : error);
  if (error instanceof NothingToReconcileError) console.error('That is: the same command with --force.');
  if (!expected) console.error('Nothing is lost by this: run the same command again, and it goes on where it was.');
  process.exitCode = 1;
});
