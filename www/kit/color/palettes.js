// Colours, names and words of maps: written by `tests/palettes.rs` from what the program has (`src/picture/palettes.rs`).

/** Per theme two arms, of what is for and against: colours at the steps 0, 15, … 255. */
export const PALETTES = {
  'red-blue': {
    title: 'Red and blue',
    words: ['red', 'blue'],
    hatched: false,
    light: [
      'fafafafde6e4ffd3cfffc0bbffaea8fd9c96f98a84f47873ee6763e65554dd4446d3333ac7212eb61b28a5162395111e850c19760714',
      'fafafae3edfbcde1fbb8d5fca4c9fb90bdfa7db1f76ba5f35999ee488ee83882e02776d7186bcc1361bb0f57aa0a4e9a064489043b79',
    ],
    dark: [
      'dededee2cccae6bbb8e8aba6e99a94e88a84e67974e36965de5957d84849d1383dc82631be1327af1023a00d1f920b1b840917760714',
      'dededec9d3e0b6c9e3a3bfe590b5e67eabe66da0e55c96e34c8ce03c82db2d77d51d6dcd0c64c4095bb50753a6064b97054388043b79',
    ],
    night: [
      '1b1b1b2b1b1a3a1b19481918561516630f147005127c000f88000e93000e9c000fa60012ad0017b01123b2272eb53638b74241b84d4b',
      '1b1b1b19202a172639142b480f2f57093366023874003c8100408e004599004aa4004fad0055b40a5cb51e62b62b69b7376fb84275b9',
    ],
  },
  'orange-blue': {
    title: 'Orange and blue (colour-blind safe)',
    words: ['orange', 'blue'],
    hatched: false,
    light: [
      'fafafaf6e9e0f3dac8efcab0ebbb99e5ad82e09e6cd99057d18341c9752ac0690bb65d00aa51009c49008d41007f3900713200642b00',
      'fafafae4ecfbd0e0fcbdd3fcaac7fc98bbfb86aff876a2f56696f0588ae94a7ee23e72d93367ce2d5dbc2754ab224b9b1c418a17397a',
    ],
    dark: [
      'dedededccfc6dac2b0d8b49ad6a785d29a70ce8e5cc98148c37533bc6a1ab45f00ac5400a24a00964300893d007c3700703100642b00',
      'dededecbd2e0b8c8e3a7bde596b3e786a8e7769ee66793e45a89e14d7edc4174d6356acf2c60c52758b62350a71f48981b408917397a',
    ],
    night: [
      '1b1b1b271e173320123e230b4924015426005f2800692900722c007c2f008432008c3600933c00964400994c009c54069f5c1fa2632f',
      '1b1b1b1a202a1a253a192949172d58163166153575143982143d8f15429a1646a5194bae1e51b52858b7315fb83b66b9446cb94d73ba',
    ],
  },
  grey: {
    title: 'Grey, against hatched',
    words: ['plain grey', 'hatched grey'],
    hatched: true,
    light: [
      'fafafaecececdfdfdfd2d2d2c6c6c6bababaafafafa3a3a39898988d8d8d8282827878786d6d6d6363635959595050504646463d3d3d',
      'fafafaecececdfdfdfd2d2d2c6c6c6bababaafafafa3a3a39898988d8d8d8282827878786d6d6d6363635959595050504646463d3d3d',
    ],
    dark: [
      'dededed2d2d2c7c7c7bcbcbcb2b2b2a8a8a89e9e9e9494948b8b8b8181817878786f6f6f6767675e5e5e5555554d4d4d4545453d3d3d',
      'dededed2d2d2c7c7c7bcbcbcb2b2b2a8a8a89e9e9e9494948b8b8b8181817878786f6f6f6767675e5e5e5555554d4d4d4545453d3d3d',
    ],
    night: [
      '1b1b1b2020202525252a2a2a2f2f2f3434343939393f3f3f4444444949494e4e4e5454545959595e5e5e6464646969696f6f6f747474',
      '1b1b1b2020202525252a2a2a2f2f2f3434343939393f3f3f4444444949494e4e4e5454545959595e5e5e6464646969696f6f6f747474',
    ],
  },
};

/** What gets full colour, and the words for it. */
export const NORMALISATIONS = {
  max: { title: 'largest value', rule: 'full colour = max |R|' },
  p99: { title: '99th percentile', rule: 'full colour = 99th percentile of |R|' },
  cubic: { title: 'cubic mean', rule: 'full colour = 10 × cubic mean of |R|' },
};
export const ALL_ZERO = 'all values are 0';
export const MISSED = 'full colour = max |R| (99th percentile is 0)';

/** The look of a number that is not finite: colour and ink, crossed. */
export const NOT_FINITE = ['404040', 'cf10cf'];
/** How numbered sets are told apart: step on the arm of what is for, and hatch: 1 rises, −1 falls, 2 both. */
export const SETS = [
  [224, 0],
  [128, 1],
  [71, -1],
  [158, 2],
];
/** A hatch has strokes of the second ink from step STRONG on, up to FAINT none. */
export const INKS = [20, 255];
export const [FAINT, STRONG] = [10, 128];
// end
