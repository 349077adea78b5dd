import type { Clock } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { type Language, webhookTexts } from "../../text/index.ts";
import { Turns } from "../../turns.ts";
import { type AddressPolicy, type Resolver, systemResolver } from "./addresses.ts";
import { mapAll } from "./map-all.ts";
import { generateSecret, generateWebhookId, openSecrets, sealSecrets, type TextBox } from "./secret.ts";
import { freshProgress, type RoomProgress, type Webhook, wants } from "./webhook.ts";
import type { WebhookDispatcher } from "./webhook-dispatcher.ts";
import { checkTarget, readInput, type WebhookInput } from "./webhook-input.ts";
import type { WebhookLog } from "./webhook-log.ts";
import type { StoredWebhook, WebhookStore } from "./webhook-store.ts";
import {
	availability,
	type DeadLetterView,
	deadLetterView,
	roomView,
	type WebhookRoomView,
	type WebhookState,
	type WebhookTestView,
	type WebhookView,
	webhookTestView,
	webhookView,
} from "./webhook-view.ts";

export interface WebhooksDeps {
	clock: Clock;
	log: WebhookLog;
	store: WebhookStore;
	dispatcher: WebhookDispatcher;
	secrets: TextBox;
	/** Where webhooks may point. */
	allows: AddressPolicy;
	/** Default: the system's. */
	resolve?: Resolver;
	/** Default 100. */
	maxWebhooks?: number;
}

/** Longest wait for a name server when a webhook is made, ms. */
const resolveMs = 3_000;
const maxTests = 4;

/** What the API does with webhooks: changes them one at a time, and reports their state. */
export class Webhooks {
	readonly #deps: WebhooksDeps;
	/** Changes wait for the one before, so that two never meet half-way. */
	readonly #turns = new Turns();
	#tests = 0;

	constructor(deps: WebhooksDeps) {
		this.#deps = deps;
	}

	async list(): Promise<WebhookView[]> {
		const stored = await this.#deps.store.list();
		return Promise.all(stored.map((one) => this.#view(one)));
	}

	/** @throws LivekeeperError `webhook_not_found` */
	async get(id: string, language: Language): Promise<{ webhook: WebhookView; rooms: WebhookRoomView[] }> {
		const stored = await this.#stored(id);
		const { webhook } = stored;
		const target = this.#deps.dispatcher.target(id);
		const rooms = new Map<string, { progress: Readonly<RoomProgress>; state: WebhookRoomView["state"] }>();
		for (const { progress } of await this.#deps.store.progress(id)) {
			if (!wants(webhook, progress.liveId)) continue;
			rooms.set(progress.liveId, { progress, state: target ? storedState(progress) : "stopped" });
		}
		for (const [liveId, { progress, state }] of target?.lanes ?? []) rooms.set(liveId, { progress, state });
		const views = await mapAll([...rooms], async ([liveId, { progress, state }]) =>
			roomView(progress, state, await this.#deps.log.lastSeq(liveId), language),
		);
		return { webhook: await this.#view(stored), rooms: views };
	}

	/**
	 * The secret is given back here and never again.
	 * @throws LivekeeperError `invalid_webhook`, `webhook_url_not_allowed`, `too_many_webhooks`
	 */
	create(input: WebhookInput): Promise<{ webhook: WebhookView; secret: string }> {
		return this.#turns.take(async () => {
			const { clock, store, dispatcher, secrets, allows, maxWebhooks = 100 } = this.#deps;
			const id = generateWebhookId();
			const now = clock.now();
			const { webhook, url } = readInput(input, { id, now, createdAt: now, allows });
			await this.#checkTarget(url);
			if ((await store.list()).length >= maxWebhooks) {
				throw new LivekeeperError("too_many_webhooks", webhookTexts.limit(maxWebhooks));
			}
			const secret = input.secret ?? generateSecret();
			const progress = await this.#beginnings(webhook, await this.#roomsOf(webhook));
			const stored = { webhook, sealed: sealSecrets(secrets, id, { url, secret }) };
			await store.add(stored, progress);
			await dispatcher.resume(id);
			return { webhook: await this.#view(stored), secret };
		});
	}

	/**
	 * Replaces a webhook; only its secret stays where the input has none. Rooms that it keeps go on from their places
	 * and are tried at once; of rooms that it drops the dead letters go too.
	 * @throws LivekeeperError `webhook_not_found`, `invalid_webhook`, `webhook_url_not_allowed`
	 */
	update(id: string, input: WebhookInput): Promise<WebhookView> {
		return this.#turns.take(async () => {
			const { clock, store, dispatcher, secrets, allows } = this.#deps;
			const before = await this.#stored(id);
			const { webhook: old } = before;
			const { webhook, url } = readInput(input, { id, now: clock.now(), createdAt: old.createdAt, allows });
			const secret = input.secret ?? openSecrets(secrets, before)?.secret;
			if (secret === undefined) throw new LivekeeperError("invalid_webhook", webhookTexts.unreadable);
			await this.#checkTarget(url);
			const stored = { webhook, sealed: sealSecrets(secrets, id, { url, secret }) };
			const added = (await this.#roomsOf(webhook)).filter((liveId) => !wants(old, liveId));
			const beginnings = await this.#beginnings(webhook, added);
			await dispatcher.suspend(id);
			try {
				const followed = (await store.progress(id)).map(({ progress }) => progress.liveId);
				const forget = followed.filter((liveId) => !wants(webhook, liveId));
				const existed = await store.replace(stored, beginnings, forget);
				if (!existed) throw new LivekeeperError("webhook_not_found", webhookTexts.none(id));
			} finally {
				await dispatcher.resume(id);
			}
			return await this.#view(stored);
		});
	}

	/** @throws LivekeeperError `webhook_not_found` */
	remove(id: string): Promise<void> {
		return this.#turns.take(async () => {
			const { store, dispatcher } = this.#deps;
			await this.#stored(id);
			await dispatcher.suspend(id);
			try {
				await store.remove(id);
			} finally {
				// Does nothing where the webhook is gone; where it could not be removed, it goes on.
				await dispatcher.resume(id);
			}
		});
	}

