import { renewed } from './renewed.ts';

const BEGIN = '<!-- begin: npm run measure -->';

it('renews what stands between the markers of the command, and nothing else', () => {
  const page = `# Ids\n<!-- begin: another -->\nkept\n<!-- end -->\n${BEGIN}\nold\n<!-- end -->\nafter\n`;
  const once = renewed(page, 'npm run measure', 'new');
  expect(once).toBe(`# Ids\n<!-- begin: another -->\nkept\n<!-- end -->\n${BEGIN}\nnew\n<!-- end -->\nafter\n`);
  expect(renewed(once, 'npm run measure', 'new')).toBe(once);
});

it.each(['# Ids', BEGIN, `<!-- end -->\n${BEGIN}`])('refuses a page without both: %j', (page) => {
  expect(() => renewed(page, 'npm run measure', 'new')).toThrow('The page has no');
});
