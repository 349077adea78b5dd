import { isDeepStrictEqual } from "node:util";
import { type Clock, sleep, type Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import { webhookTexts } from "../../text/index.ts";
import { ChangeFollower } from "./change-follower.ts";
import type { DeliveryLane, LaneDeps } from "./delivery-lane.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { DeliverySlots } from "./delivery-slots.ts";
import { type WebhookOptions, webhookDefaults } from "./options.ts";
import { everyRoom, type RoomOwnership } from "./room-ownership.ts";
import { openSecrets, type TextBox } from "./secret.ts";
import { signedHeaders } from "./signature.ts";
import { testDelivery } from "./test-delivery.ts";
import type { WebhookLog } from "./webhook-log.ts";
import type { WebhookSender } from "./webhook-sender.ts";
import type { StoredProgress, WebhookStore } from "./webhook-store.ts";
import { type TargetHooks, WebhookTarget } from "./webhook-target.ts";

export interface DispatcherDeps {
	clock: Clock;
	log: WebhookLog;
	store: WebhookStore;
	/** Closed by `stop`. */
	sender: Pick<WebhookSender, "send" | "close">;
	secrets: Pick<TextBox, "open">;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** From 0 to 1; default `Math.random`. */
	random?: () => number;
	/** Called for each room that an enabled webhook names (`*` names none); what it returns, when that is over. */
	reading?: (liveId: string) => () => void;
	/** Which rooms this node delivers for; default all. */
	ownership?: RoomOwnership;
	/** Default `livekeeper`. */
	userAgent?: string;
	options?: Partial<WebhookOptions>;
}

export interface DispatcherStats {
	/** Enabled webhooks whose URL and secret can be read. */
	webhooks: number;
	paused: number;
	lanes: number;
	/** Requests under way. */
	inFlight: number;
	/** Lanes that wait for a slot. */
	ready: number;
	/** Requests since the service started, by how they ended. */
	delivered: number;
	failed: number;
}

/** Where a webhook is in its rooms, and in which of them dead letters are to be sent again. */
interface Places {
	progress: readonly StoredProgress[];
	queued: readonly string[];
}

/**
 * Delivers the event log to the webhooks. Each (webhook, room) is a lane of its own, and lanes share a bounded number
 * of slots: a lane without one holds nothing but its place, and reads its next batch from the log once it has one.
 */
export class WebhookDispatcher {
	readonly #deps: DispatcherDeps;
	readonly #options: WebhookOptions;
	readonly #targets = new Map<string, WebhookTarget>();
	readonly #slots: DeliverySlots;
	/** Webhooks that are being changed here: nobody else starts them. */
	readonly #held = new Set<string>();
	readonly #ownership: RoomOwnership;
	readonly #follower: ChangeFollower;
	/** Lanes of rooms that were taken over, until they are looked at once more. */
	readonly #taken = new Set<DeliveryLane>();
	#takenTimer: Timer | undefined;
	#unsubscribe: (() => void) | undefined;
	#stopping = false;
	#delivered = 0;
	#failed = 0;

	constructor(deps: DispatcherDeps) {
		this.#deps = deps;
		this.#options = { ...webhookDefaults, ...deps.options };
		this.#slots = new DeliverySlots(this.#targets, this.#options.concurrency, deps.clock);
		this.#ownership = deps.ownership ?? everyRoom;
		const { store, clock, logger } = deps;
		const retryMs = this.#options.storageRetryMs;
		this.#follower = new ChangeFollower(
			{ store, ownership: this.#ownership, clock, logger, retryMs },
			{
				webhook: (id) => this.#refresh(id),
				all: () => this.#refreshAll(),
				letters: (id) => this.#redeliverQueued(id),
				rooms: () => this.#moveRooms(),
			},
		);
	}

	/** Goes on where each webhook was left. @throws what the store or the log throws */
	async start(): Promise<void> {
		this.#unsubscribe = this.#deps.log.onCommitted(({ liveId, events }) => {
			const [first] = events;
			const last = events.at(-1);
			if (first && last) this.notify(liveId, first.seq, last.seq);
		});
		await this.#follower.start();
		for (const { webhook } of await this.#deps.store.list()) await this.#open(webhook.id);
	}

	/** Starts nothing more, lets requests under way end for a while, then cuts them; they are sent again next time. */
	async stop(): Promise<void> {
		this.#stopping = true;
		this.#slots.close();
		this.#unsubscribe?.();
		this.#takenTimer?.cancel();
		const followed = this.#follower.stop();
		const over = new AbortController();
		const drained = this.#slots.allEnded().then(() => over.abort());
		await sleep(this.#deps.clock, this.#options.drainMs, over.signal);
		for (const target of this.#targets.values()) target.close();
		this.#targets.clear();
		await Promise.all([drained, followed]);
		this.#deps.sender.close();
	}

	/** A room's events from `firstSeq` to `lastSeq` are now in the log. Called for each commit: it only wakes lanes. */
	notify(liveId: string, firstSeq: number, lastSeq: number): void {
		if (this.#stopping) return;
		for (const target of this.#targets.values()) target.openAt(liveId, firstSeq)?.wake(lastSeq);
	}

	/** Stops a webhook's deliveries, so that it can be changed. Resolves when none is under way. */
	async suspend(id: string): Promise<void> {
		this.#held.add(id);
		await this.#close(id);
	}

	/**
	 * Starts a webhook's deliveries as the store now has it; one that is gone or disabled stays still. Where the store or
	 * the log fails they are started later: what was changed is stored all the same.
	 */
	async resume(id: string): Promise<void> {
		this.#held.delete(id);
		await this.#open(id).catch(() => this.#follower.changed({ what: "webhook", id }));
	}

	/** Dead letters of these rooms were queued. A paused webhook is probed at once. */
	redeliver(id: string, liveIds: readonly string[]): void {
		const target = this.#targets.get(id);
		for (const liveId of liveIds) target?.open(liveId)?.redeliver();
		target?.probeNow();
	}

	/**
	 * Sends a request without events, to see whether the receiver takes it: nothing is kept of how it went.
	 * @throws LivekeeperError `webhook_not_found`; `invalid_webhook` where its URL and secret can't be read
	 */
	async test(id: string): Promise<DeliveryResult> {
		const { store, secrets, clock, sender, userAgent = "livekeeper" } = this.#deps;
		const stored = await store.get(id);
		if (!stored) throw new LivekeeperError("webhook_not_found", webhookTexts.none(id));
		const opened = openSecrets(secrets, stored);
		if (!opened) throw new LivekeeperError("invalid_webhook", webhookTexts.unreadable);
		const { url, secret } = opened;
		const { deliveryId, body } = testDelivery(id);
		const headers = signedHeaders({ secret, body, deliveryId, userAgent, now: clock.now() });
		return sender.send({ url, headers, body, signal: new AbortController().signal });
	}

	/** The webhook at work, or `undefined` when it is disabled, unknown, not started yet, or its URL and secret can't be read. */
	target(id: string): Pick<WebhookTarget, "failures" | "pausedUntil" | "lanes"> | undefined {
		return this.#targets.get(id);
	}

	stats(): DispatcherStats {
		const targets = [...this.#targets.values()];
		const sum = (of: (target: WebhookTarget) => number) => targets.reduce((total, target) => total + of(target), 0);
		return {
			webhooks: targets.length,
			paused: targets.filter((target) => target.pausedUntil !== undefined).length,
			lanes: sum((target) => target.lanes.size),
			inFlight: this.#slots.inFlight,
			ready: sum((target) => target.readyLanes),
			delivered: this.#delivered,
			failed: this.#failed,
		};
	}

	readonly #hooks: TargetHooks = {
		owns: (liveId) => this.#ownership.owns(liveId),
		changed: () => this.#slots.fill(),
		reading: (liveId) => this.#deps.reading?.(liveId) ?? (() => undefined),
		attempted: (ok) => {
			if (ok) this.#delivered++;
			else this.#failed++;
		},
	};

	async #close(id: string): Promise<void> {
		const target = this.#targets.get(id);
		if (!target) return;
		this.#targets.delete(id);
		target.close();
		await this.#slots.ended(target);
	}

	async #open(id: string): Promise<void> {
		const { store, secrets, logger } = this.#deps;
		const stored = await store.get(id);
		if (!stored?.webhook.enabled) return;
		const opened = openSecrets(secrets, stored);
		if (!opened) {
			logger.error({ event: "webhook_unreadable", webhook_id: id });
			return;
		}
		const places = await this.#placesOf(id);
		if (this.#targets.has(id) || this.#held.has(id) || this.#stopping) return;
		const target = new WebhookTarget(stored, opened, this.#laneDeps(), this.#hooks);
		this.#targets.set(id, target);
		try {
			await this.#openRooms(target, places);
		} catch (error) {
			await this.#close(id);
			throw error;
		}
	}

	/** What the store has of the webhook's rooms. */
	async #placesOf(id: string): Promise<Places> {
		const { store } = this.#deps;
		const [progress, queued] = await Promise.all([store.progress(id), store.queuedRooms(id)]);
		return { progress, queued };
	}

	/** Begins, or goes on, in the rooms that the webhook wants and this node owns. */
	async #openRooms(target: WebhookTarget, { progress, queued }: Places): Promise<void> {
		const { id, liveIds } = target.webhook;
		const before = new Set(target.lanes.values());
		for (const room of progress) target.open(room.progress.liveId, room);
		const rooms = liveIds === "*" ? await this.#deps.log.liveIds() : liveIds;
		if (this.#targets.get(id) !== target) return;
		for (const liveId of rooms) target.open(liveId);
		const opened = [...target.lanes.values()].filter((lane) => !before.has(lane));
		for (const liveId of queued) target.lanes.get(liveId)?.redeliver();
		for (const lane of opened) lane.look();
		if (this.#deps.ownership) this.#lookAgain(opened);
	}

	/** The node that had these rooms before may store its last events only after this one has read them. */
	#lookAgain(lanes: readonly DeliveryLane[]): void {
		for (const lane of lanes) this.#taken.add(lane);
		this.#takenTimer?.cancel();
		this.#takenTimer = this.#deps.clock.after(this.#options.lookAgainMs, () => {
			for (const lane of this.#taken) lane.look();
			this.#taken.clear();
		});
	}

	async #refresh(id: string): Promise<void> {
		const stored = await this.#deps.store.get(id);
		if (this.#held.has(id) || isDeepStrictEqual(stored, this.#targets.get(id)?.stored)) return;
		await this.#close(id);
		await this.#open(id);
	}

	async #refreshAll(): Promise<void> {
		const { store } = this.#deps;
		const stored = (await store.list()).map(({ webhook }) => webhook.id);
		for (const id of new Set([...this.#targets.keys(), ...stored])) {
			await this.#refresh(id);
			await this.#redeliverQueued(id);
		}
	}

	async #redeliverQueued(id: string): Promise<void> {
		const queued = await this.#deps.store.queuedRooms(id);
		const mine = queued.filter((liveId) => this.#ownership.owns(liveId));
		if (mine.length > 0) this.redeliver(id, mine);
	}

	async #moveRooms(): Promise<void> {
		for (const target of this.#targets.values()) target.leave();
		for (const target of [...this.#targets.values()]) {
			const places = await this.#placesOf(target.webhook.id);
			if (this.#targets.get(target.webhook.id) === target) await this.#openRooms(target, places);
		}
	}

	#laneDeps(): LaneDeps {
		const { clock, log, store, sender, logger, random = Math.random, userAgent = "livekeeper" } = this.#deps;
		return { clock, log, store, sender, logger, random, userAgent, options: this.#options };
	}
}
