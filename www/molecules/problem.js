/** An error for people, with a stable code. */
export const problem = (code, message) => Object.assign(new Error(message), { code });
