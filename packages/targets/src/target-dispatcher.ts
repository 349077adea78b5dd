import { isDeepStrictEqual } from "node:util";
import { LivekeeperError } from "@livekeeper/base/errors";
import { type Clock, sleep, type Timer } from "@livekeeper/douyin";
import { ChangeFollower } from "@livekeeper/log/storage";
import type { Logger } from "pino";
import { type ActiveHooks, ActiveTarget } from "./active-target.ts";
import { sendPaced } from "./batch.ts";
import type { DeliveryLane, LaneDeps } from "./delivery-lane.ts";
import { type DeliveryResult, failed } from "./delivery-result.ts";
import { DeliverySlots } from "./delivery-slots.ts";
import type { Delivery } from "./presets/preset.ts";
import { openSettings, type TextBox } from "./secret.ts";
import { noRoom } from "./service-states.ts";
import { everyRoom, type RoomOwnership, type ServiceWatch, withService } from "./service-watch.ts";
import type { Target, TargetSettings } from "./target.ts";
import type { TargetLog } from "./target-log.ts";
import { type Outgoings, TargetRenderer, type TargetRendererDeps } from "./target-renderer.ts";
import type { StoredProgress, TargetChange, TargetStore } from "./target-store.ts";
import { targetTexts } from "./text/index.ts";

/** Options of the delivery. Times are ms. */
export interface TargetOptions {
	/** Maximum number of requests at once. */
	concurrency: number;
	/** Maximum number of requests at once for one target. */
	concurrencyPerTarget: number;
	/** Failed attempts after which a batch is dead-lettered. */
	maxAttempts: number;
	/** Failed attempts in a row, over all rooms, after which a target is paused. */
	pauseAfterFailures: number;
	/** Time that pending requests get when the service stops. */
	drainMs: number;
	/** Delay before a retry if the store or the log failed. */
	storageRetryMs: number;
	/** Delay before a room that was taken over from another node is read once more. */
	retryMs: number;
}

export const targetDefaults = {
	concurrency: 16,
	concurrencyPerTarget: 4,
	maxAttempts: 12,
	pauseAfterFailures: 20,
	drainMs: 1_000,
	storageRetryMs: 5_000,
	retryMs: 60_000,
} as const satisfies TargetOptions;

export interface DispatcherDeps {
	clock: Clock;
	log: TargetLog;
	store: TargetStore;
	/** Closed by `stop`. */
	outgoings: Outgoings;
	secrets: Pick<TextBox, "open">;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Returns a number from 0 to 1; default `Math.random`. */
	random?: (() => number) | undefined;
	/**
	 * Called for each room that an enabled target names (`*` names none). The returned function is called when that ends.
	 */
	reading?: (liveId: string) => () => void;
	/** Rooms that this node delivers for; default: all. */
	ownership?: RoomOwnership;
	/** The service's states; default: no target is notified of them. */
	states?: ServiceWatch;
	/** Returns a room by its last known name; default: unknown. */
	roomOf?: (liveId: string) => Delivery["room"];
	/** Returns a broadcast's report; default: no broadcast is known. */
	reportOf?: TargetRendererDeps["reportOf"];
	options?: Partial<TargetOptions>;
}

/** The state of deliveries to all targets. */
export interface DispatcherStats {
	/** Enabled targets with readable settings. */
	targets: number;
	paused: number;
	lanes: number;
	/** Pending requests. */
	inFlight: number;
	/** Lanes that wait for a slot. */
	ready: number;
	/** Requests since the service started that succeeded; `failed`: that did not. */
	delivered: number;
	failed: number;
}

/** A target's positions in its rooms, and the rooms with dead letters to resend. */
interface Places {
	progress: readonly StoredProgress[];
	queued: readonly string[];
}

/**
 * Delivers the event log to the targets. Each (target, room) has a lane of its own, and lanes share a bounded number of
 * slots: a lane without a slot holds only its position, and reads its next batch from the log once it has one.
 */
