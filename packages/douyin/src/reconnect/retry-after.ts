/** Maximum `Retry-After` that is honoured, ms. */
export const maxRetryAfterMs = 3_600_000;

/**
 * Returns the time that a `Retry-After` header (seconds or an HTTP date) asks to wait from `now`.
 * @returns ms, at most {@link maxRetryAfterMs}; `undefined` if it is absent or unreadable, or the date has passed
 * @example
 * ```ts
 * import { parseRetryAfter } from "@livekeeper/douyin/retry-after";
 * console.log(parseRetryAfter("120", Date.now())); // → 120000
 * console.log(parseRetryAfter("soon", Date.now())); // → undefined
 * ```
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
	const text = header?.trim() ?? "";
	const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return ms >= 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}
