import { execFileSync } from 'node:child_process';
import { defineConfig, devices } from '@playwright/test';

/** A browser of the system: nothing is downloaded. */
function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of [process.env.CHROMIUM_PATH, ...names].filter(Boolean)) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one, then.
    }
  }
  throw new Error('no Chromium or Chrome found; install one or set CHROMIUM_PATH');
}

const port = Number(process.env.HEATLENS_TEST_PORT ?? 8377);

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'tests/output/playwright',
  fullyParallel: true,
  // What takes long is behind a command of its own: `./build.sh sweep`.
  grepInvert: process.env.HEATLENS_LONG ? undefined : /@long/,
  forbidOnly: Boolean(process.env.CI),
  // Enough for a machine that does other work, too.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A second go where a busy machine was too slow; the report names such tests as flaky. Tests of random actions, whose
  // faults come by chance, have none.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    // A service worker would answer what tests want to see asked; the tests of it allow it.
    serviceWorkers: 'block',
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions: {
      executablePath: browser(),
      // The sandbox needs rights that containers seldom give.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: `node tests/browser/server.mjs ${port}`,
    port,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
});
