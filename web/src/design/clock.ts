/** Of the visitor's machine: for distances that people read, and for nothing else. */
export const now = (): number => Date.now();
