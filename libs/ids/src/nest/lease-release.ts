import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { NodeLeaseKeeper } from '../index';

/** In the last phase of a shutdown: until the HTTP server has closed, requests may still ask for ids. */
@Injectable()
export class LeaseRelease implements OnApplicationShutdown {
  private readonly logger = new Logger('IdsModule');

  constructor(private readonly keeper: NodeLeaseKeeper) {}

  async onApplicationShutdown(): Promise<void> {
    const nodeId = this.keeper.lease?.nodeId;
    try {
      await this.keeper.release();
    } catch (error) {
      // It ends by itself; what else shuts down must not wait for that.
      this.logger.warn(`The lease of node id ${nodeId} was not given back, and blocks it until it ends: ${String(error)}`);
    }
  }
}
