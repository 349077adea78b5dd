import { type Clock, sleep } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import { webhookTexts } from "../../text/index.ts";
import type { DeliveryLane, LaneDeps } from "./delivery-lane.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { type WebhookOptions, webhookDefaults } from "./options.ts";
import { secretContext, type TextBox } from "./secret.ts";
import { signedHeaders } from "./signature.ts";
import { testDelivery } from "./test-delivery.ts";
import type { WebhookLog } from "./webhook-log.ts";
import type { WebhookSender } from "./webhook-sender.ts";
import type { WebhookStore } from "./webhook-store.ts";
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
	/** Default `livekeeper`. */
	userAgent?: string;
	options?: Partial<WebhookOptions>;
}

export interface DispatcherStats {
	/** Enabled webhooks whose secret can be read. */
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

/**
 * Delivers the event log to the webhooks. Each (webhook, room) is a lane of its own, and lanes share a bounded number
 * of slots: a lane without one holds nothing but its place, and reads its next batch from the log once it has one.
 * A receiver whose newest request didn't succeed gets one slot, and all of those together half of the slots; the last
 * quarter is for webhooks that have no request under way. So receivers that hang can't take them from the others.
 */
export class WebhookDispatcher {
	readonly #deps: DispatcherDeps;
	readonly #options: WebhookOptions;
	readonly #targets = new Map<string, WebhookTarget>();
	/** By webhook: lanes that run, until they have ended. */
	readonly #running = new Map<WebhookTarget, Set<Promise<void>>>();
	#unsubscribe: (() => void) | undefined;
	#stopping = false;
	#inFlight = 0;
	#delivered = 0;
	#failed = 0;

	constructor(deps: DispatcherDeps) {
		this.#deps = deps;
		this.#options = { ...webhookDefaults, ...deps.options };
	}

	/** Goes on where each webhook was left. @throws what the store or the log throws */
	async start(): Promise<void> {
		this.#unsubscribe = this.#deps.log.onCommitted(({ liveId, events }) => {
			const [first] = events;
			const last = events.at(-1);
			if (first && last) this.notify(liveId, first.seq, last.seq);
		});
		for (const { webhook } of this.#deps.store.list()) await this.resume(webhook.id);
	}

