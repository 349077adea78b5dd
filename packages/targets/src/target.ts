import type { LastNotified } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import { hashesOf } from "@livekeeper/log";
import type { TargetPace } from "./pace.ts";
import type { PresetName } from "./presets/index.ts";
import { receiverErrorCodes } from "./presets/preset.ts";
import { isServiceState, type Notice, noRoom } from "./service-states.ts";
import type { TargetFilter } from "./target-filter.ts";

/**
 * The newest events that a target has accepted in a room: the target's own dedup window. The log recognises events that
 * the upstream repeats. After the log has lost its end (a power cut) it cannot, and stores them under new numbers. If
 * the target's position survived, this window shows which of them the target already has. An event is left out only if
 * one of its ids, its kind and its time are in the window; any other event is delivered, and may still be a repeat.
 */
export interface DeliveredEvents {
	/** Base64 of a 53-bit hash, as a double, for each id of an event, oldest first. */
	keys: string;
	/** Number of keys added since the log was last found to have lost its end; absent: all. */
	sinceReset?: number;
}

/** Maximum number of keys per target and room: at most 5 KB, written with each step of the position. */
const maxKeys = 512;

/**
 * Adds events to the window.
 * @param events events that the target has just accepted
 * @param isReset whether they follow an end that the log has lost
 */
export function withDelivered(
	before: DeliveredEvents | undefined,
	events: readonly { json: string }[],
	isReset: boolean,
): DeliveredEvents | undefined {
	if (events.length === 0 && !isReset) return before;
	const added = [...new Set(events.flatMap(({ json }) => keysOf(parse(json))))];
	const known = before ? doublesIn(before.keys) : [];
	const keys = [...known, ...added].slice(-maxKeys);
	const since = isReset ? added.length : before?.sinceReset === undefined ? maxKeys : before.sinceReset + added.length;
	if (keys.length === 0) return undefined;
	const text = Buffer.from(Float64Array.from(keys).buffer).toString("base64");
	return { keys: text, ...(since < keys.length && { sinceReset: since }) };
}

/** Returns a function that checks whether the window contains an event. */
export function repeatsOf({ keys }: DeliveredEvents): (event: WireEvent) => boolean {
	const known = new Set(doublesIn(keys));
	return (event) => keysOf(event).some((key) => known.has(key));
}

function keysOf({ id, envelope_id: envelopeId, method, at }: WireEvent & { envelope_id?: string }): number[] {
	return [...hashesOf([{ id, method, at, ...(envelopeId !== undefined && { envelopeId }) }])];
}

function doublesIn(base64: string): number[] {
	const { buffer, byteLength } = Uint8Array.from(Buffer.from(base64, "base64"));
	return [...new Float64Array(buffer, 0, byteLength / Float64Array.BYTES_PER_ELEMENT)];
}

function parse(json: string): WireEvent {
	return JSON.parse(json) as WireEvent;
}

/** A subscription that sends events to a receiver. Times are ms since the epoch. */
export interface Target {
	id: string;
	/** Name given by its owner; may be "". */
	name: string;
	/** Format and transport of its receiver. */
	preset: PresetName;
	/** `*`: every room, including later ones. */
	liveIds: "*" | readonly string[];
	filter: TargetFilter;
	pace: TargetPace;
	batch: BatchLimits;
	enabled: boolean;
	/** Starting point in a room that is new to the target. */
	after: "now" | "oldest";
	createdAt: number;
	updatedAt: number;
}

/** The preset's settings, always sealed as a whole: the URL of many receivers contains a token. */
export type TargetSettings = Readonly<Record<string, unknown>>;

interface BatchLimits {
	/** Maximum number of events in a request. */
	maxEvents: number;
	/** Maximum time that an event waits for others in its batch, ms. */
	maxWaitMs: number;
}

/** Events that the log no longer had when they were due, by `seq`, both ends included. */
export interface Truncation {
	from: number;
	to: number;
	reason: "retention" | "reset";
}

