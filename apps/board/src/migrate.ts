import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { boardConfig } from './board.config';
import { boardDatabase } from './data-source';

void migrateDatabase(() => boardDatabase(loadConfig(boardConfig.pick({ BOARD_DATABASE_URL: true })).BOARD_DATABASE_URL));
