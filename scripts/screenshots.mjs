// Takes the pictures of the README, and those that posts about a page show, from the built site (`./build.sh pkg` first):
//   node scripts/screenshots.mjs
import { createServer } from 'node:http';
import { chromium } from '@playwright/test';
import { listen, sendFile } from './serve.mjs';

const PICTURES = [
  { file: 'docs/digits.png', hash: '#v=1', wait: '[data-method="occlusion"][data-state="ready"]' },
  {
    file: 'docs/digits-layers.png',
    hash: '#v=1&x=layers',
    wait: '[data-panel="trace"][data-state="ready"]',
  },
  {
    file: 'www/digits/preview.png',
    hash: '#v=1&g=lrp',
    wait: '[data-method="lrp"][data-state="ready"]',
    size: { width: 1200, height: 630 },
    click: '#large-open',
  },
];
const SIZE = { width: 1280, height: 1080 };
const REST = 1500; // ms until everything else stands, too

const server = createServer(async (request, response) => {
  if (!(await sendFile('dist/site', request, response))) response.writeHead(404).end();
});
const port = await listen(server, 8500);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
for (const { file, hash, wait, click, size = SIZE } of PICTURES) {
  const page = await browser.newPage({ viewport: size, colorScheme: 'light' });
  await page.goto(`http://127.0.0.1:${port}/digits/${hash}`);
  await page.locator(wait).waitFor();
  if (click) await page.locator(click).click();
  await page.waitForTimeout(REST);
  await page.screenshot({ path: file });
  await page.close();
  console.log(file);
}
await browser.close();
server.close();
