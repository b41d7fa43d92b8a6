import { freePorts } from './free-ports.ts';

test('a port is given once, though nobody listens on it yet', async () => {
  const ports: number[] = [];
  while (ports.length < 600) ports.push(...(await freePorts(2))); // by chance alone, some fifteen of so many would come twice
  expect(new Set(ports).size).toBe(ports.length);
});
