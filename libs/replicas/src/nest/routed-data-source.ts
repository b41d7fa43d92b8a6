import type { DataSource, DataSourceOptions } from 'typeorm';
import { ReplicaRouter } from '../typeorm/replica-router';

/** For `TypeOrmModule.forRootAsync(…)`: a data source whose reads are routed. See {@link ReplicaRouter.dataSource} for what the options must hold. */
export function routedDataSource(options: DataSourceOptions): {
  inject: [typeof ReplicaRouter];
  useFactory: (router: ReplicaRouter) => DataSourceOptions;
  dataSourceFactory: (given?: DataSourceOptions) => Promise<DataSource>;
} {
  let router: ReplicaRouter;
  return {
    inject: [ReplicaRouter],
    // Nest hands what is injected to this factory alone, and calls it first.
    useFactory: (injected) => {
      router = injected;
      return options;
    },
    dataSourceFactory: (given) => router.dataSource(given ?? options).initialize(),
  };
}
