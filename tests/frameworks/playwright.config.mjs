// Frameworks and bundlers, by `./build.sh frameworks`.
import base from '../../playwright.config.mjs';

export default {
  ...base,
  testDir: '.',
  outputDir: '../output/frameworks',
  timeout: 300_000,
  workers: 1,
  fullyParallel: false,
  webServer: undefined,
  reporter: [['list'], ['./report.mjs']],
};
