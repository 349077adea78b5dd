export { failureOfError, failureOfStatus, header, parseRetryAfter } from "./failures.ts";
export { HttpClient, type HttpClientOptions, type HttpResponse } from "./http-client.ts";
export { defaultUserAgent, type Identity, isLoggedIn, parseCookieHeader } from "./identity.ts";
export type { AgentFactory } from "./proxy.ts";
