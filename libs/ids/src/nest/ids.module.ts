import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { type IdFormat, NodeLeaseKeeper } from '../index';
import { idFormatToken } from './inject-id-format';
import { LeaseRelease } from './lease-release';

/** Each format has a name of its own: its generator is one a process, since its order is that of one generator. */
export interface IdsModuleOptions {
  readonly formats: Readonly<Record<string, IdFormat<string>>>;
  /** Default: false, for the modules that import this one. */
  readonly isGlobal?: boolean;
}

/** As in Nest's own factories: `inject` names what `useFactory` is given. */
export type IdsFactory<T> = Pick<FactoryProvider<T>, 'inject' | 'useFactory'>;

export interface IdsModuleAsyncOptions {
  /** The modules that the factories inject from. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  /** Provided as `NodeLeaseKeeper`, and given back on shutdown once the HTTP server has closed. */
  readonly lease?: IdsFactory<NodeLeaseKeeper>;
  /** A factory a name, so that the names are known before anything is made. */
  readonly formats: Readonly<Record<string, IdsFactory<IdFormat<string>>>>;
  readonly isGlobal?: boolean;
}

/** Provides formats by name: `@InjectIdFormat('post')`, `ParseIdPipe.of('post')`. */
@Module({})
export class IdsModule {
  static forRoot({ formats, isGlobal = false }: IdsModuleOptions): DynamicModule {
    const providers = Object.entries(formats).map(([name, format]) => ({ provide: idFormatToken(name), useValue: format }));
    return { module: IdsModule, global: isGlobal, providers, exports: providers.map(({ provide }) => provide) };
  }

  static forRootAsync({ imports = [], lease, formats, isGlobal = false }: IdsModuleAsyncOptions): DynamicModule {
    const providers = Object.entries(formats).map(([name, factory]) => ({ provide: idFormatToken(name), inject: factory.inject ?? [], useFactory: factory.useFactory }));
    const leased: Provider[] = lease ? [{ ...lease, provide: NodeLeaseKeeper }, LeaseRelease] : [];
    return {
      module: IdsModule,
      global: isGlobal,
      imports,
      providers: [...leased, ...providers],
      exports: [...providers.map(({ provide }) => provide), ...(lease ? [NodeLeaseKeeper] : [])],
    };
  }
}
