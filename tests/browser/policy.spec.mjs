// The pages' own policy, on a host that sends none.
import { expect, test } from './fixtures.mjs';

// What the test tries is refused aloud.
test.use({ allowed: [/TrustedHTML|TrustedScriptURL|TrustedTypePolicy/] });

const PAGES = [
  ['', '#papers'],
  ['digits/', '#verdict'],
  ['text/', '#verdict'],
  ['molecules/', '#verdict'],
  ['background/', '#history'],
  ['slides/', '#number'],
];

for (const [path, sign] of PAGES) {
  test(`/${path} needs no header: texts cannot become markup, and it works`, async ({ page }) => {
    await page.route('**/*', async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      delete headers['content-security-policy'];
      await route.fulfill({ response, headers });
    });
    await page.goto(`./${path}`);
    await expect(page.locator(sign)).not.toHaveText(/^\W*$/, { timeout: 20_000 });
    const refused = await page.evaluate(() =>
      [
        () => (document.createElement('p').innerHTML = '<b>'),
        () => document.createElement('script').setAttribute('src', 'x'),
        () => globalThis.trustedTypes.createPolicy('other', {}),
      ].map((attempt) => {
        try {
          attempt();
          return 'nothing';
        } catch (error) {
          return error.name;
        }
      }),
    );
    expect(refused).toEqual(['TypeError', 'TypeError', 'TypeError']);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
}
