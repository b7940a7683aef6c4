// Molecules, by the project's own modules; openchemlib draws them and writes the SMILES of molfiles.

import { Structure } from '../../www/molecules/chemistry.js';
import { identity } from '../../www/molecules/chemistry/identity.js';
import { settled } from '../../www/molecules/chemistry/kekule.js';
import { readMolfile } from '../../www/molecules/chemistry/molfile.js';
import { normalForm, withoutHydrogens } from '../../www/molecules/chemistry/normal.js';
import { records } from '../../www/molecules/chemistry/records.js';
import { readSmiles } from '../../www/molecules/chemistry/smiles.js';
import { elements } from '../../www/kit/drawings/molecule.js';
import { byAtom, options as asAtoms } from '../../www/molecules/methods.js';
import { readBytes } from './npy.js';
import { refuse } from './refuse.js';

/** @import { Model } from 'heatlens' */
/** @import { Subject } from './subject.js' */
/** @typedef {typeof import('openchemlib')} Library */

const [WIDTH, HEIGHT] = [480, 360];

/** @returns {Promise<Library>} */
async function openchemlib() {
  try {
    return await import('openchemlib');
  } catch {
    throw refuse(
      'a page of a molecule needs the package openchemlib, which draws it: npm install openchemlib',
    );
  }
}

/** @param {any} graph */
const which = (graph) => identity(normalForm(withoutHydrogens(graph)));

/** @param {Library} library @param {string} molfile @returns {Structure} */
function ofMolfile(library, molfile) {
  const graph = settled(readMolfile(molfile));
  const plain = new Structure(library, graph, '');
  let smiles = plain.molecule.toSmiles();
  try {
    const molecule = library.Molecule.fromMolfile(molfile);
    const whole = molecule.toIsomericSmiles({ kekulizedOutput: true });
    if (which(settled(readSmiles(whole))) === which(graph)) smiles = whole;
  } catch {
    // What it cannot read is written without stereochemistry.
  }
  return new Structure(library, settled(readSmiles(smiles)), smiles);
}

/** @param {Library} library @param {Record<string, any>} asked @returns {Promise<Structure>} */
async function structureOf(library, { smiles, input, index }) {
  if (smiles !== undefined)
    return new Structure(library, settled(readSmiles(smiles.trim())), smiles.trim());
  const [path] = input;
  const list = await records((await readBytes(path)).toString('utf8'));
  if (list.length > 1 && index === undefined)
    throw refuse(`'${path}' holds ${list.length} molecules; choose one of them with --index`);
  const record = list[Number(index ?? 0)];
  if (!record) throw refuse(`'${path}' holds ${list.length} molecules, none with number ${index}`);
  if (record.fault !== null) throw refuse(`'${path}', molecule ${index ?? 0}: ${record.fault}`);
  if (record.molfile) return ofMolfile(library, record.molfile);
  const text = /** @type {string} */ (record.smiles);
  return new Structure(library, settled(readSmiles(text)), text);
}

/**
 * @param {(options: object) => Promise<Model>} load @param {Record<string, any>} asked
 * @returns {Promise<Subject>}
 */
export async function moleculeSubject(load, asked) {
  const library = await openchemlib();
  const structure = await structureOf(library, asked).catch((error) => {
    throw error.name === 'Error' && error.code ? refuse(error.message) : error;
  });
  const model = await load({ axes: { atoms: structure.size } });
  const present = new Float32Array(structure.size).fill(1);
  const input = [structure.features, structure.adjacency, present];
  return {
    kind: 'molecule',
    model,
    structure,
    attributes: { smiles: structure.smiles },
    data: {},
    async explain(settings) {
      const prediction = await model.predict(input);
      const maps = [];
      for (const { entry, options } of settings) {
        if (entry.name === 'sis') throw refuse('sis of atoms is not shown in a page');
        const target = asked.target === 'top' ? {} : { target: asked.target };
        const explanation = await model.explain(input, {
          ...asAtoms(entry, 'atoms'),
          ...target,
          ...options,
        });
        const relevance = byAtom(explanation, structure);
        maps.push({ entry, options, explanation: { ...explanation, relevance } });
      }
      return { prediction, maps };
    },
  };
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** The drawing, a disc of its colour behind each atom. @param {Structure} structure @param {(atom: number) => string} color */
export function drawMolecule(structure, color) {
  const flat = structure.molecule.getCompactCopy();
  flat.inventCoordinates();
  const [discs, lines] = [[], []].map(() => /** @type {string[]} */ ([]));
  for (const { tag, attributes, text } of elements(flat.toSVG(WIDTH, HEIGHT, 'm'))) {
    const [, kind, index] = /^m:(Atom|Bond):(\d+)$/.exec(attributes.get('id') ?? '') ?? [];
    if (kind === 'Atom' && Number(index) < structure.size) {
      const [x, y] = [attributes.get('cx'), attributes.get('cy')];
      discs.push(`<circle cx="${x}" cy="${y}" r="16" fill="${color(Number(index))}"/>`);
    }
    if (kind) continue;
    const kept = [
      'x1',
      'y1',
      'x2',
      'y2',
      'stroke-width',
      'stroke-dasharray',
      'points',
      'cx',
      'cy',
      'r',
      'x',
      'y',
      'font-size',
    ];
    const own = kept
      .filter((name) => attributes.has(name))
      .map((name) => ` ${name}="${escaped(attributes.get(name) ?? '')}"`);
    lines.push(
      `<${tag}${own.join('')}${tag === 'line' ? ' stroke="#111"' : ''}>${escaped(text)}</${tag}>`,
    );
  }
  const size = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>${discs.join('')}<g fill="#111">${lines.join('')}</g></svg>`;
}
