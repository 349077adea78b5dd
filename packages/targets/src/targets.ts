import { LivekeeperError } from "@livekeeper/base/errors";
import { mapAll } from "@livekeeper/base/map-all";
import type { Language } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import type { Clock } from "@livekeeper/douyin";
import { type AddressPolicy, type Resolver, systemResolver } from "./addresses.ts";
import { presets } from "./presets/index.ts";
import type { Preset } from "./presets/preset.ts";
import { preview } from "./preview.ts";
import { generateTargetId, openSettings, sealSettings, type TextBox, withoutSecrets } from "./secret.ts";
import { noRoom } from "./service-states.ts";
import { freshProgress, includesRoom, type RoomProgress, type Target } from "./target.ts";
import type { TargetDispatcher } from "./target-dispatcher.ts";
import { checkDestination, readInput } from "./target-input.ts";
import type { TargetLog } from "./target-log.ts";
import type {
	AttemptView,
	DeadLetterView,
	Preview,
	TargetInput,
	TargetRoomView,
	TargetTestView,
	TargetView,
} from "./target-schema.ts";
import type { StoredTarget, TargetStore } from "./target-store.ts";
import { attemptView, availability, deadLetterView, roomView, targetTestView, targetView } from "./target-view.ts";
import { targetTexts } from "./text/index.ts";

export interface TargetsDeps {
	clock: Clock;
	log: TargetLog;
	store: TargetStore;
	dispatcher: TargetDispatcher;
	secrets: TextBox;
	/** Addresses that targets of a preset may have. */
	allows: (preset: Pick<Preset<unknown>, "loopback">) => AddressPolicy;
	/** Default: the system's. */
	resolve?: Resolver;
	/** Maximum number of targets; default 100. */
	maxTargets?: number;
}

/** Maximum wait for a name server when a target is created, ms. */
const resolveMs = 3_000;
const maxTests = 4;
const maxHistory = 100;
const previewMs = 3_600_000;
const maxPreviewRooms = 20;

/** Targets as the API uses them: applies changes one at a time, and reports their state. */
export class Targets {
	readonly #deps: TargetsDeps;
	/** Changes are serialised, so two never overlap. */
	readonly #turns = new Turns();
	#tests = 0;

	constructor(deps: TargetsDeps) {
		this.#deps = deps;
	}

	async list(): Promise<TargetView[]> {
		const stored = await this.#deps.store.list();
		return Promise.all(stored.map((one) => this.#view(one)));
	}

	/** @throws LivekeeperError `target_not_found` */
	async get(id: string, language: Language): Promise<{ target: TargetView; rooms: TargetRoomView[] }> {
		const stored = await this.#stored(id);
		const { target } = stored;
		const active = this.#deps.dispatcher.active(id);
		const rooms = new Map<string, { progress: Readonly<RoomProgress>; state: TargetRoomView["state"] }>();
		for (const { progress } of await this.#deps.store.progress(id)) {
			if (progress.liveId === noRoom || !includesRoom(target, progress.liveId)) continue;
			rooms.set(progress.liveId, { progress, state: active ? storedState(progress) : "stopped" });
		}
		for (const [liveId, { progress, state }] of active?.lanes ?? []) {
			if (liveId !== noRoom) rooms.set(liveId, { progress, state });
		}
		const views = await mapAll([...rooms], async ([liveId, { progress, state }]) =>
			roomView(progress, state, await this.#deps.log.lastSeq(liveId), language),
		);
		return { target: await this.#view(stored), rooms: views };
	}

	/**
	 * Creates a target. Its secret is returned here and never again.
	 * @throws LivekeeperError `invalid_target`, `target_url_not_allowed`, `too_many_targets`
	 */
	create(input: TargetInput): Promise<{ target: TargetView; secret: string | null }> {
		return this.#turns.take(async () => {
			const { clock, store, dispatcher, secrets, allows, maxTargets = 100 } = this.#deps;
			const id = generateTargetId();
			const now = clock.now();
			const { target, settings, address } = readInput(input, { id, now, createdAt: now, allows });
			await this.#checkDestination(target, address);
			if ((await store.list()).length >= maxTargets) {
				throw new LivekeeperError("too_many_targets", targetTexts.limit(maxTargets));
			}
			const progress = await this.#beginnings(target, await this.#roomsOf(target));
			const stored = { target, sealed: sealSettings(secrets, id, settings) };
			await store.add(stored, progress);
			await dispatcher.resume(id);
			const secret = target.preset === "json" ? (settings["secret"] as string) : null;
			return { target: await this.#view(stored), secret };
		});
	}

	/**
	 * Replaces a target; its secret stays if the input has none. Rooms that it keeps continue from their positions and
	 * are tried at once; the dead letters of rooms that it drops are removed.
	 * @throws LivekeeperError `target_not_found`, `invalid_target`, `target_url_not_allowed`
	 */
	update(id: string, input: TargetInput): Promise<TargetView> {
		return this.#turns.take(async () => {
			const { clock, store, dispatcher, secrets, allows } = this.#deps;
			const before = await this.#stored(id);
			const { target: old } = before;
			const opened = openSettings(secrets, before);
			const kept = opened && { preset: old.preset, settings: opened };
			if (!kept) requireSecret(input);
			const of = { id, now: clock.now(), createdAt: old.createdAt, before: kept, allows };
			const { target, settings, address } = readInput(input, of);
			await this.#checkDestination(target, address);
			const stored = { target, sealed: sealSettings(secrets, id, settings) };
			const added = (await this.#roomsOf(target)).filter((liveId) => !includesRoom(old, liveId));
			const beginnings = await this.#beginnings(target, added);
			await dispatcher.suspend(id);
			try {
				const followed = (await store.progress(id)).map(({ progress }) => progress.liveId);
				const forget = followed.filter((liveId) => !includesRoom(target, liveId));
				const existed = await store.replace(stored, beginnings, forget);
				if (!existed) throw new LivekeeperError("target_not_found", targetTexts.none(id));
			} finally {
				await dispatcher.resume(id);
			}
			return await this.#view(stored);
		});
	}

	/** @throws LivekeeperError `target_not_found` */
	remove(id: string): Promise<void> {
		return this.#turns.take(async () => {
			const { store, dispatcher } = this.#deps;
			await this.#stored(id);
			await dispatcher.suspend(id);
			try {
				await store.remove(id);
			} finally {
				// Does nothing if the target is gone; if it could not be removed, it continues.
				await dispatcher.resume(id);
			}
		});
	}

