import type { UpstreamEvent } from "../events/live-event.ts";

/** Maximum time by which a message's upstream time may be later than its arrival, ms; beyond it the time is useless. */
const nonsenseMs = 3_600_000;

export function isNonsense({ at, receivedAt }: UpstreamEvent): boolean {
	return at > receivedAt + nonsenseMs;
}

/**
 * Returns the latest time at which a message may have been sent: a time in whole seconds may be any within that second.
 */
export function latestAt({ at }: Pick<UpstreamEvent, "at">): number {
	return at % 1000 === 0 ? at + 999 : at;
}
