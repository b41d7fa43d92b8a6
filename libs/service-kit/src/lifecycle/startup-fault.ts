import { ConfigError } from '../config/load-config';
import { dependencyFault } from '../errors/dependency-errors';

/** A sentence for the faults that whoever started the service can put right; undefined for anything else. */
export function startupFault(error: unknown, portVariable: string): string | undefined {
  if (error instanceof ConfigError) {
    const lines = error.faults.map(({ variable, problem }) => `  ${variable} ${problem}`);
    return ['the configuration is not usable, nothing was started:', ...lines].join('\n');
  }
  if (!(error instanceof Error)) return undefined;
  if (!('syscall' in error) || error.syscall !== 'listen' || !('code' in error)) {
    return dependencyFault(error) === undefined ? undefined : `a dependency does not answer: ${messageOf(error)}`;
  }
  const address = 'address' in error && 'port' in error ? `${String(error.address)}:${String(error.port)}` : 'its address';
  switch (error.code) {
    case 'EADDRINUSE':
      return `${portVariable}: another process already listens on ${address}; stop it or choose another port`;
    case 'EACCES':
      return `${portVariable}: listening on ${address} is not permitted; choose a port above 1023`;
    case 'EINVAL':
      return 'LISTEN_FD is no bound TCP socket; leave it out to listen on the port';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is not an address of this machine`;
    default:
      return undefined;
  }
}

/** An AggregateError (every address of a host refused) has no message of its own. */
function messageOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : error.name;
}

/** The environment variable that a selector such as `(config) => config.MEMBER_PORT` reads, for messages. */
export function variableReadBy<C extends object>(config: C, select: (config: C) => unknown): string {
  let variable = 'the port';
  const recorder = new Proxy(config, {
    get: (target, key) => {
      variable = String(key);
      return Reflect.get(target, key) as unknown;
    },
  });
  select(recorder);
  return variable;
}