	/** Starts nothing more, lets requests under way end for a while, then cuts them; they are sent again next time. */
	async stop(): Promise<void> {
		this.#stopping = true;
		this.#unsubscribe?.();
		const over = new AbortController();
		const drained = this.#settled().then(() => over.abort());
		await sleep(this.#deps.clock, this.#options.drainMs, over.signal);
		for (const target of this.#targets.values()) target.close();
		this.#targets.clear();
		await drained;
		this.#deps.sender.close();
	}

	/** A room's events from `firstSeq` to `lastSeq` are now in the log. Called for each commit: it only wakes lanes. */
	notify(liveId: string, firstSeq: number, lastSeq: number): void {
		if (this.#stopping) return;
		for (const target of this.#targets.values()) target.openAt(liveId, firstSeq)?.wake(lastSeq);
	}

	/** Stops a webhook's deliveries, so that it can be changed. Resolves when none is under way. */
	async suspend(id: string): Promise<void> {
		const target = this.#targets.get(id);
		if (!target) return;
		this.#targets.delete(id);
		target.close();
		await Promise.all(this.#running.get(target) ?? []);
	}

	/** Starts a webhook's deliveries as the store now has it; one that is gone or disabled stays still. */
	async resume(id: string): Promise<void> {
		const { store, log, secrets, logger } = this.#deps;
		const stored = store.get(id);
		if (!stored?.webhook.enabled || this.#targets.has(id) || this.#stopping) return;
		const { webhook, sealedSecret } = stored;
		const secret = secrets.open(sealedSecret, secretContext(id));
		if (secret === undefined) {
			logger.error({ event: "webhook_secret_unreadable", webhook_id: id }, "【!】webhook 的密钥无法解密：请重新设置");
			return;
		}
		const target = new WebhookTarget(webhook, secret, this.#laneDeps(), this.#hooks);
		const progress = store.progress(id);
		for (const room of progress) target.open(room.liveId, room);
		this.#targets.set(id, target);
		const rooms = webhook.liveIds === "*" ? await log.liveIds() : webhook.liveIds;
		if (this.#targets.get(id) !== target) return;
		for (const liveId of rooms) target.open(liveId);
		for (const lane of target.lanes.values()) lane.look();
	}

	/** Dead letters of these rooms were queued. A paused webhook is probed at once. */
	redeliver(id: string, liveIds: readonly string[]): void {
		const target = this.#targets.get(id);
		for (const liveId of liveIds) target?.open(liveId)?.redeliver();
		target?.probeNow();
	}

	/**
	 * Sends a request without events, to see whether the receiver takes it: nothing is kept of how it went.
	 * @throws LivekeeperError `webhook_not_found`; `invalid_webhook` where its secret can't be read
	 */
	async test(id: string): Promise<DeliveryResult> {
		const { store, secrets, clock, sender, userAgent = "livekeeper" } = this.#deps;
		const stored = store.get(id);
		if (!stored) throw new LivekeeperError("webhook_not_found", webhookTexts.none(id));
		const secret = secrets.open(stored.sealedSecret, secretContext(id));
		if (secret === undefined) throw new LivekeeperError("invalid_webhook", webhookTexts.secretUnreadable);
		const { deliveryId, body } = testDelivery(id);
		const headers = signedHeaders({ secret, body, deliveryId, userAgent, now: clock.now() });
		return sender.send({ url: stored.webhook.url, headers, body, signal: new AbortController().signal });
	}

	/** The webhook at work, or `undefined` when it is disabled, unknown, or its secret can't be read. */
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
			inFlight: this.#inFlight,
			ready: sum((target) => target.readyLanes),
			delivered: this.#delivered,
			failed: this.#failed,
		};
	}

	readonly #hooks: TargetHooks = {
		changed: () => this.#pump(),
		reading: (liveId) => this.#deps.reading?.(liveId) ?? (() => undefined),
		attempted: (ok) => {
			if (ok) this.#delivered++;
			else this.#failed++;
		},
	};

	/** Gives free slots to webhooks in turn. */
	#pump(): void {
		while (!this.#stopping && this.#inFlight < this.#options.concurrency) {
			const started = this.#startNext();
			if (!started) return;
			// Behind the others, so that the next free slot is theirs first.
			this.#targets.delete(started.webhook.id);
			this.#targets.set(started.webhook.id, started);
		}
	}

	#startNext(): WebhookTarget | undefined {
		for (const target of this.#targets.values()) {
			const lane = this.#hasSlotFor(target) ? target.take() : undefined;
			if (!lane) continue;
			this.#run(target, lane);
			return target;
		}
		return undefined;
	}

	#hasSlotFor(target: WebhookTarget): boolean {
		const { concurrency } = this.#options;
		if (!target.trusted) return this.#untrustedInFlight() < Math.max(1, concurrency >> 1);
		return target.inFlight === 0 || concurrency - this.#inFlight > concurrency >> 2;
	}

	#untrustedInFlight(): number {
		let sum = 0;
		for (const { inFlight, trusted } of this.#targets.values()) if (!trusted) sum += inFlight;
		return sum;
	}

	#run(target: WebhookTarget, lane: DeliveryLane): void {
		this.#inFlight++;
		target.inFlight++;
		const running = this.#running.get(target) ?? new Set();
		this.#running.set(target, running);
		const run = lane.run().finally(() => {
			this.#inFlight--;
			target.inFlight--;
			running.delete(run);
			if (running.size === 0) this.#running.delete(target);
			this.#pump();
		});
		running.add(run);
	}

	async #settled(): Promise<void> {
		await Promise.all([...this.#running.values()].flatMap((running) => [...running]));
	}

	#laneDeps(): LaneDeps {
		const { clock, log, store, sender, logger, random = Math.random, userAgent = "livekeeper" } = this.#deps;
		return { clock, log, store, sender, logger, random, userAgent, options: this.#options };
	}
}
