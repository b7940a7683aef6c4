export const MISREAD = [];
