import type { StreamInfo } from "@nats-io/jetstream";
import type { StreamLoss } from "../event-log.ts";
import type { Head } from "./message.ts";

/** What a stream looked like when it was last found whole. */
export interface Seen {
	/** How often it was made: each time it has another name. */
	incarnation: number;
	/** When NATS made it: two streams of one name differ in it. */
	created: string;
	lastSequence: number;
	/** Highest known `seq` in it, or base of a loss that it recorded. */
	highest: number;
	/** ms since the epoch. */
	at: number;
}

/** How it shows that a stream has lost what was in it. */
export type Found = StreamLoss["found"];

/** A stream's last loss, recorded in its own metadata for every reader and writer. */
export interface Loss extends StreamLoss {
	/** Messages up to this sequence are older than the loss. */
	survived: number;
	/** No `seq` up to this is given in it again; a later loss has a higher one. */
	base: number;
}

/** Of a stream that is known to have been there, and of which nobody remembers more. */
export const unknownStream: Seen = { incarnation: 1, created: "", lastSequence: 0, highest: 0, at: 0 };

/** 2026-01-01T00:00:00Z */
const epochMs = 1_767_225_600_000;
/** More than was numbered since it was last seen, whatever the machines' clocks do. */
export const leastStep = 1_000_000;

const lossKey = "livekeeper.loss";
const partitionsKey = "livekeeper.partitions";

/**
 * Compares a stream with what is remembered of it. One that records an unknown loss has been dealt with by
 * another node.
 * @param seen `undefined`: nothing is remembered of it
 * @param info `undefined`: there is none
 * @returns `undefined`: nothing is wrong with it
 */
export function compare(seen: Seen | undefined, info: StreamInfo | undefined): Found | undefined {
	if (!seen) return undefined;
	if (!info) return "missing";
	if (isNews(seen, lossOf(info))) return undefined;
	if (info.created !== seen.created) return "younger";
	return info.state.last_seq < seen.lastSequence ? "shorter" : undefined;
}

/** Whether the stream records a loss that was not known. */
export function isNews(seen: Seen | undefined, loss: Loss | undefined): loss is Loss {
	return seen !== undefined && loss !== undefined && loss.base > seen.highest;
}

/** Whether a room's newest message is of before its stream was lost. @param head `undefined`: it has none */
export function isBefore(head: Pick<Head, "floor"> | undefined, loss: Loss | undefined): loss is Loss {
	return loss !== undefined && (head?.floor ?? 0) < loss.base;
}

/**
 * Above every number that can have been given: one each 10 ms since the epoch, or more than is remembered.
 * @param now ms since the epoch
 */
export function baseAfter({ highest }: Seen, now: number): number {
	return Math.max(Math.floor((now - epochMs) / 10), highest + leastStep);
}

/** The stream's own record of its last loss. */
export function lossOf({ config }: StreamInfo): Loss | undefined {
	const text = config.metadata?.[lossKey];
	return text === undefined ? undefined : (JSON.parse(text) as Loss);
}

export function lossMetadata(loss: Loss): Record<string, string> {
	return { [lossKey]: JSON.stringify(loss) };
}

/** Each stream of rooms tells how many there are, should the state bucket be lost. */
export function partitionsMetadata(partitions: number): Record<string, string> {
	return { [partitionsKey]: String(partitions) };
}

export function partitionsOf({ config }: StreamInfo): number | undefined {
	const text = config.metadata?.[partitionsKey];
	return text === undefined ? undefined : Number(text);
}
