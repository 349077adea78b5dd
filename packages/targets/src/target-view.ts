import type { Language } from "@livekeeper/base/text";
import type { DeliveryResult } from "./delivery-result.ts";
import { presets } from "./presets/index.ts";
import { shownAs } from "./service-states.ts";
import type { Attempt, DeadLetter, DeliveryError, RoomProgress, Target, TargetSettings } from "./target.ts";
import type {
	AttemptView,
	DeadLetterView,
	DeliveryErrorView,
	TargetRoomView,
	TargetTestView,
	TargetView,
} from "./target-schema.ts";
import type { DeadLetterCounts } from "./target-store.ts";
import { deliveryText } from "./text/index.ts";

export interface Activity {
	settings: TargetSettings | undefined;
	state: TargetView["state"];
	failures: number;
	pausedUntil: number | undefined;
	letters: DeadLetterCounts;
}

export function targetView(target: Target, { settings, state, failures, pausedUntil, letters }: Activity): TargetView {
	const { filter, pace } = target;
	const preset = presets[target.preset];
	const shown = Object.entries(settings ?? {}).filter(([name]) => !preset.secrets.includes(name));
	return {
		id: target.id,
		name: target.name,
		preset: target.preset,
		settings: settings ? Object.fromEntries(shown) : null,
		host: settings ? new URL(preset.address(settings)).host : null,
		live_ids: target.liveIds === "*" ? "*" : [...target.liveIds],
		types: filter.types ? [...filter.types] : null,
		states: [...(filter.states ?? [])],
		words: [...(filter.words ?? [])],
		pattern: filter.pattern ?? null,
		gift: filter.gift ? { min_diamonds: filter.gift.minDiamonds, of: filter.gift.of } : null,
		people: [...(filter.people ?? [])],
		roles: [...(filter.roles ?? [])],
		min_level: filter.minLevel ?? null,
		pace: {
			digest_minutes: pace.digestMinutes ?? null,
			max_per_minute: pace.maxPerMinute ?? null,
			quiet: pace.quiet ?? null,
			hold_seconds: pace.holdSeconds ?? 0,
		},
		batch: { max_events: target.batch.maxEvents, max_wait_ms: target.batch.maxWaitMs },
		enabled: target.enabled,
		after: target.after,
		created_at: target.createdAt,
		updated_at: target.updatedAt,
		state,
		failures,
		paused_until: pausedUntil ?? null,
		dead_letters: letters.kept,
		dead_letters_dropped: letters.dropped,
	};
}

export function roomView(
	progress: Readonly<RoomProgress>,
	state: TargetRoomView["state"],
	lastSeq: number,
	language: Language,
): TargetRoomView {
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

/** @param oldestSeq sequence of the room's oldest event still in the log */
export function deadLetterView(letter: DeadLetter, oldestSeq: number, language: Language): DeadLetterView {
	return {
		delivery_id: letter.deliveryId,
		live_id: shownAs(letter.liveId),
		first_seq: letter.firstSeq,
		last_seq: letter.lastSeq,
		events: letter.events,
		available: availability(letter, oldestSeq),
		truncated: letter.truncated ?? null,
		attempts: letter.attempts,
		error: errorView(letter.error, language),
		dead_lettered_at: letter.deadLetteredAt,
		queued: letter.queued,
	};
}

export function attemptView(liveId: string, attempt: Attempt, language: Language): AttemptView {
	const { at, deliveryId, firstSeq, lastSeq, events, error } = attempt;
	return {
		live_id: shownAs(liveId),
		delivery_id: deliveryId,
		first_seq: firstSeq,
		last_seq: lastSeq,
		events,
		at,
		error: error ? errorView(error, language) : null,
	};
}

export function availability(letter: DeadLetter, oldestSeq: number): DeadLetterView["available"] {
	if (letter.events === 0 || oldestSeq <= letter.firstSeq) return "all";
	return oldestSeq <= letter.lastSeq || letter.notices ? "some" : "none";
}

export function targetTestView(
	result: DeliveryResult,
	startedAt: number,
	now: number,
	language: Language,
): TargetTestView {
	const status = result.status ?? null;
	const error = result.ok ? null : errorView({ ...result, at: now }, language);
	return { accepted: result.ok, status, error, took_ms: now - startedAt };
}

function errorView(error: DeliveryError, language: Language): DeliveryErrorView {
	const { code, status, at } = error;
	return { code, message: deliveryText(error)[language], status: status ?? null, at };
}
