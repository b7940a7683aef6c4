// Colours, names and words of maps: written by `tests/palettes.rs` from what the program has (`src/picture/palettes.rs`).

/**
 * Per theme two arms, of what is for and against; one where they are the same. An arm is colours at the steps 0, 15, … 255: the
 * first as six digits, then a letter for how much each byte is more than the one three before (`colors.js` reads it).
 */
export const PALETTES = {
  'red-blue': {
    title: 'Red and blue',
    words: ['red', 'blue'],
    hatched: false,
    light: [
      'fafafa`GE_HF]HG]IHYIIWIIVIJUJKSILRJMQJOOIOJUUJVVKVVKVVLVV',
      'fafafaDN^EO]FO^GOZGOZHOXIOWIOVJPUKOSJORLPPVQJWQJVRKWQJYRK',
    ],
    dark: [
      'dededeaIGaJI_KI^JIZKKYJKXKLVKMUJMTKORIOQHQLXWLXWMYWMYWMYX',
      'dededeFP_HQ`HQ_HQ^IQ]JPZJQYKQXKQVLPUKQSJRRXRLYSLZSLZSLZSL',
    ],
    night: [
      '1b1b1bm]Zl]ZkYZkWYjUYjQYiVXi]Zh]]f]^g]`d]b`ni_sh`lg_if^hg',
      '1b1b1bYblYclXblValUalTbkYaj]aj]bh]bh]bf]cdgd^qc^jd^ic^hc^',
    ],
  },
  'orange-blue': {
    title: 'Orange and blue (colour-blind safe)',
    words: ['orange', 'blue'],
    hatched: false,
    light: [
      'fafafaWJAXLCWKCWLDUMDVLETMFSNESMDRO<QOPOO]MS]LS]MS]MT]NT]',
      'fafafaEM^GO^HN]HO]IOZIOXKNXKOVMOTMOTOORPPPUQIURJVRKUQJVSK',
    ],
    dark: [
      'dededeYLCYNEYMEYNFWNFWOGVNGUOFTPBSPASP]QQ]OT]NU]NU]OU]OU]',
      'dededeHO_HQ`JP_JQ_KP]KQZLPYNQXNPVOQUOQTRQQVSLWSLWSLWSLWTL',
    ],
    night: [
      '1b1b1bi`Wi_Vh`Th^Qh_Zh_]g^]f`]g`]e`]ea]dc]`e]`e]`ec`ev`dm',
      '1b1b1bZbl]bmZalYalZakZalZaj]aj^bh^ah`bfbcdgd_fd^gd^fc]fd^',
    ],
  },
  grey: {
    title: 'Grey, against hatched',
    words: ['plain grey', 'hatched grey'],
    hatched: true,
    light: ['fafafaMMMNNNNNNOOOOOOPPPOOOPPPPPPPPPQQQPPPQQQQQQRRRQQQRRR'],
    dark: ['dededeOOOPPPPPPQQQQQQQQQQQQRRRQQQRRRRRRSSSRRRRRRSSSSSSSSS'],
    night: ['1b1b1bbbbbbbbbbbbbbbbbbbcccbbbbbbbbbcccbbbbbbcccbbbcccbbb'],
  },
};

/** Colours of numbers without a sign, one arm per theme. */
export const UNSIGNED = {
  light: ['fafafaFPJHPKHQLHQMIQMJRMJQNKPNKQOLQPMPPNQPUPSUORVPSVQSUPS'],
  dark: ['dededeHRLJRNJSMKSOJSOLSOKROMSPLRQMSQNRQORSWQSWQTWRTXQUWRT'],
  night: ['1b1b1b]d`Zd`Zd`Yd`Xc`Wd`Wd`VcaXda]ca`cafcboadjbchbdgbdgac'],
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
