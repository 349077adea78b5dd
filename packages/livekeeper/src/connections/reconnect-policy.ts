/**
 * How long to wait after the n-th failed attempt in a row: 1, 2, 4, 8, 16, 32, then 60 s for ever, as a client of one
 * room does. Without jitter: the delays are promised, and rooms that fail together are spread by `ConnectionSlots`.
 */
export { reconnectDelayMs } from "@livekeeper/douyin";
