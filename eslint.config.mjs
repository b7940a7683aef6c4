import js from '@eslint/js';
import globals from 'globals';

const { browser, node } = globals;

export default [
  {
    ignores: [
      'dist/',
      'target/',
      'pkg/dist/',
      'pkg/generated/',
      'tests/output/',
      'benches/results/',
    ],
  },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    // `const { a, ...rest } = all` is how to leave a out.
    rules: { 'no-unused-vars': ['error', { ignoreRestSiblings: true }] },
  },
  { files: ['www/**', 'pkg/**', 'examples/**'], languageOptions: { globals: browser } },
  {
    files: ['pkg/bin/**', 'scripts/**', 'training/**', '*.mjs'],
    languageOptions: { globals: node },
  },
  { files: ['benches/**', 'tests/**'], languageOptions: { globals: { ...browser, ...node } } },
];
