// Molecules for the elements. What both have in common stays in one piece (see www/kit/arrays.js).
import '../www/kit/elements.js';

export * from '../www/molecules/domain.js';
