export { boundaryViolations, type SourceFile, type Violation } from './boundaries.ts';
export { type Block, blocksIn, npmScriptsIn, shellBlocks, untaggedShell } from './command-blocks.ts';
export {
  type ComposeFile,
  type ComposeService,
  composeText,
  interpolate,
  MissingVariableError,
  parseCompose,
  readEnvironmentFile,
  resolveCompose,
  variablesOf,
} from './compose.ts';
export { anchorOf, brokenMentions, brokenReferences, headingsOf, type Tree } from './documents.ts';
export { packagesImportedBy } from './imports.ts';
export { missingProofs, type Proof, proofsIn } from './proofs.ts';
export { isMarkdown, ROOT, type TextFile, trackedPaths, trackedTexts } from './repository.ts';
export { flawsOfDefectTable } from './seed-defects.ts';
export { tracesOfAMachine } from './traces.ts';
