import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation } from '@opentelemetry/api';
import { Body, Controller, Delete, Get, Module, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import {
  Admin,
  AuthModule,
  type AuthOptions,
  CurrentMember,
  Ending,
  Fails,
  healthCheck,
  type HealthCheck,
  NotFoundProblem,
  pageOf,
  pageQuery,
  port,
  Public,
  Returns,
  type ServiceOptions,
  text,
  toPage,
  uuid,
} from '../src/index';

const Note = z.strictObject({ id: uuid(), text: text(10).meta({ example: 'Hello' }) }).meta({ id: 'Note' });
const NewNote = z.strictObject({ text: text(10).meta({ example: 'Hello' }) }).meta({ id: 'NewNote' });
const NoteQuery = pageQuery(z.strictObject({ id: uuid() }));
const ID = '0198c6a2-7f3b-7c41-9d2e-5b8f6a1c4e70';

/** What a test makes the service throw on `GET /faults`. */
export const fault: { next: () => unknown } = { next: () => new Error('nothing set') };

@Controller()
class NotesController {
  constructor(private readonly ending: Ending) {}

  @Post('notes')
  @Public()
  @Returns(201, Note)
  @Fails(409, 'There is such a note')
  create(@Body({ schema: NewNote }) body: z.output<typeof NewNote>) {
    return { id: ID, text: body.text };
  }

  @Get('notes')
  @Public()
  @Returns(200, pageOf(Note))
  list(@Query({ schema: NoteQuery }) { limit }: z.output<typeof NoteQuery>) {
    const rows = Array.from({ length: 3 }, () => ({ id: ID, text: 'Hello' }));
    return toPage(rows.slice(0, limit + 1), limit, (row) => row, ({ id }) => ({ id }));
  }

  @Get('notes/:id')
  @Public()
  @Returns(200, Note)
  read(@Param('id', { schema: uuid() }) _id: string): never {
    throw new NotFoundProblem('note-not-found');
  }

  @Get('notes/newest')
  @Public()
  @Returns(200, Note)
  newest() {
    return { id: ID, text: 'Hello' };
  }

  @Delete('notes/:id')
  @Returns(204)
  remove(@Param('id', { schema: uuid() }) _id: string): void {}

  @Get('me')
  @Returns(200, z.object({ memberId: z.string() }))
  me(@CurrentMember() member: CurrentMember): CurrentMember {
    return member;
  }

  @Get('admin')
  @Admin()
  @Returns(200)
  admin(): string {
    return 'admin';
  }

  @Get('faults')
  @Public()
  fail(): never {
    throw fault.next();
  }

  @Post('traces')
  @Public()
  async trace(@Body({ schema: z.looseObject({}) }) _body: object): Promise<Record<string, string>> {
    await sleep(1);
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier;
  }

  @Get('slow')
  @Public()
  async slow(): Promise<string> {
    process.stdout.write('slow request arrived\n');
    await sleep(700);
    return 'done';
  }

  @Get('endless')
  @Public()
  async endless(): Promise<string> {
    process.stdout.write('endless request arrived\n');
    await once(this.ending.signal, 'abort');
    return 'ended';
  }

  @Get('crash')
  @Public()
  crash(): string {
    void Promise.reject(new Error('nobody handles this'));
    return 'ok';
  }
}

@Module({})
class FixtureModule {}

const config = z.object({ NOTES_PORT: port(), NOTES_MODE: z.enum(['plain', 'stuck']).default('plain') });

/** A small service with a route for everything that the kit promises. */
export function fixtureService(
  settings: { auth?: AuthOptions; checks?: Readonly<Record<string, HealthCheck>> } = {},
): ServiceOptions<typeof config> {
  const checks = Object.entries(settings.checks ?? {}).map(([name, check]) => healthCheck(name, [], check));
  return {
    name: 'notes',
    title: 'Notes',
    description: 'A service to test the kit with',
    config,
    module: () => ({
      module: FixtureModule,
      imports: settings.auth === undefined ? [] : [AuthModule.forRoot(settings.auth)],
      controllers: [NotesController],
      providers: checks,
    }),
    port: ({ NOTES_PORT }) => NOTES_PORT,
  };
}
