export type { PairingView } from "./cookie-pairing.ts";
export { IdentityBook } from "./identity-book.ts";
export { type CookieView, IdentityService, type IdentityView } from "./identity-service.ts";
