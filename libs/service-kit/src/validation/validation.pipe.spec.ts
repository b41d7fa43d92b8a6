import { z } from 'zod';
import { BadRequestProblem } from '../errors/problems';
import { ProblemValidationPipe } from './validation.pipe';

const pipe = new ProblemValidationPipe();

async function refusal(value: unknown, schema: z.ZodType, type: 'body' | 'query' | 'param', data?: string) {
  const thrown: unknown = await pipe.transform(value, { type, schema, data }).catch((error: unknown) => error);
  if (!(thrown instanceof BadRequestProblem)) throw new Error('was let through');
  return thrown.details.errors ?? [];
}

it('hands over what the schema makes of the value', async () => {
  expect(await pipe.transform('5', { type: 'query', schema: z.coerce.number() })).toBe(5);
  expect(await pipe.transform('5', { type: 'query' })).toBe('5');
});

it('names the place and the path of a fault', async () => {
  const schema = z.object({ list: z.array(z.object({ name: z.string() })) });
  expect(await refusal({ list: [{ name: 'a' }, { name: 1 }] }, schema, 'body')).toMatchObject([{ in: 'body', field: 'list.1.name' }]);
  expect(await refusal('x', z.uuid(), 'param', 'id')).toMatchObject([{ in: 'path', field: 'id' }]);
});

it('lists twenty faults of a body that has thousands', async () => {
  expect(await refusal(Array.from({ length: 5_000 }, () => 1), z.array(z.string()), 'body')).toHaveLength(20);
});

it('does not repeat a name that a client made up at length', async () => {
  const [fault] = await refusal({ ['x'.repeat(10_000)]: 1 }, z.strictObject({}), 'body');
  expect(fault?.detail.length).toBeLessThanOrEqual(200);
});