	/**
	 * Sends the receiver a request without events. @returns how it went
	 * @throws LivekeeperError `webhook_not_found`, `invalid_webhook` where its URL and secret can't be read, `too_many_requests`
	 */
	async test(id: string, language: Language): Promise<WebhookTestView> {
		if (this.#tests >= maxTests) throw new LivekeeperError("too_many_requests", webhookTexts.tests(maxTests));
		this.#tests++;
		const { clock, dispatcher } = this.#deps;
		const startedAt = clock.now();
		try {
			return webhookTestView(await dispatcher.test(id), startedAt, clock.now(), language);
		} finally {
			this.#tests--;
		}
	}

	/**
	 * Newest first.
	 * @throws LivekeeperError `webhook_not_found`
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
	 * Queues a dead letter to be tried once more; it leaves the list when the receiver accepts it.
	 * @throws LivekeeperError `webhook_not_found`, `delivery_not_found`, `events_expired`
	 */
	async redeliver(id: string, deliveryId: string): Promise<void> {
		await this.#stored(id);
		const { store, dispatcher } = this.#deps;
		const letter = await store.deadLetter(id, deliveryId);
		if (!letter) throw new LivekeeperError("delivery_not_found", webhookTexts.noLetter(deliveryId));
		if (availability(letter, await this.#oldestSeq(letter.liveId)) === "none") {
			throw new LivekeeperError("events_expired", webhookTexts.letterExpired);
		}
		await store.queueLetter(id, deliveryId);
		dispatcher.redeliver(id, [letter.liveId]);
	}

	/**
	 * Queues all dead letters. @returns how many there are
	 * @throws LivekeeperError `webhook_not_found`
	 */
	async redeliverAll(id: string): Promise<number> {
		await this.#stored(id);
		const { count, liveIds } = await this.#deps.store.queueAllLetters(id);
		this.#deps.dispatcher.redeliver(id, liveIds);
		return count;
	}

	async #stored(id: string): Promise<StoredWebhook> {
		const stored = await this.#deps.store.get(id);
		if (!stored) throw new LivekeeperError("webhook_not_found", webhookTexts.none(id));
		return stored;
	}

	#checkTarget(url: string): Promise<void> {
		const { allows, clock, resolve = systemResolver } = this.#deps;
		return checkTarget(url, allows, { resolve, clock, timeoutMs: resolveMs });
	}

	async #view(stored: StoredWebhook): Promise<WebhookView> {
		const { webhook } = stored;
		const { dispatcher, store, secrets } = this.#deps;
		const target = dispatcher.target(webhook.id);
		const { failures = 0, pausedUntil } = target ?? {};
		const letters = await store.deadLetterCounts(webhook.id);
		const url = openSecrets(secrets, stored)?.url;
		const state = stateOf(webhook, target, url !== undefined);
		return webhookView(webhook, { url, state, failures, pausedUntil, letters });
	}

	async #roomsOf({ liveIds }: Webhook): Promise<readonly string[]> {
		return liveIds === "*" ? this.#deps.log.liveIds() : liveIds;
	}

	/** Where a webhook begins in rooms that it has not followed before. */
	async #beginnings({ after }: Webhook, liveIds: readonly string[]): Promise<RoomProgress[]> {
		const begin = async (liveId: string) =>
			after === "now" ? await this.#deps.log.lastSeq(liveId) : (await this.#oldestSeq(liveId)) - 1;
		return mapAll(liveIds, async (liveId) => freshProgress(liveId, await begin(liveId)));
	}

	async #oldestSeq(liveId: string): Promise<number> {
		return (await this.#deps.log.read(liveId, { after: 0, limit: 1 })).oldestSeq;
	}
}

function stateOf(webhook: Webhook, target: ReturnType<WebhookDispatcher["target"]>, isReadable: boolean): WebhookState {
	if (!isReadable) return "unreadable";
	if (!webhook.enabled) return "disabled";
	// It could not be started, which is tried again.
	if (!target) return "failing";
	if (target.pausedUntil !== undefined) return "paused";
	return target.failures > 0 ? "failing" : "active";
}

/** Of a room that another node delivers, as far as it has been stored. */
function storedState({ pending, attempts }: RoomProgress): WebhookRoomView["state"] {
	if (!pending) return "idle";
	return attempts > 0 ? "waiting" : "running";
}
