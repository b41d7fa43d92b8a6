import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { chatConfig } from './chat.config';
import { chatDatabase } from './data-source';

void migrateDatabase(() => chatDatabase(loadConfig(chatConfig.pick({ CHAT_DATABASE_URL: true })).CHAT_DATABASE_URL));
