// One element in WebKitGTK, by WebDriver (https://www.w3.org/TR/webdriver2/), whose few commands need no library.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const PORT = 4455;

/** Debian has its small browser in a folder for processor and version. */
function miniBrowser() {
  const folders = readdirSync('/usr/lib').flatMap((triple) =>
    ['4.1', '4.0', '6.0'].map((version) => `/usr/lib/${triple}/webkit2gtk-${version}/MiniBrowser`),
  );
  const found = folders.find((path) => existsSync(path));
  if (!found) throw new Error('there is no MiniBrowser: install webkit2gtk-driver');
  return found;
}

async function send(method, path, body) {
  const response = await fetch(`http://127.0.0.1:${PORT}${path}`, {
    method,
    body: body && JSON.stringify(body),
  });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Starts the driver, under a virtual display where there is no other. */
async function start() {
  const command = ['WebKitWebDriver', `--port=${PORT}`];
  const [program, ...rest] = process.env.DISPLAY ? command : ['xvfb-run', '-a', ...command];
  const driver = spawn(program, rest, { stdio: 'ignore', detached: true });
  for (let turn = 0; turn < 100; turn += 1) {
    if (await send('GET', '/status').catch(() => null)) return driver;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('WebKitWebDriver does not answer');
}

/** @param {{ check: any, mapped: any, page: () => string }} rig */
export async function webkit({ check, mapped, page }) {
  const driver = await start();
  try {
    const browser = { binary: miniBrowser(), args: ['--automation'] };
    const wanted = { alwaysMatch: { 'webkitgtk:browserOptions': browser } };
    const { sessionId, capabilities } = await send('POST', '/session', { capabilities: wanted });
    const name = `WebKitGTK ${capabilities.browserVersion}`;
    const at = `/session/${sessionId}`;
    const ask = (work, ...args) =>
      send('POST', `${at}/execute/sync`, { script: `return (${work})(...arguments)`, args }).catch(
        () => null,
      );
    await check(name, 'a tag from another origin: a map', async () => {
      await send('POST', `${at}/url`, { url: page() });
      await mapped(ask);
    });
    await send('DELETE', at);
  } finally {
    process.kill(-driver.pid);
  }
}