export class TargetDispatcher {
	readonly #deps: DispatcherDeps;
	readonly #options: TargetOptions;
	readonly #active = new Map<string, ActiveTarget>();
	readonly #slots: DeliverySlots;
	/** Targets that are being changed here; nothing else starts them meanwhile. */
	readonly #held = new Set<string>();
	readonly #ownership: RoomOwnership;
	readonly #follower: ChangeFollower;
	readonly #lot: string | undefined;
	/** Lanes of rooms that were taken over, until they have been read once more. */
	readonly #taken = new Set<DeliveryLane>();
	#takenTimer: Timer | undefined;
	readonly #ends: (() => void)[] = [];
	#stopping = false;
	#drained: Promise<void> | undefined;
	#delivered = 0;
	#failed = 0;

	constructor(deps: DispatcherDeps) {
		this.#deps = deps;
		this.#options = { ...targetDefaults, ...deps.options };
		this.#slots = new DeliverySlots(this.#active, this.#options.concurrency, deps.clock);
		this.#ownership = withService(deps.ownership ?? everyRoom, deps.states);
		const { clock, logger, random = Math.random } = deps;
		this.#lot = deps.ownership && `${random()}`;
		const retryMs = this.#options.storageRetryMs;
		const onError = (err: unknown) => logger.error({ event: "target_changes_failed", err, retry_ms: retryMs });
		this.#follower = new ChangeFollower({ clock, retryMs, onError });
	}

