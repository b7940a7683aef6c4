// Fields of an address: what is written comes back, and nothing else does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '../../www/kit/engine/random.js';
import * as fields from '../../www/kit/page/codec.js';

const { Codec } = fields;

/** A page that has one field of every kind. */
const codec = new Codec({
  defaults: {
    model: 'linear',
    target: null,
    normalisation: 'max',
    palette: 'red-blue',
    outline: true,
    threshold: 0.6,
    method: 'lrp',
    methods: [],
    struck: [],
    pair: [],
    chosen: [],
    params: new Map(),
    image: null,
    text: '',
  },
  fields: [
    fields.choice('m', 'model', ['linear', 'cnn']),
    fields.index('t', 'target', 19),
    fields.normalisation(),
    fields.palette(),
    fields.flag('o', 'outline'),
    fields.number('h', 'threshold', [0.05, 0.99]),
    fields.word('e', 'method'),
    fields.words('g', 'methods', 3),
    fields.indices('k', 'struck'),
    fields.indices('q', 'pair', { count: 2 }),
    fields.indices('z', 'chosen', { count: 2, holes: true }),
    fields.parameters(),
    fields.bytes('i', 'image', 4),
    fields.text('w', 'text', true),
  ],
});

const STATE = {
  model: 'cnn',
  target: 7,
  normalisation: 'p99',
  palette: 'grey',
  outline: false,
  threshold: 0.85,
  method: 'kernel-shap',
  methods: ['lrp', 'random'],
  struck: [0, 12, 407],
  pair: [3, 19],
  chosen: [null, 4],
  params: new Map([
    ['lrp.composite', 'epsilon-plus'],
    ['lrp.epsilon', 1e-6],
  ]),
  image: Uint8Array.of(0, 255, 7, 128),
  text: 'a+b & c=d # 100 % “über” 𝄞\n\tend.',
};

test('a field of every kind comes back as it was', () => {
  assert.deepEqual(codec.decode(codec.encode(STATE)), STATE);
  assert.deepEqual(codec.complete(codec.decode(codec.encode(STATE))), STATE);
});

test('what equals the default is left out, and comes back as the default', () => {
  const usual = codec.complete();
  assert.equal(codec.encode(usual), '#v=1&w=');
  assert.deepEqual(codec.complete(codec.decode('#v=1&w=')), usual);
  usual.params.set('lrp.epsilon', 1);
  assert.equal(codec.complete().params.size, 0, 'defaults are copied');
  // A value that is the default of another field is still written where it is not its own.
  assert.equal(codec.encode({ ...codec.complete(), threshold: 0.61 }), '#v=1&h=0.61&w=');
});

test('every text comes back, and an address holds nothing that a chat would cut off or break', () => {
  const next = random(11);
  const letters = ' .,!?()[]{}\'"*~+%&=#/\\<>\n\r\t\0aZ9_-:;@äßж中🎈\u202e\u2028';
  const units = Array.from(letters);
  for (let round = 0; round < 2000; round += 1) {
    let text = '';
    for (let i = 0; i < next() * 40; i += 1) text += units[Math.floor(next() * units.length)];
    const hash = codec.encode({ ...codec.complete(), text });
    assert.equal(codec.decode(hash).text, text, JSON.stringify(text));
    assert.match(hash, /^#[A-Za-z0-9=&_%+.-]*$/);
    assert.ok(!hash.endsWith('.'), hash);
    // As a browser hands it back.
    assert.equal(new URL(`https://example.org/${hash}`).hash, hash);
  }
  // Half of a surrogate pair has no place in an address.
  assert.equal(
    codec.decode(codec.encode({ ...codec.complete(), text: 'a\ud83db' })).text,
    'a\ufffdb',
  );
});

test('hostile values are skipped, field by field', () => {
  const bad = {
    m: ['', 'own', '__proto__', 'constructor', 'https://evil.example/x.onnx', 'LINEAR'],
    t: ['-1', '20', '1e1', '1.5', 'NaN', 'Infinity', '', ' 1', '0x1'],
    n: ['toString', 'MAX'],
    c: ['__proto__', 'javascript:alert(1)'],
    o: ['2', 'true', ''],
    h: ['0', '1', '-0.5', '1e999', 'NaN', '0.5x', '.', '', '0.04', '0.991'],
    e: ['', 'LRP', 'a'.repeat(33), '<b>', '-a', '1a'],
    g: ['', 'a.b.c.d', 'a..b', '<b>'],
    k: ['', '-1', '1.x', '1,2', '1.2.', '1e3'],
    q: ['', '1', '1.2.3', 'a.b', '.2'],
    z: ['', '.1.', '1', 'x.'],
    i: ['', 'AAAA', '!!!!!!', 'AAAAAAAA'],
    w: ['%', '%E0%A4%A', '%zz'],
  };
  for (const [key, values] of Object.entries(bad))
    for (const value of values)
      assert.deepEqual(codec.decode(`#v=1&${key}=${value}`), {}, `${key}=${value}`);
  for (const part of [
    'p.__proto__.x=1',
    'p.a.b.c=1',
    'p.a=1',
    'p.a.b=<b>',
    'p.a.b=1e999',
    'px.a=1',
  ])
    assert.deepEqual(codec.decode(`#v=1&${part}`), {}, part);
  for (const hash of [
    null,
    7,
    {},
    [],
    '',
    '#',
    'v',
    '#v=2&t=1',
    '#t=1',
    `#v=1&t=1&${'x'.repeat(8192)}`,
  ])
    assert.deepEqual(codec.decode(hash), {}, String(hash).slice(0, 20));
  assert.equal(
    codec.decode(`#v=1&${Array.from({ length: 90 }, (_, k) => `p.a.b${k}=1`).join('&')}`).params
      .size,
    64,
  );
  assert.equal({}.polluted, undefined);
});

test('3,000 mutated addresses never throw, and what they yield is written as it is read', () => {
  const next = random(5);
  const good = codec.encode(STATE);
  const letters = '#&=.%+-_~<>"\'/\\\0\u2028abcvmtnchgkqzpiweo0123456789NaNe';
  for (let round = 0; round < 3000; round += 1) {
    let hash = good;
    for (let k = 0; k < 1 + next() * 6; k += 1) {
      const at = Math.floor(next() * hash.length);
      hash =
        hash.slice(0, at) +
        letters[Math.floor(next() * letters.length)] +
        hash.slice(at + Math.floor(next() * 3));
    }
    const state = codec.complete(codec.decode(hash));
    assert.deepEqual(codec.complete(codec.decode(codec.encode(state))), state, hash);
    for (const name of Object.keys(state)) assert.ok(name in codec.defaults, name);
  }
});

test('a state that is too long for a link says so, and is read only by the page itself', () => {
  const state = { ...codec.complete(), text: 'x'.repeat(fields.MAX_LENGTH) };
  assert.ok(codec.isTooLong(state));
  assert.equal(codec.encode(state), '#v=1');
  assert.deepEqual(codec.decode(codec.whole(state)), {});
  assert.equal(codec.decode(codec.whole(state), Infinity).text, state.text);
  const fits = { ...state, text: 'x'.repeat(fields.MAX_LENGTH - '#v=1&w='.length) };
  assert.ok(!codec.isTooLong(fits));
  assert.equal(codec.decode(codec.encode(fits)).text, fits.text);
});
