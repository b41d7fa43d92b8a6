export { bootstrap } from './bootstrap';
export { createService, type Service, type ServiceOptions } from './create-service';
export { ConfigError, type ConfigFault, loadConfig } from './config/load-config';
export { brokers, csv, httpUrl, integer, namedPostgresUrls, port, postgresUrl, privateKey, privateKeys, redisUrl, secret } from './config/fields';
export { AuthModule, type AuthOptions } from './auth/auth.module';
export { CurrentMember } from './auth/current-member.decorator';
export { MemberStatus } from './auth/member-status';
export { Admin, Public } from './auth/public.decorator';
export { TokenVerifier } from './auth/token-verifier';
export { Problem } from './errors/problem';
export { ProblemFilter } from './errors/problem.filter';
export { type ProblemDetails, ProblemError } from './errors/problem-error';
export { toProblemError } from './errors/to-problem-error';
export {
  BadRequestProblem,
  ConflictProblem,
  ForbiddenProblem,
  NotFoundProblem,
  TooManyRequestsProblem,
  UnauthorizedProblem,
  UnavailableProblem,
} from './errors/problems';
export { boundedPostgres } from './database/bounded-postgres';
export { rowIds } from './database/row-ids';
export { migrateDatabase } from './database/migrate-database';
export { healthCheck } from './health/health-check.provider';
export { type HealthCheck, HealthRegistry } from './health/health-registry';
export { Ending } from './lifecycle/ending';
export { Fails, Returns } from './openapi/outcomes.decorator';
export { createLogger } from './telemetry/logger';
export { isTraced, startTracing } from './telemetry/start-tracing';
export { queryInteger, text, uuid } from './validation/fields';
export { encodeCursor, pageOf, pageQuery, toPage } from './validation/page';
