// SMILES (OpenSMILES 1.0) read strictly: what is not in the grammar is refused with its place, and nothing is
// skipped or guessed. The result is the graph as it is written; hydrogens and Kekulé forms come later.

import { problem } from '../problem.js';
import { isElement } from './elements.js';

/** Symbols that need no brackets. Longer ones first. */
const ORGANIC = ['Cl', 'Br', 'B', 'C', 'N', 'O', 'P', 'S', 'F', 'I'];
const AROMATIC = ['se', 'as', 'te', 'b', 'c', 'n', 'o', 'p', 's'];
const ORDERS = { '-': 1, '/': 1, '\\': 1, '=': 2, '#': 3, ':': 'aromatic' };
const CHIRAL = /^(@@|@(?:TH[12]|AL[12]|SP[1-3]|TB\d{1,2}|OH\d{1,2})?)/;

const capital = (symbol) => symbol[0].toUpperCase() + symbol.slice(1);

/** Reads one text from left to right. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.atoms = [];
    this.bonds = [];
    /** What the text consists of, in its order, for writing it again. */
    this.tokens = [];
    this.rings = new Map();
    this.open = [];
    this.last = null;
    this.sign = null;
  }

  refuse(why, at = this.at, code = 'E_SMILES') {
    throw problem(code, `Character ${at + 1} (${this.text[at] ?? 'the end'}): ${why}`);
  }

  /** Takes what an expression that is anchored at the place matches. */
  take(expression) {
    const found = expression.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  read() {
    while (this.at < this.text.length) this.step();
    if (this.sign) this.refuse('a bond leads to no atom.', this.sign.at);
    if (this.open.length > 0) this.refuse('this parenthesis is not closed.', this.open.at(-1).at);
    for (const [number, { at }] of this.rings)
      this.refuse(`ring bond ${number} is not closed.`, at);
    if (this.last === null) this.refuse('an atom is missing after the dot.', this.text.length - 1);
    const { atoms, bonds, tokens } = this;
    return { atoms, bonds, tokens };
  }

  step() {
    const { text, at } = this;
    const letter = text[at];
    if (letter === '[') return this.bracket();
    const plain = ORGANIC.find((symbol) => text.startsWith(symbol, at));
    if (plain) return this.plain(plain, false);
    const small = AROMATIC.find((symbol) => text.startsWith(symbol, at));
    if (small) {
      if (small.length > 1) this.refuse(`write [${small}] in brackets.`);
      return this.plain(small, true);
    }
    if (letter in ORDERS) return this.bond(letter);
    if (/[\d%]/.test(letter)) return this.ring();
    if (letter === '(') return this.branch();
    if (letter === ')') return this.close();
    if (letter === '.') return this.dot();
    if (letter === '*')
      this.refuse('a placeholder is no atom; write the element that stands there.');
    if (letter === '$') this.refuse('bonds of order four are not read here.');
    if (letter === '~') this.refuse('a bond of any order is a query and no molecule.');
    const element = [text.slice(at - 1, at + 1), text.slice(at, at + 2), letter]
      .map((symbol) => symbol && capital(symbol))
      .find(isElement);
    if (element)
      this.refuse(`elements other than ${ORGANIC.join(', ')} need brackets: [${element}].`);
    return this.refuse('this has no meaning here.');
  }

  plain(symbol, aromatic) {
    const from = this.at;
    this.at += symbol.length;
    const blank = { isotope: 0, charge: 0, hydrogens: null, chiral: '', map: 0 };
    this.add({ symbol: capital(symbol), aromatic, ...blank, from, to: this.at });
  }

  bracket() {
    const from = this.at;
    const end = this.text.indexOf(']', from);
    if (end < 0) this.refuse('this bracket is not closed.');
    this.at += 1;
    const isotope = Number(this.take(/^\d+/));
    if (isotope > 999) this.refuse('an isotope has at most three digits.', from + 1);
    const inside = this.text.slice(this.at, end);
    if (inside.startsWith('*'))
      this.refuse('a placeholder is no atom; write the element that stands there.');
    const small = AROMATIC.find((symbol) => inside.startsWith(symbol));
    const symbol = small ?? [inside.slice(0, 2), inside[0]].find((name) => name && isElement(name));
    if (!symbol) this.refuse('an element is missing here.');
    this.at += symbol.length;
    const chiral = this.take(CHIRAL);
    const count = this.take(/^H\d?/);
    const hydrogens = count === '' ? 0 : Number(count.slice(1) || 1);
    const charge = this.charge();
    const map = this.take(/^:\d+/);
    if (this.at !== end) this.unread(from, end);
    this.at = end + 1;
    const atom = {
      symbol: capital(symbol),
      aromatic: Boolean(small),
      isotope,
      charge,
      hydrogens,
      chiral,
    };
    if (atom.symbol === 'H' && hydrogens > 0) this.refuse('hydrogen carries no hydrogens.', from);
    this.add({ ...atom, map: Number(map.slice(1)), from, to: this.at });
  }

  charge() {
    const sign = this.take(/^(\++|-+)/);
    if (sign === '') return 0;
    const digits = sign.length === 1 ? this.take(/^\d{1,2}/) : '';
    const size = digits === '' ? sign.length : Number(digits);
    if (size > 9) this.refuse('a charge beyond nine is none.', this.at - 1);
    return sign[0] === '+' ? size : -size;
  }

  unread(from, end) {
    const rest = this.text.slice(this.at, end);
    if (/^H\d?$/.test(rest)) {
      const whole = this.text.slice(from + 1, this.at);
      const [, head, sign] = /^(.*?)([+-]+\d*)$/.exec(whole) ?? [];
      if (sign) this.refuse(`the hydrogens come before the charge: [${head}${rest}${sign}].`);
    }
    this.refuse(
      'this is not understood in the bracket; the order is isotope, element, @, H, charge, map.',
    );
  }

  /** A new atom, bound to the one before it. */
  add(atom) {
    atom.at = this.atoms.length;
    this.atoms.push(atom);
    const index = this.atoms.length - 1;
    const bond = this.last === null ? null : this.join(this.last, index, this.sign, atom.from);
    if (this.sign && this.last === null)
      this.refuse('a bond needs an atom before it.', this.sign.at);
    this.tokens.push({ kind: 'atom', atom: index, bond, direction: direction(this.sign) });
    this.sign = null;
    this.last = index;
  }

  join(a, b, sign, at) {
    if (a === b) this.refuse('an atom cannot be bound to itself.', at);
    const double = this.bonds.some(
      (bond) => (bond.a === a && bond.b === b) || (bond.a === b && bond.b === a),
    );
    if (double) this.refuse('these two atoms are already bound.', at);
    const order = sign ? ORDERS[sign.text] : null;
    this.bonds.push({ a, b, order, at: sign?.at ?? at, directed: direction(sign) !== '' });
    return this.bonds.length - 1;
  }

  bond(text) {
    if (this.last === null) this.refuse('a bond needs an atom before it.');
    if (this.sign) this.refuse('two signs for one bond.');
    this.sign = { text, at: this.at };
    this.at += 1;
  }

  ring() {
    const from = this.at;
    const text = this.take(/^(\d|%\d\d|%\(\d{1,5}\))/);
    if (text === '') this.refuse('% is followed by two digits.');
    if (this.last === null) this.refuse('a ring bond needs an atom before it.', from);
    const number = Number(text.replace(/[%()]/g, ''));
    const start = this.rings.get(number);
    const sign = this.sign;
    this.sign = null;
    if (!start) {
      const token = { kind: 'ring', number, bond: null, direction: direction(sign), opens: true };
      this.rings.set(number, { atom: this.last, sign, token, at: from });
      this.tokens.push(token);
      return;
    }
    const orders = [start.sign, sign].filter(Boolean).map(({ text: t }) => ORDERS[t]);
    if (orders.length === 2 && orders[0] !== orders[1]) {
      this.refuse(`ring bond ${number} has two different orders.`, from);
    }
    this.rings.delete(number);
    start.token.bond = this.join(start.atom, this.last, sign ?? start.sign, from);
    this.bonds.at(-1).directed ||= start.token.direction !== '';
    this.tokens.push({
      kind: 'ring',
      number,
      bond: start.token.bond,
      direction: direction(sign),
      opens: false,
    });
  }

  branch() {
    if (this.last === null) this.refuse('a branch needs an atom before it.');
    if (this.sign) this.refuse('the sign of a bond stands inside the parenthesis.', this.sign.at);
    const next = this.text[this.at + 1] ?? '';
    if (next === ')') this.refuse('this parenthesis is empty.');
    if (/[\d%(]/.test(next))
      this.refuse('a branch begins with an atom or the sign of a bond.', this.at + 1);
    this.open.push({ atom: this.last, at: this.at, atoms: this.atoms.length });
    this.tokens.push({ kind: 'text', text: '(' });
    this.at += 1;
  }

  close() {
    const branch = this.open.pop();
    if (!branch) this.refuse('no parenthesis is open.');
    if (this.sign) this.refuse('a bond leads to no atom.', this.sign.at);
    if (this.atoms.length === branch.atoms) this.refuse('a branch without an atom.', branch.at);
    this.last = branch.atom;
    this.tokens.push({ kind: 'text', text: ')' });
    this.at += 1;
  }

  dot() {
    if (this.last === null) this.refuse('an atom is missing before the dot.');
    if (this.sign) this.refuse('a bond leads to no atom.', this.sign.at);
    if (this.open.length > 0) this.refuse('a dot inside a branch is not read here.');
    this.last = null;
    this.tokens.push({ kind: 'text', text: '.' });
    this.at += 1;
  }
}

const direction = (sign) => (sign && '/\\'.includes(sign.text) ? sign.text : '');

/**
 * A SMILES as a graph.
 * @param {string} text
 * @returns {{atoms: {symbol: string}[], bonds: object[], tokens: object[]}} `order` of a bond is null where none is written;
 *   `hydrogens` of an atom is null where the brackets are missing that would count them
 * @throws with the place of what is not understood
 */
export const readSmiles = (text) => new Reader(text).read();

/** The sign of a bond of this order. */
const SIGNS = ['', '', '=', '#'];

/**
 * The same text in Kekulé form with every atom in brackets, for a program that reads less strictly: the order of the
 * atoms and the marks of stereochemistry stay as they are.
 * @param {import('./kekule.js').Graph} graph whose orders and hydrogens are settled
 */
export function writeSmiles({ atoms, bonds, tokens = [] }) {
  const sign = ({ bond, direction: mark }) =>
    mark || (bond === null ? '' : SIGNS[bonds[bond].order]);
  const write = (token) => {
    if (token.kind === 'text') return token.text;
    if (token.kind === 'ring') {
      const number = token.number < 10 ? token.number : `%${String(token.number).padStart(2, '0')}`;
      return `${token.opens || token.direction ? sign(token) : ''}${token.number > 99 ? `%(${token.number})` : number}`;
    }
    const { symbol, isotope, chiral, hydrogens, charge } = atoms[token.atom];
    const count = hydrogens === 0 ? '' : `H${hydrogens > 1 ? hydrogens : ''}`;
    const size = Math.abs(charge) > 1 ? Math.abs(charge) : '';
    const plus = charge === 0 ? '' : `${charge > 0 ? '+' : '-'}${size}`;
    const mass = symbol === 'H' ? '' : isotope || '';
    return `${sign(token)}[${mass}${symbol}${chiral}${count}${plus}]`;
  };
  return tokens.map(write).join('');
}
