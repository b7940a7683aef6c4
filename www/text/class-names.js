// Plain names of the newsgroups; the codes stand beside them.

/** @type {Record<string, string>} */
const NAMES = {
  'alt.atheism': 'Atheism',
  'comp.graphics': 'Computer graphics',
  'comp.os.ms-windows.misc': 'Microsoft Windows',
  'comp.sys.ibm.pc.hardware': 'PC hardware',
  'comp.sys.mac.hardware': 'Mac hardware',
  'comp.windows.x': 'X Window System',
  'misc.forsale': 'For sale',
  'rec.autos': 'Cars',
  'rec.motorcycles': 'Motorcycles',
  'rec.sport.baseball': 'Baseball',
  'rec.sport.hockey': 'Ice hockey',
  'sci.crypt': 'Cryptography',
  'sci.electronics': 'Electronics',
  'sci.med': 'Medicine',
  'sci.space': 'Space',
  'soc.religion.christian': 'Christianity',
  'talk.politics.guns': 'Gun politics',
  'talk.politics.mideast': 'Middle East politics',
  'talk.politics.misc': 'Politics',
  'talk.religion.misc': 'Religion',
};

/** @param {string} code of a class, as the network's file has it */
export const plainName = (code) => (Object.hasOwn(NAMES, code) ? NAMES[code] : code);

/** The plain name with the code behind it. @param {string} code */
export const fullName = (code) => (Object.hasOwn(NAMES, code) ? `${NAMES[code]} (${code})` : code);
