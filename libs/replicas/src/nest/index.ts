export { documentReadConsistency, type DocumentedOperation } from './document-read-consistency';
export { EventReads, type TokenCarrier } from './event-reads';
export { ReadConsistency, type ReadConsistencyDeclaration } from './read-consistency.decorator';
export { type HttpReadOptions } from './http-read-scope';
export { ReplicasModule, type ReplicasModuleOptions } from './replicas.module';
export { routedDataSource } from './routed-data-source';
