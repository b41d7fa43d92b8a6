import { ProblemError } from '@madang/service-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** The forms of the pages have no fields: that is all that is taken besides JSON. */
@Injectable()
export class EmptyForms implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => {
      if (body.length === 0) done(null, undefined);
      else done(new ProblemError(415, 'unsupported-media-type', { detail: 'Send the body as application/json.' }));
    });
  }
}
