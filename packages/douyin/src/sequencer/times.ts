import type { UpstreamEvent } from "../events/live-event.ts";

/** With an upstream time later than its arrival by more than this, ms, a message has none worth using. */
const nonsenseMs = 3_600_000;

export function isNonsense({ at, receivedAt }: UpstreamEvent): boolean {
	return at > receivedAt + nonsenseMs;
}

/** The latest time at which it may have been said: one in whole seconds may be any within that second. */
export function latestAt({ at }: Pick<UpstreamEvent, "at">): number {
	return at % 1000 === 0 ? at + 999 : at;
}
