import { Switchboard } from '@madang/lab/nest';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** What the naive modes are among the levels of `@madang/replicas`: any replica for each read, as TypeORM itself chooses; or one by the hash of the id. */
const LEVELS: Readonly<Record<string, string>> = { 'random-replica': 'eventual', pinned: 'pinned' };

/**
 * Takes each request for one that has asked for the naive level, whatever it has asked for; so answers still say where they were read. As its hook is added while modules are made, it
 * runs before that of the replicas' module, which reads the header.
 */
@Injectable()
export class NaiveReads {
  constructor({ httpAdapter }: HttpAdapterHost, switches: Switchboard) {
    httpAdapter.getInstance<FastifyInstance>().addHook('onRequest', (request, _reply, done) => {
      const level = LEVELS[switches.mode('reads')];
      if (level !== undefined) request.headers['x-consistency-level'] = level;
      done();
    });
  }
}
