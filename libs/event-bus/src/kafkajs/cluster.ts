import type { Kafka, KafkaMessage } from 'kafkajs';

export const READ_UNCOMMITTED = 0;

/** The part of KafkaJS 2.2.4's cluster that reads without a consumer group; KafkaJS has no types for it. */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  metadata(): Promise<{ topicMetadata: { topic: string; partitionMetadata: { partitionId: number }[] }[] }>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(node: { nodeId: string }): Promise<{ fetch(request: FetchRequest): Promise<FetchResponse> }>;
  fetchTopicsOffset(
    topics: readonly { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

export interface FetchRequest {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[] }[];
}

export interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly highWatermark: string; readonly messages: readonly (KafkaMessage & { isControlRecord: boolean })[] }[];
  }[];
}

/** Connected. Whoever opens it disconnects it. */
export async function openCluster(kafka: Kafka): Promise<Cluster> {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster');
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (typeof create !== 'function') throw new Error('This KafkaJS is not 2.2.4: see how its cluster is made and mend openCluster');
  const cluster = (create as (options: object) => Cluster)({ allowAutoTopicCreation: false, isolationLevel: READ_UNCOMMITTED, metadataMaxAge: 300_000 });
  await cluster.connect();
  return cluster;
}
