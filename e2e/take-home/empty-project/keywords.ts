// What a user writes on the first day with @madang/keywords: the seed rules, one of their own, and the hits of a message.
import 'reflect-metadata';
import { compileRules, InvalidRuleError, marketplaceRules, type Detector } from '@madang/keywords';
import { Body, Controller, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const DETECTOR = Symbol('detector');

@Controller('messages')
class MessagesController {
  constructor(@Inject(DETECTOR) private readonly detector: Detector) {}

  @Post()
  hits(@Body() { text }: { text: string }): string[] {
    return this.detector.detect(text).map(({ ruleId, start, end, matched }) => `${ruleId} ${start}-${end} ${matched}`);
  }
}

@Module({
  controllers: [MessagesController],
  providers: [{ provide: DETECTOR, useFactory: () => compileRules([...marketplaceRules, { id: 'game-money', kind: 'words', words: ['게임 머니'] }]) }],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
  await app.init();
  for (const text of ['😀 번호는 공일공 일이삼사 오육칠팔', '주문번호 2026-0101-1234-5678']) {
    const answer = await app.inject({ method: 'POST', url: '/messages', payload: { text } });
    console.log(answer.statusCode === 201 ? 200 : answer.statusCode, answer.json<string[]>()[0] ?? 'none');
  }
  try {
    compileRules([{ id: 'sentence', kind: 'pattern', pattern: '(' }]);
  } catch (error) {
    if (error instanceof InvalidRuleError) console.log(error.ruleId, error.code, error.field);
  }
  await app.close();
}

void main();
