import type { Told } from "@livekeeper/client/filter";
import type { DeliveredEvents } from "./delivered-events.ts";
import type { TargetPace } from "./pace.ts";
import type { PresetName } from "./presets/index.ts";
import { receiverErrorCodes } from "./presets/preset.ts";
import { isServiceState, type Notice, noRoom } from "./service-states.ts";
import type { TargetFilter } from "./target-filter.ts";

/** Someone's wish to be sent events. Times are ms since the epoch. */
export interface Target {
	id: string;
	/** What its owner calls it; may be "". */
	name: string;
	/** How its receiver is spoken to. */
	preset: PresetName;
	/** `*`: every room, also those that come later. */
	liveIds: "*" | readonly string[];
	filter: TargetFilter;
	pace: TargetPace;
	batch: BatchLimits;
	enabled: boolean;
	/** Where a room that the target has not followed before begins. */
	after: "now" | "oldest";
	createdAt: number;
	updatedAt: number;
}

/** The preset's settings, stored sealed as a whole: many receivers are opened by a token in their URL. */
export type TargetSettings = Readonly<Record<string, unknown>>;

export interface BatchLimits {
	/** A request never carries more events than this. */
	maxEvents: number;
	/** How long an event waits for others to travel with it, ms. */
	maxWaitMs: number;
}

/** Events that the log no longer held when their turn came, by `seq`, both ends included. */
export interface Truncation {
	from: number;
	to: number;
	reason: "retention" | "reset";
}

/** What one request carries, by its place in the log: enough to make the same bytes again. */
export interface BatchRange {
	deliveryId: string;
	/** Of the first and last event; `lastSeq` is less than `firstSeq` where there are none. */
	firstSeq: number;
	lastSeq: number;
	events: number;
	/** Where reading goes on once this was delivered. */
	nextAfter: number;
	truncated: Truncation | undefined;
	/** Absent where each of its events is there for what it is. */
	chosen?: ChosenEvents | undefined;
	/** What it says besides events: no log has that. */
	notices?: readonly Notice[] | undefined;
}

/** Events that a delivery includes for what came before and after them: they report a state, or stand for a streak of gifts. */
export interface ChosenEvents {
	seqs: readonly number[];
	/** By `seq`: how many gifts of its streak a step stands for. */
	gifts?: Readonly<Record<number, number>> | undefined;
}

/** Why an attempt failed: a stable code, and words for people. */
export interface DeliveryError {
	code: DeliveryErrorCode;
	message: string;
	/** What the receiver answered, where it answered. */
	status?: number;
	at: number;
}

export const deliveryErrorCodes = [
	/** Any answer but 2xx. */
	"http_status",
	/** No answer within the time allowed. */
	"timeout",
	/** The connection failed or was cut. */
	"network",
	/** The host name did not resolve. */
	"dns",
	/** The TLS handshake failed. */
	"tls",
	/** It sent far more than answers, so its connection was ended. */
	"flooded",
	/** The host is, or resolves to, a private address, and those are not allowed. */
	"address_not_allowed",
	/** A redirect that isn't followed: too many, to another origin, or one that would drop the body. */
	"redirect_refused",
	/** The events of a dead letter are no longer in the log. */
	"events_expired",
	/** What it understood and refused, whatever status it answered. */
	...receiverErrorCodes,
] as const;

export type DeliveryErrorCode = (typeof deliveryErrorCodes)[number];

/** How an attempt went, for people. */
export interface Attempt {
	at: number;
	deliveryId: string;
	firstSeq: number;
	lastSeq: number;
	events: number;
	/** `undefined`: it was accepted. */
	error: DeliveryError | undefined;
}

/** How far one target has come in one room, or in the service's states. */
export interface RoomProgress {
	liveId: string;
	/** Everything up to this `seq` is delivered, left out by the filter, or a dead letter. */
	position: number;
	/** Made, perhaps sent, not yet accepted. */
	pending: BatchRange | undefined;
	/** Failed attempts with `pending`. */
	attempts: number;
	/** `pending` isn't tried before; 0: at once. */
	nextAttemptAt: number;
	lastSuccessAt: number | undefined;
	/** Of the newest failed attempt; gone with the next success. */
	lastError: DeliveryError | undefined;
	/** The last reported states. */
	told: Told | undefined;
	/** As `told` once `pending` is accepted. */
	toldNext: Told | undefined;
	/** Messages of `pending` that were accepted already. */
	done: number | undefined;
	/** What the target has had, so that it does not come again where the log has lost its end. */
	delivered: DeliveredEvents | undefined;
	/** The newest attempts, newest first. */
	recent: readonly Attempt[] | undefined;
}

/** A batch that was given up. Its events stay in the log as long as the log keeps them. */
export interface DeadLetter extends BatchRange {
	liveId: string;
	/** What it was made with. */
	filter: TargetFilter;
	attempts: number;
	error: DeliveryError;
	/** When it was given up. */
	buriedAt: number;
	/** Asked to be sent again, and not yet tried. */
	queued: boolean;
}

/** @param liveId of a room, or `noRoom` */
export function wants(target: Target, liveId: string): boolean {
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
		told: undefined,
		toldNext: undefined,
		done: undefined,
		delivered: undefined,
		recent: undefined,
	};
}
