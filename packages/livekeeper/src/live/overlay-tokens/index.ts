export { isTokenSecret, type OverlayTokenView } from "./overlay-token.ts";
export { OverlayTokens } from "./overlay-tokens.ts";
export { ownerScope, type Purpose, type Scope } from "./scope.ts";
