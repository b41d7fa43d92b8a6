import { refuseForeign } from './own-origin';

const PORT = 8100;

test.each([
  [{ host: '127.0.0.1:8100' }],
  [{ host: 'localhost:8100', origin: 'http://localhost:8100' }],
  [{ host: '[::1]:8100', origin: 'http://[::1]:8100' }],
  [{ host: 'LOCALHOST:8100' }],
  [{ host: '127.0.0.1:8100', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  // A link in a mail, or in the terminal, is followed.
  [{ host: '127.0.0.1:8100', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
])('%j is our own', (headers) => {
  expect(refuseForeign(headers, PORT)).toBeUndefined();
});

test.each([
  [{}],
  [{ host: '' }],
  [{ host: 'attacker.example:8100' }],
  [{ host: '127.0.0.1.attacker.example:8100' }],
  [{ host: '127.0.0.1:8101' }],
  [{ host: '127.0.0.1' }],
  [{ host: 'user@127.0.0.1:8100' }],
])('%j was led here by another name', (headers) => {
  expect(refuseForeign(headers, PORT)?.code).toBe('foreign-host');
});

test.each([['http://attacker.example'], ['http://127.0.0.1:8101'], ['https://127.0.0.1:8100'], ['null'], ['http://localhost.attacker.example:8100'], ['']])('a page of %p is refused', (origin) => {
  expect(refuseForeign({ host: '127.0.0.1:8100', origin }, PORT)?.code).toBe('foreign-origin');
});

test.each([['cross-site'], ['same-site']])('a call that a browser calls %s is refused, with no origin told', (site) => {
  expect(refuseForeign({ host: '127.0.0.1:8100', 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }, PORT)?.code).toBe('foreign-origin');
});
