import { renewed } from './document.ts';

const BEGIN = '<!-- begin: npm run bench:id-locality -- --write -->';

it('renews what stands between the markers, and nothing else', () => {
  const page = `# Ids\n${BEGIN}\nold\n<!-- end -->\nafter\n`;
  const once = renewed(page, 'new');
  expect(once).toBe(`# Ids\n${BEGIN}\nnew\n<!-- end -->\nafter\n`);
  expect(renewed(once, 'new')).toBe(once);
});

it.each(['# Ids', BEGIN, `<!-- end -->\n${BEGIN}`])('refuses a page without both: %j', (page) => {
  expect(() => renewed(page, 'new')).toThrow('The page has no');
});
