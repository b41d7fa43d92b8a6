import { Admin, Fails, NotFoundProblem, Returns } from '@madang/service-kit';
import { Body, Controller, Get, Header, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { assertCompiles } from './assert-compiles';
import { RuleBook } from './rule-book.service';
import { RuleHistory, RuleId, RuleSetChange, RuleSetView } from './rule.contract';

@ApiTags('rules')
@Admin()
@Controller('keyword-rules')
export class KeywordRulesController {
  constructor(private readonly rules: RuleBook) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The rules that messages are judged by' })
  @Returns(200, RuleSetView)
  async read(): Promise<RuleSetView> {
    return (await this.rules.current()).view;
  }

  @Put()
  @ApiOperation({ summary: 'Change the rules: the next message is judged by them, in every instance. All or nothing' })
  @Returns(200, RuleSetView)
  @Fails(409, 'Somebody else has changed the rules meanwhile')
  change(@Body({ schema: RuleSetChange }) change: RuleSetChange): Promise<RuleSetView> {
    assertCompiles(change.rules, (index) => `rules.${index}.`);
    return this.rules.change(change);
  }

  @Get(':id/versions')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What a rule was, the newest first' })
  @Returns(200, RuleHistory)
  @Fails(404, 'There never was such a rule')
  async history(@Param('id', { schema: RuleId }) id: string): Promise<RuleHistory> {
    const items = await this.rules.history(id);
    if (items.length === 0) throw new NotFoundProblem('rule-not-found', { detail: 'There never was a rule with this id.' });
    return { items };
  }
}
