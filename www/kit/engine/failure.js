/** An error for people, with a stable code. @param {string} code @param {string} message */
export const failure = (code, message) => Object.assign(new Error(message), { code });
