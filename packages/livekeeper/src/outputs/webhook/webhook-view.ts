import type { LiveEventType } from "@livekeeper/douyin";
import { deliveryText, type Language } from "../../text/index.ts";
import type { LaneState } from "./delivery-lane.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import type { DeadLetter, DeliveryError, RoomProgress, Truncation, Webhook } from "./webhook.ts";
import type { DeadLetterCounts } from "./webhook-store.ts";

/**
 * active: all is well · failing: the last attempt failed, the next is due · paused: many failed in a row, probed now
 * and then · disabled: by the user · unreadable: sealed with another key, give its URL and a secret again
 */
export type WebhookState = "active" | "failing" | "paused" | "disabled" | "unreadable";

/** A webhook as it leaves the process. Its secret is no part of it. Times are ms since the epoch. */
export interface WebhookView {
	id: string;
	/** `null`: sealed with another key. */
	url: string | null;
	live_ids: "*" | string[];
	types: LiveEventType[] | null;
	batch: { max_events: number; max_wait_ms: number };
	enabled: boolean;
	after: "now" | "oldest";
	created_at: number;
	updated_at: number;
	state: WebhookState;
	/** In a row, over all rooms. */
	failures: number;
	paused_until: number | null;
	dead_letters: number;
	/** Dead letters that gave way to newer ones. */
	dead_letters_dropped: number;
}

export interface WebhookRoomView {
	live_id: string;
	state: LaneState | "stopped";
	/** Everything up to this `seq` is done with. */
	position: number;
	last_seq: number;
	/** Events between the two, wanted or not. */
	lag: number;
	/** Of the batch under way. */
	attempts: number;
	next_attempt_at: number | null;
	last_success_at: number | null;
	last_error: DeliveryErrorView | null;
}

export interface DeliveryErrorView {
	code: DeliveryError["code"];
	message: string;
	status: number | null;
	at: number;
}

export interface DeadLetterView {
	delivery_id: string;
	live_id: string;
	first_seq: number;
	last_seq: number;
	events: number;
	/** How much of it the log still holds. */
	available: "all" | "some" | "none";
	truncated: Truncation | null;
	attempts: number;
	error: DeliveryErrorView;
	buried_at: number;
	/** Asked to be sent again, and not yet tried. */
	queued: boolean;
}

/** How a request without events went. */
export interface WebhookTestView {
	/** The receiver answered 2xx. */
	accepted: boolean;
	/** What it answered; null where it did not. */
	status: number | null;
	error: DeliveryErrorView | null;
	took_ms: number;
}

export interface Activity {
	url: string | undefined;
	state: WebhookState;
	failures: number;
	pausedUntil: number | undefined;
	letters: DeadLetterCounts;
}

export function webhookView(webhook: Webhook, { url, state, failures, pausedUntil, letters }: Activity): WebhookView {
	return {
		id: webhook.id,
		url: url ?? null,
		live_ids: webhook.liveIds === "*" ? "*" : [...webhook.liveIds],
		types: webhook.types ? [...webhook.types] : null,
		batch: { max_events: webhook.batch.maxEvents, max_wait_ms: webhook.batch.maxWaitMs },
		enabled: webhook.enabled,
		after: webhook.after,
		created_at: webhook.createdAt,
		updated_at: webhook.updatedAt,
		state,
		failures,
		paused_until: pausedUntil ?? null,
		dead_letters: letters.kept,
		dead_letters_dropped: letters.dropped,
	};
}

export function roomView(
	progress: Readonly<RoomProgress>,
	state: WebhookRoomView["state"],
	lastSeq: number,
	language: Language,
): WebhookRoomView {
	const { position, attempts, lastError } = progress;
	const waits = progress.pending !== undefined && attempts > 0;
	return {
		live_id: progress.liveId,
		state,
		position,
		last_seq: lastSeq,
		lag: Math.max(0, lastSeq - position),
		attempts,
		next_attempt_at: waits ? progress.nextAttemptAt : null,
		last_success_at: progress.lastSuccessAt ?? null,
		last_error: lastError ? errorView(lastError, language) : null,
	};
}

/** @param oldestSeq the oldest event that the log still holds of the room */
export function deadLetterView(letter: DeadLetter, oldestSeq: number, language: Language): DeadLetterView {
	return {
		delivery_id: letter.deliveryId,
		live_id: letter.liveId,
		first_seq: letter.firstSeq,
		last_seq: letter.lastSeq,
		events: letter.events,
		available: availability(letter, oldestSeq),
		truncated: letter.truncated ?? null,
		attempts: letter.attempts,
		error: errorView(letter.error, language),
		buried_at: letter.buriedAt,
		queued: letter.queued,
	};
}

export function availability(letter: DeadLetter, oldestSeq: number): DeadLetterView["available"] {
	if (letter.events === 0 || oldestSeq <= letter.firstSeq) return "all";
	return oldestSeq <= letter.lastSeq ? "some" : "none";
}

export function webhookTestView(
	result: DeliveryResult,
	startedAt: number,
	now: number,
	language: Language,
): WebhookTestView {
	const status = result.status ?? null;
	const error = result.ok ? null : errorView({ ...result, at: now }, language);
	return { accepted: result.ok, status, error, took_ms: now - startedAt };
}

function errorView(error: DeliveryError, language: Language): DeliveryErrorView {
	const { code, status, at } = error;
	return { code, message: deliveryText(error)[language], status: status ?? null, at };
}
