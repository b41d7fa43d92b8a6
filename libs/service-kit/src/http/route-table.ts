import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../errors/problem-error';
import { NotFoundProblem } from '../errors/problems';

/** Knows which methods a path has, so that a wrong method is told from a wrong path (RFC 9110, 15.5.6). */
@Injectable()
export class RouteTable {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** Must run before the first route is registered. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', ({ url, method }) => {
      // The wildcards (assets, preflights) answer no method but their own.
      if (url.includes('*')) return;
      const route = this.routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
      for (const name of [method].flat()) route.methods.add(name);
      this.routes.set(url, route);
    });
  }

  /** The problem of a request that no route took: 405 with `Allow`, or 404. */
  problemFor(method: string, url: string): ProblemError {
    const path = url.split('?', 1)[0] ?? '';
    // `/members/me` is its own resource, although the pattern `/members/:id` fits it too.
    const literal = this.routes.get(path);
    const matches = literal === undefined ? [...this.routes.values()].filter(({ pattern }) => pattern.test(path)) : [literal];
    const allowed = [...new Set(matches.flatMap(({ methods }) => Array.from(methods)))].sort();
    if (allowed.length === 0 || allowed.includes(method)) {
      return new NotFoundProblem('route-not-found', { detail: 'There is nothing at this path. See /docs.' });
    }
    const allow = allowed.join(', ');
    return new ProblemError(405, 'method-not-allowed', { detail: `This path takes ${allow}.`, headers: { allow } });
  }
}

function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/:[^/.-]+/g, '[^/]+')}/?$`);
}
