// The landing page: domains, tutorials, software.

import '../elements.js';
import { byId, el } from '../kit/page/dom.js';
import { papers } from '../kit/page/papers.js';
import { startTheme } from '../kit/page/theme.js';

byId('papers').replaceChildren(
  ...papers().map(({ source, title, href }) =>
    el('li', {}, el('a', { href, rel: 'noopener', text: source }), `: ${title}`),
  ),
);
startTheme(byId('theme'), () => {});
