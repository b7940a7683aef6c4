// The package in an empty Vite project: served cold, without a setting, and built for a folder.
import * as vite from 'vite';
import { built, inProject, served, works } from './bundled.mjs';
import { test } from './embed-rig.mjs';

for (const [name, how] of Object.entries({
  'a cold development server': served,
  'a build for a folder': built,
}))
  test(`Vite: ${name}`, ({ page, hosts }) => {
    void hosts;
    return inProject((root) => how(vite, root, (address) => works(page, address)));
  });
