export { AllowedHosts, isSiteHost } from "./allowed-hosts.ts";
export type { IdentityCookies } from "./cookie-jar.ts";
export { failureOfError, failureOfStatus, header } from "./failures.ts";
export { type Exchange, type ExchangeRequest, HttpClient, type HttpResponse } from "./http-client.ts";
export { type Identity, parseCookieHeader } from "./identity.ts";
