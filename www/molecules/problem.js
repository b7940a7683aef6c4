export { failure as problem } from '../kit/engine/failure.js';
