import { loadConfig, migrateDatabase } from '@madang/service-kit';
import { memberDatabase } from './data-source';
import { memberConfig } from './member.config';

void migrateDatabase(() => memberDatabase(loadConfig(memberConfig.pick({ MEMBER_DATABASE_URL: true })).MEMBER_DATABASE_URL));
