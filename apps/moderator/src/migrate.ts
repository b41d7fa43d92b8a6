import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { moderatorDatabase } from './data-source';
import { moderatorConfig } from './moderator.config';

void migrateDatabase(() => moderatorDatabase(loadConfig(moderatorConfig.pick({ MODERATOR_DATABASE_URL: true })).MODERATOR_DATABASE_URL));