/** Content of one request, by its place in the log: enough to rebuild the same bytes. */
export interface BatchRange {
	deliveryId: string;
	/** Sequence of the first event. `lastSeq` is less than `firstSeq` if there are none. */
	firstSeq: number;
	lastSeq: number;
	events: number;
	/** Position after this was delivered. */
	nextAfter: number;
	truncated: Truncation | undefined;
	/** Absent if each of its events is selected for itself. */
	chosen?: ChosenEvents | undefined;
	/** Content besides events, which is in no log. */
	notices?: readonly Notice[] | undefined;
}

/**
 * Events that a delivery includes because of earlier or later events: they report a state, or represent a streak of
 * gifts.
 */
export interface ChosenEvents {
	seqs: readonly number[];
	/** Number of gifts of its streak that a step represents, by `seq`. */
	gifts?: Readonly<Record<number, number>> | undefined;
}

/** Reason why an attempt failed: a stable code, and words for people. */
export interface DeliveryError {
	code: DeliveryErrorCode;
	message: string;
	/** Status of the receiver's answer, if there was one. */
	status?: number;
	at: number;
}

export const deliveryErrorCodes = [
	/** Any answer but 2xx. */
	"http_status",
	/** No answer within the timeout. */
	"timeout",
	/** The connection failed or was closed. */
	"network",
	/** The host name did not resolve. */
	"dns",
	/** The TLS handshake failed. */
	"tls",
	/** The receiver sent far more than answers, so its connection was ended. */
	"flooded",
	/** The host is, or resolves to, a private address, and those are not allowed. */
	"address_not_allowed",
	/** A redirect that is not followed: too many, to another origin, or one that would drop the body. */
	"redirect_refused",
	/** The events of a dead letter are no longer in the log. */
	"events_expired",
	/** Errors of a receiver that understood and refused the request, whatever its status. */
	...receiverErrorCodes,
] as const;

export type DeliveryErrorCode = (typeof deliveryErrorCodes)[number];

/** Result of an attempt, for people. */
export interface Attempt {
	at: number;
	deliveryId: string;
	firstSeq: number;
	lastSeq: number;
	events: number;
	/** `undefined`: it was accepted. */
	error: DeliveryError | undefined;
}

/** Progress of one target in one room, or in the service's states. */
export interface RoomProgress {
	liveId: string;
	/** Sequence up to which every event is delivered, filtered out, or dead-lettered. */
	position: number;
	/** Batch that was made, perhaps sent, and not yet accepted. */
	pending: BatchRange | undefined;
	/** Failed attempts with `pending`. */
	attempts: number;
	/** Earliest time of the next attempt with `pending`; 0: at once. */
	nextAttemptAt: number;
	lastSuccessAt: number | undefined;
	/** Error of the newest failed attempt; cleared by the next success. */
	lastError: DeliveryError | undefined;
	/** States the target was last notified of. */
	lastNotified: LastNotified | undefined;
	/** Value of `lastNotified` once `pending` is accepted. */
	nextNotified: LastNotified | undefined;
	/** Number of messages of `pending` that are accepted already. */
	done: number | undefined;
	/** Events that the target has, so they are not sent again if the log has lost its end. */
	delivered: DeliveredEvents | undefined;
	/** Newest attempts, newest first. */
	recent: readonly Attempt[] | undefined;
}

/** A batch that was given up. Its events stay in the log as long as the log keeps them. */
export interface DeadLetter extends BatchRange {
	liveId: string;
	/** Filter with which it was made. */
	filter: TargetFilter;
	attempts: number;
	error: DeliveryError;
	/** Time when it was given up. */
	deadLetteredAt: number;
	/** Whether it is queued to be resent. */
	queued: boolean;
}

/** @param liveId a room, or `noRoom` */
export function includesRoom(target: Target, liveId: string): boolean {
	if (liveId === noRoom) return target.filter.states?.some(isServiceState) ?? false;
	return target.liveIds === "*" || target.liveIds.includes(liveId);
}

export function freshProgress(liveId: string, position = 0): RoomProgress {
	return {
		liveId,
		position,
		pending: undefined,
		attempts: 0,
		nextAttemptAt: 0,
		lastSuccessAt: undefined,
		lastError: undefined,
		lastNotified: undefined,
		nextNotified: undefined,
		done: undefined,
		delivered: undefined,
		recent: undefined,
	};
}
