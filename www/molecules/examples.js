/** Names and SMILES to begin with. */
export const EXAMPLES = [
  ['4-Nitroaniline', 'Nc1ccc(cc1)[N+](=O)[O-]'],
  ['Nitrobenzene', 'c1ccc(cc1)[N+](=O)[O-]'],
  ['Aniline', 'Nc1ccccc1'],
  ['Benzo[a]pyrene', 'c1ccc2c(c1)cc1ccc3cccc4ccc2c1c34'],
  ['Styrene oxide', 'C1OC1c1ccccc1'],
  ['Aspirin', 'CC(=O)Oc1ccccc1C(=O)O'],
  ['Caffeine', 'Cn1cnc2c1c(=O)n(C)c(=O)n2C'],
  ['Glucose', 'OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O'],
  ['Naphthalene', 'c1ccc2ccccc2c1'],
  ['Ethanol', 'CCO'],
];
