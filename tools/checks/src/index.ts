export { boundaryViolations, type SourceFile, type Violation } from './boundaries.ts';
