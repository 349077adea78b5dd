export { reconnectDelayMs } from "./backoff.ts";
export { maxRetryAfterMs, parseRetryAfter } from "./retry-after.ts";
export { nextRetry, noRetries, type RetryRecord } from "./retry-schedule.ts";
