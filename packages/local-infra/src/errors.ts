export type InfraErrorCode =
  | 'PORT_TAKEN'
  | 'JAVA_MISSING'
  | 'MAVEN_FAILED'
  | 'PLATFORM_UNSUPPORTED'
  | 'ROOT_REFUSED'
  | 'START_FAILED';

/** What was found, what was expected and what to do, in one message that can be printed as it is. */
export class LocalInfraError extends Error {
  readonly code: InfraErrorCode;

  constructor(code: InfraErrorCode, message: string) {
    super(message);
    this.name = 'LocalInfraError';
    this.code = code;
  }
}
