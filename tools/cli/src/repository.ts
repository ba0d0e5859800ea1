import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, .data and node_modules. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
