export { failureOfError, failureOfStatus, header, parseRetryAfter } from "./failures.ts";
export { HttpClient, type HttpResponse } from "./http-client.ts";
export { type Identity, isLoggedIn } from "./identity.ts";