	/**
	 * Sends the receiver a request without events.
	 * @returns the result
	 * @throws LivekeeperError `target_not_found`, `invalid_target` if its settings cannot be read, `too_many_requests`
	 */
	async test(id: string, language: Language): Promise<TargetTestView> {
		if (this.#tests >= maxTests) throw new LivekeeperError("too_many_requests", targetTexts.tests(maxTests));
		this.#tests++;
		const { clock, dispatcher } = this.#deps;
		const startedAt = clock.now();
		try {
			return targetTestView(await dispatcher.test(id), startedAt, clock.now(), language);
		} finally {
			this.#tests--;
		}
	}

	/**
	 * Returns the messages that a target would have been sent in the last hour; sends none.
	 * @param id of a target whose secret settings complete the input
	 * @throws LivekeeperError `target_not_found`, `invalid_target`, `target_url_not_allowed`, `too_many_requests`
	 */
	async preview(input: TargetInput, id: string | undefined): Promise<Preview> {
		if (this.#tests >= maxTests) throw new LivekeeperError("too_many_requests", targetTexts.tests(maxTests));
		const { clock, secrets, allows, log, dispatcher } = this.#deps;
		const now = clock.now();
		const stored = id === undefined ? undefined : await this.#stored(id);
		const opened = stored && openSettings(secrets, stored);
		const before = stored && opened && { preset: stored.target.preset, settings: opened };
		const { target, settings } = readInput(input, { id: id ?? "tgt_preview", now, createdAt: now, before, allows });
		const rooms = await this.#roomsOf(target);
		this.#tests++;
		try {
			const of = { liveIds: rooms.slice(0, maxPreviewRooms), from: now - previewMs, now };
			const shownWith = withoutSecrets(settings, presets[target.preset].secrets);
			const shown = await preview(dispatcher.renderer(target, shownWith), log, of);
			return { ...shown, partial: shown.partial || rooms.length > maxPreviewRooms };
		} finally {
			this.#tests--;
		}
	}

	/**
	 * Returns the newest attempts, newest first: those that each room's progress keeps.
	 * @throws LivekeeperError `target_not_found`
	 */
	async history(id: string, language: Language): Promise<AttemptView[]> {
		await this.#stored(id);
		const rooms = await this.#deps.store.progress(id);
		const attempts = rooms.flatMap(({ progress: { liveId, recent = [] } }) =>
			recent.map((attempt) => attemptView(liveId, attempt, language)),
		);
		return attempts.sort((a, b) => b.at - a.at).slice(0, maxHistory);
	}

	/**
	 * Returns dead letters, newest first.
	 * @throws LivekeeperError `target_not_found`
	 */
	async deadLetters(
		id: string,
		query: { limit: number; before?: number | undefined },
		language: Language,
	): Promise<{ dead_letters: DeadLetterView[]; next_before: number | null }> {
		await this.#stored(id);
		const { letters, nextBefore } = await this.#deps.store.deadLetters(id, query);
		const oldest = new Map<string, number>();
		for (const { liveId } of letters) {
			if (!oldest.has(liveId)) oldest.set(liveId, await this.#oldestSeq(liveId));
		}
		const views = letters.map((letter) => deadLetterView(letter, oldest.get(letter.liveId) ?? 0, language));
		return { dead_letters: views, next_before: nextBefore ?? null };
	}

	/**
	 * Queues a dead letter for one more attempt; it leaves the list when the receiver accepts it.
	 * @throws LivekeeperError `target_not_found`, `delivery_not_found`, `events_expired`
	 */
	async redeliver(id: string, deliveryId: string): Promise<void> {
		await this.#stored(id);
		const { store, dispatcher } = this.#deps;
		const letter = await store.deadLetter(id, deliveryId);
		if (!letter) throw new LivekeeperError("delivery_not_found", targetTexts.noLetter(deliveryId));
		if (availability(letter, await this.#oldestSeq(letter.liveId)) === "none") {
			throw new LivekeeperError("events_expired", targetTexts.letterExpired);
		}
		await store.queueLetter(id, deliveryId);
		dispatcher.redeliver(id, [letter.liveId]);
	}

	/**
	 * Queues all dead letters.
	 * @returns their number
	 * @throws LivekeeperError `target_not_found`
	 */
	async redeliverAll(id: string): Promise<number> {
		await this.#stored(id);
		const { count, liveIds } = await this.#deps.store.queueAllLetters(id);
		this.#deps.dispatcher.redeliver(id, liveIds);
		return count;
	}

	async #stored(id: string): Promise<StoredTarget> {
		const stored = await this.#deps.store.get(id);
		if (!stored) throw new LivekeeperError("target_not_found", targetTexts.none(id));
		return stored;
	}

	#checkDestination({ preset }: Target, address: URL): Promise<void> {
		const { allows, clock, resolve = systemResolver } = this.#deps;
		return checkDestination(address, allows(presets[preset]), { resolve, clock, timeoutMs: resolveMs });
	}

	async #view(stored: StoredTarget): Promise<TargetView> {
		const { target } = stored;
		const { dispatcher, store, secrets } = this.#deps;
		const active = dispatcher.active(target.id);
		const { failures = 0, pausedUntil } = active ?? {};
		const letters = await store.deadLetterCounts(target.id);
		const settings = openSettings(secrets, stored);
		const state = stateOf(target, active, settings !== undefined);
		return targetView(target, { settings, state, failures, pausedUntil, letters });
	}

	async #roomsOf({ liveIds }: Target): Promise<readonly string[]> {
		return liveIds === "*" ? this.#deps.log.liveIds() : liveIds;
	}

