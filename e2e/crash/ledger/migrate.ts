import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { ledgerDatabase } from './data-source';
import { ledgerConfig } from './ledger.config';

void migrateDatabase(() => ledgerDatabase(loadConfig(ledgerConfig.pick({ LEDGER_DATABASE_URL: true })).LEDGER_DATABASE_URL));
