export { reconnectDelayMs } from "./backoff.ts";
export { longestRetryAfterMs, parseRetryAfter } from "./retry-after.ts";
export { RetrySchedule } from "./retry-schedule.ts";