	/** Returns the initial progress in rooms that are new to the target. */
	async #beginnings({ after }: Target, liveIds: readonly string[]): Promise<RoomProgress[]> {
		const begin = async (liveId: string) =>
			after === "now" ? await this.#deps.log.lastSeq(liveId) : (await this.#oldestSeq(liveId)) - 1;
		return mapAll(liveIds, async (liveId) => freshProgress(liveId, await begin(liveId)));
	}

	async #oldestSeq(liveId: string): Promise<number> {
		if (liveId === noRoom) return 0;
		return (await this.#deps.log.read(liveId, { after: 0, limit: 1 })).oldestSeq;
	}
}

function stateOf(
	target: Target,
	active: ReturnType<TargetDispatcher["active"]>,
	isReadable: boolean,
): TargetView["state"] {
	if (!isReadable) return "unreadable";
	if (!target.enabled) return "disabled";
	// It could not be started, and will be retried.
	if (!active) return "failing";
	if (active.pausedUntil !== undefined) return "paused";
	return active.failures > 0 ? "failing" : "active";
}

/**
 * Requires the secret in the input if livekeeper's own one would otherwise be replaced unasked.
 * @throws LivekeeperError `invalid_target`
 */
function requireSecret({ preset = "json", settings }: TargetInput): void {
	if (preset === "json" && settings["secret"] === undefined) {
		throw new LivekeeperError("invalid_target", targetTexts.unreadable);
	}
}

/** Returns the stored state of a room that another node delivers. */
function storedState({ pending, attempts }: RoomProgress): TargetRoomView["state"] {
	if (!pending) return "idle";
	return attempts > 0 ? "waiting" : "running";
}
