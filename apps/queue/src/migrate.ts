import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { queueDatabase } from './data-source';
import { queueConfig } from './queue.config';

void migrateDatabase(() => queueDatabase(loadConfig(queueConfig.pick({ QUEUE_DATABASE_URL: true })).QUEUE_DATABASE_URL));
