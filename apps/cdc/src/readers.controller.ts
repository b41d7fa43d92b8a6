import { formatLsn } from '@madang/cdc';
import { Public, Returns } from '@madang/service-kit';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CdcEngines } from './cdc-engines';

const Reader = z
  .object({
    engine: z.enum(['embedded', 'debezium']),
    database: z.string().meta({ example: 'member' }),
    slot: z.string().meta({ example: 'outbox_member' }),
    state: z.enum(['connecting', 'standby', 'streaming', 'stopped', 'halted']),
    haltedFor: z.string().nullable().meta({ description: 'What a person has to do before it goes on' }),
    rowsPublished: z.int(),
    bufferedRows: z.int(),
    paused: z.boolean(),
    confirmedLsn: z.string().meta({ example: '0/1B8A2C8' }),
    receivedLsn: z.string().meta({ example: '0/1B8A2C8' }),
    lagBytes: z.number().nullable(),
    walStatus: z.string().nullable(),
    secondsToSlotLoss: z.number().nullable(),
    publishingSince: z.string().nullable(),
    publishFailingSince: z.string().nullable(),
    lastHeartbeatAt: z.string().nullable(),
    heartbeatRoundTripMs: z.number().nullable(),
    /** Restarts of a failed task by its keeper; null for the embedded engine. */
    taskRestarts: z.int().nullable(),
  })
  .meta({ id: 'LogReader' });
const Readers = z.object({ items: z.array(Reader) }).meta({ id: 'LogReaders' });
type Readers = z.output<typeof Readers>;

/** What the readers do; open like the metrics, which say the same. */
@ApiTags('readers')
@Public()
@Controller('readers')
export class ReadersController {
  constructor(private readonly readers: CdcEngines) {}

  @Get()
  @ApiOperation({ summary: 'State, positions and health of each log reader' })
  @Returns(200, Readers)
  list(): Readers {
    const items = this.readers.stats().map((stats) => ({
      engine: this.readers.kind,
      database: stats.database,
      slot: stats.slot,
      state: stats.state,
      haltedFor: stats.haltedFor,
      rowsPublished: stats.rowsPublished,
      bufferedRows: stats.bufferedRows,
      paused: stats.paused,
      confirmedLsn: formatLsn(stats.confirmedLsn),
      receivedLsn: formatLsn(stats.receivedLsn),
      lagBytes: stats.lagBytes,
      walStatus: stats.walStatus,
      secondsToSlotLoss: stats.secondsToSlotLoss,
      publishingSince: isoTime(stats.publishingSince),
      publishFailingSince: isoTime(stats.publishFailingSince),
      lastHeartbeatAt: isoTime(stats.lastHeartbeatAt),
      heartbeatRoundTripMs: stats.heartbeatRoundTripMs,
      taskRestarts: 'taskRestarts' in stats ? stats.taskRestarts : null,
    }));
    return { items };
  }
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
