import { RequestError } from './errors.js';

/**
 * LRP's parameter `rules` with rules that the caller composes, NODE=WEIGHT/INPUT/STABILIZER; the engine knows the words.
 * @param {unknown} rules `rules` as it is given
 * @param {unknown} custom `customRules`
 */
export function withCustomRules(rules, custom) {
  if (!Array.isArray(custom)) {
    throw new RequestError(
      'E_REQUEST',
      'customRules must be a list of { layer, weight, input, stabilizer }',
    );
  }
  const own = custom.map((rule) => {
    const known = ['layer', 'weight', 'input', 'stabilizer'];
    const { layer, weight = 'plain', input = 'plain', stabilizer = 1e-6 } = Object(rule);
    const other = Object.keys(Object(rule)).find((key) => !known.includes(key));
    if (other !== undefined) {
      throw new RequestError(
        'E_REQUEST',
        `a custom rule has no '${other}'; it has: ${known.join(', ')}`,
      );
    }
    if (![layer, weight, input].every((word) => typeof word === 'string')) {
      throw new RequestError('E_REQUEST', 'layer, weight and input of a custom rule are words');
    }
    if (/[,=]/.test(weight + input) || layer.includes(',')) {
      throw new RequestError('E_REQUEST', 'names in a custom rule have no comma, modifiers no =');
    }
    if (typeof stabilizer !== 'number' || !Number.isFinite(stabilizer)) {
      throw new RequestError('E_REQUEST', 'stabilizer of a custom rule must be a finite number');
    }
    // Nine digits tell an f32 from its neighbours.
    return `${layer}=${weight}/${input}/${Number(stabilizer.toPrecision(9))}`;
  });
  return [...(rules === undefined ? [] : [rules]), ...own].join(',');
}
