import { Admin, Returns, toPage } from '@madang/service-kit';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { HitPage, HitQuery, type HitView } from './hit.contract';

const SELECT = `
  SELECT id, room_id AS "roomId", message_id AS "messageId", seq, rule_id AS "ruleId", rule_version AS "ruleVersion", spans, outcome, triggered_at AS "triggeredAt"
  FROM hit WHERE ($1::text IS NULL OR rule_id = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

interface HitRow extends Omit<HitView, 'triggeredAt'> {
  readonly triggeredAt: Date;
}

@ApiTags('hits')
@Admin()
@Controller('hits')
export class ReadHitsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What was hit, the newest first' })
  @Returns(200, HitPage)
  async list(@Query({ schema: HitQuery }) { limit, cursor, ruleId }: HitQuery): Promise<HitPage> {
    const rows: HitRow[] = await this.dataSource.query(SELECT, [ruleId, cursor?.id, limit + 1]);
    return toPage(rows, limit, (row) => ({ ...row, triggeredAt: row.triggeredAt.toISOString() }), ({ id }) => ({ id }));
  }
}