	/** Resumes each target at its position. @throws whatever the store or the log throws */
	async start(): Promise<void> {
		const { log, states, store } = this.#deps;
		const ended = log.onCommitted(({ liveId, events }) => {
			const [first] = events;
			const last = events.at(-1);
			if (first && last) this.notify(liveId, first.seq, last.seq);
		});
		this.#ends.push(ended);
		const looked = () => {
			for (const { lanes } of this.#active.values()) lanes.get(noRoom)?.look();
		};
		if (states) this.#ends.push(states.onLook(looked));
		this.#follower.until(this.#ownership.onChange(() => this.#follower.due("rooms", this.#moveRooms)));
		this.#follower.until(await store.watch((change) => this.#changed(change)));
		for (const { target } of await store.list()) await this.#open(target.id);
	}

	/**
	 * Starts nothing more, and gives pending requests some time to end. If called before `stop`, the rest of the service
	 * stops meanwhile. A receiver that has failed is not waited for; its batch is resent next time.
	 */
	drain(): Promise<void> {
		this.#drained ??= this.#drain();
		return this.#drained;
	}

	/** Drains, then aborts pending requests; their batches are resent next time. */
	async stop(): Promise<void> {
		const followed = this.#follower.stop();
		await this.drain();
		for (const active of this.#active.values()) active.close();
		this.#active.clear();
		await Promise.all([this.#slots.allEnded(), followed]);
		this.#deps.outgoings.close();
	}

	async #drain(): Promise<void> {
		this.#stopping = true;
		this.#slots.close();
		for (const end of this.#ends.splice(0)) end();
		this.#takenTimer?.cancel();
		for (const [id, active] of this.#active) {
			if (active.failures === 0) continue;
			this.#active.delete(id);
			active.close();
		}
		const over = new AbortController();
		this.#slots.allEnded().then(() => over.abort());
		await sleep(this.#deps.clock, this.#options.drainMs, over.signal);
	}

	/** Handles a room's new events from `firstSeq` to `lastSeq`. Called for each commit, so it only wakes lanes. */
	notify(liveId: string, firstSeq: number, lastSeq: number): void {
		if (this.#stopping) return;
		for (const active of this.#active.values()) {
			// If a room already has events, only the store knows its position: another node may have delivered some of them.
			const lane = firstSeq === 1 ? active.open(liveId) : active.lanes.get(liveId);
			if (lane) lane.wake(lastSeq);
			else if (active.delivers(liveId)) this.#follower.due("rooms", this.#moveRooms);
		}
	}

	/** Stops a target's deliveries before a change. Resolves when no request is pending. */
	async suspend(id: string): Promise<void> {
		this.#held.add(id);
		await this.#close(id);
	}

	/**
	 * Starts a target's deliveries in its stored state; a removed or disabled target stays stopped. If the store or the
	 * log fails they start later, because the change is stored in any case.
	 */
	async resume(id: string): Promise<void> {
		this.#held.delete(id);
		await this.#open(id).catch(() => this.#changed({ what: "target", id }));
	}

	/** Resends the queued dead letters of these rooms. A paused target is probed at once. */
	redeliver(id: string, liveIds: readonly string[]): void {
		const active = this.#active.get(id);
		for (const liveId of liveIds) active?.open(liveId)?.redeliver();
		active?.probeNow();
	}

	/**
	 * Sends a request without events to check whether the receiver accepts it; the result is not recorded. It counts
	 * towards the receiver's limits, and is sent even in quiet hours.
	 * @throws LivekeeperError `target_not_found`; `invalid_target` if its settings cannot be read
	 */
	async test(id: string): Promise<DeliveryResult> {
		const { store, secrets, clock } = this.#deps;
		const stored = await store.get(id);
		if (!stored) throw new LivekeeperError("target_not_found", targetTexts.none(id));
		const opened = openSettings(secrets, stored);
		if (!opened) throw new LivekeeperError("invalid_target", targetTexts.unreadable);
		const { target } = stored;
		const renderer = this.renderer({ ...target, pace: { ...target.pace, quiet: undefined } }, opened);
		const deps = { renderer, store, clock, mayRunAhead: () => true };
		let result: DeliveryResult = { ok: true, status: 0 };
		for (const message of renderer.testMessages(clock.now())) {
			const sent = await sendPaced(message, new AbortController().signal, deps);
			if ("afterMs" in sent) return failed("receiver_rate_limited", notBefore(sent.afterMs));
			result = sent;
			if (!result.ok) break;
		}
		return result;
	}

	/** Returns the renderer for a target. */
	renderer(target: Target, settings: TargetSettings): TargetRenderer {
		const { outgoings, roomOf = () => unknownRoom, reportOf = async () => undefined } = this.#deps;
		return new TargetRenderer(target, settings, { outgoings, roomOf, reportOf, lot: this.#lot });
	}

	/**
	 * Returns the active target; `undefined` if it is disabled, unknown or not started yet, or its settings cannot be
	 * read.
	 */
	active(id: string): Pick<ActiveTarget, "failures" | "pausedUntil" | "lanes"> | undefined {
		return this.#active.get(id);
	}

	stats(): DispatcherStats {
		const active = [...this.#active.values()];
		const sum = (of: (active: ActiveTarget) => number) => active.reduce((total, active) => total + of(active), 0);
		return {
			targets: active.length,
			paused: active.filter((active) => active.pausedUntil !== undefined).length,
			lanes: sum((active) => active.lanes.size),
			inFlight: this.#slots.inFlight,
			ready: sum((active) => active.readyLanes),
			delivered: this.#delivered,
			failed: this.#failed,
		};
	}

	readonly #hooks: ActiveHooks = {
		owns: (liveId) => this.#ownership.owns(liveId),
		changed: () => this.#slots.fill(),
		reading: (liveId) => this.#deps.reading?.(liveId) ?? (() => undefined),
		attempted: (ok) => {
			if (ok) this.#delivered++;
			else this.#failed++;
		},
	};

	async #close(id: string): Promise<void> {
		const active = this.#active.get(id);
		if (!active) return;
		this.#active.delete(id);
		active.close();
		await this.#slots.ended(active);
	}

	async #open(id: string): Promise<void> {
		const { store, secrets, logger } = this.#deps;
		const stored = await store.get(id);
		if (!stored?.target.enabled) return;
		const opened = openSettings(secrets, stored);
		if (!opened) {
			logger.error({ event: "target_unreadable", target_id: id });
			return;
		}
		const places = await this.#placesOf(id);
		if (this.#active.has(id) || this.#held.has(id) || this.#stopping) return;
		const active = new ActiveTarget(stored, this.renderer(stored.target, opened), this.#laneDeps(), this.#hooks);
		this.#active.set(id, active);
		try {
			await this.#openRooms(active, places);
		} catch (error) {
			await this.#close(id);
			throw error;
		}
	}

	/** Returns the target's stored positions. */
	async #placesOf(id: string): Promise<Places> {
		const { store } = this.#deps;
		const [progress, queued] = await Promise.all([store.progress(id), store.queuedRooms(id)]);
		return { progress, queued };
	}

	/** Opens or continues the rooms that the target selects and this node owns. */
	async #openRooms(active: ActiveTarget, { progress, queued }: Places): Promise<void> {
		const { id, liveIds } = active.target;
		const before = new Set(active.lanes.values());
		for (const room of progress) active.open(room.progress.liveId, room);
		const rooms = liveIds === "*" ? await this.#deps.log.liveIds() : liveIds;
		if (this.#active.get(id) !== active) return;
		for (const liveId of [...rooms, noRoom]) active.open(liveId);
		const opened = [...active.lanes.values()].filter((lane) => !before.has(lane));
		for (const liveId of queued) active.lanes.get(liveId)?.redeliver();
		for (const lane of opened) lane.look();
		if (this.#deps.ownership) this.#lookAgain(opened);
	}

	/** Reads rooms again later: their previous node may store its last events only after this node has read them. */
	#lookAgain(lanes: readonly DeliveryLane[]): void {
		if (this.#stopping) return;
		for (const lane of lanes) this.#taken.add(lane);
		this.#takenTimer?.cancel();
		this.#takenTimer = this.#deps.clock.after(this.#options.retryMs, () => {
			for (const lane of this.#taken) lane.look();
			this.#taken.clear();
		});
	}

	/** Handles a change by any node, or one that could not be applied yet. */
	#changed(change: TargetChange): void {
		if (change.what === "all") {
			this.#follower.due("all", () => this.#refreshAll());
			return;
		}
		const { what, id } = change;
		this.#follower.due(`${what} ${id}`, () => (what === "target" ? this.#refresh(id) : this.#redeliverQueued(id)));
	}

	async #refresh(id: string): Promise<void> {
		const stored = await this.#deps.store.get(id);
		if (this.#held.has(id) || isDeepStrictEqual(stored, this.#active.get(id)?.stored)) return;
		await this.#close(id);
		await this.#open(id);
	}

	async #refreshAll(): Promise<void> {
		const { store } = this.#deps;
		const stored = (await store.list()).map(({ target }) => target.id);
		for (const id of new Set([...this.#active.keys(), ...stored])) {
			await this.#refresh(id);
			await this.#redeliverQueued(id);
		}
	}

	async #redeliverQueued(id: string): Promise<void> {
		const queued = await this.#deps.store.queuedRooms(id);
		const mine = queued.filter((liveId) => this.#ownership.owns(liveId));
		if (mine.length > 0) this.redeliver(id, mine);
	}

	/** Runs the targets in exactly the rooms that this node owns now. */
	readonly #moveRooms = async (): Promise<void> => {
		for (const active of this.#active.values()) active.leave();
		for (const active of [...this.#active.values()]) {
			const places = await this.#placesOf(active.target.id);
			if (this.#active.get(active.target.id) === active) await this.#openRooms(active, places);
		}
	};

	#laneDeps(): LaneDeps {
		const { clock, log, states, store, logger, random = Math.random } = this.#deps;
		return { clock, log, states, store, logger, random, options: this.#options };
	}
}

const notBefore = (ms: number) => `the next message may be sent in ${Math.ceil(ms / 1000)} s`;

const unknownRoom = { roomId: "", nickname: "", title: "", avatar: "" };
