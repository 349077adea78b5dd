export { AllowedHosts, isSiteHost } from "./allowed-hosts.ts";
export { type Identity, type IdentityCookies, parseCookieHeader } from "./cookie-jar.ts";
export { failureOfError, failureOfStatus, header, repeatOf, retryAfterOf } from "./failures.ts";
export { type Exchange, type ExchangeRequest, HttpClient, type HttpResponse } from "./http-client.ts";
