// Errors of the command: by whom, and with a code.

import { HeatlensError, RequestError } from '../errors.js';

/** What is asked for cannot be. @param {string} message */
export const refuse = (message) => new RequestError('E_REQUEST', message);

/** A data file is broken or of no use. @param {string} path @param {string} message */
export const broken = (path, message) => new HeatlensError('E_DATA', `'${path}': ${message}`);
