import { connectEventBus } from '@madang/event-bus';
import { bootstrap } from '@madang/service-kit';
import { ledgerConfig } from './ledger.config';
import { LedgerModule } from './ledger.module';

void bootstrap({
  name: 'ledger',
  title: 'Ledger of the crash tests',
  description: 'Writes down each event that takes effect.',
  config: ledgerConfig,
  module: (config) => LedgerModule.forRoot(config),
  port: (config) => config.LEDGER_PORT,
  connect: connectEventBus,
});
