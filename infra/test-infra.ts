export * from './start-infra.ts';
