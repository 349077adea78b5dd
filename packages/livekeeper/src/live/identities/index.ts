export { IdentityBook } from "./identity-book.ts";
export { IdentityService, type IdentityView } from "./identity-service.ts";
