import { Html, html } from './html';

it('escapes what is put in, for text and for attributes, but not what is HTML already', () => {
  const hostile = `<script>alert("1")</script>&'`;
  expect(html`<p title="${hostile}">${hostile} ${3}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39; 3</p>',
  );
  expect(html`<p>${html`<b>${'&'}</b>`}${new Html('<i></i>')}</p>`.text).toBe('<p><b>&amp;</b><i></i></p>');
});
