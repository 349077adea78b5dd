export { isTokenSecret, type OverlayTokenView, ownerScope, type Purpose, type Scope } from "./overlay-token.ts";
export { OverlayTokens } from "./overlay-tokens.ts";
