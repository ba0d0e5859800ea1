export {
  type AuthSettings,
  authSettings,
  DEFAULT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  refineAuth,
} from './auth-settings.ts';
export { type Authenticate, createAuthentication } from './authentication.ts';
export { type Caller, maySee } from './caller.ts';
