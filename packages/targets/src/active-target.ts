import { type Timer, wallTime } from "@livekeeper/douyin";
import { Breaker } from "./breaker.ts";
import { DeliveryLane, type LaneDeps, type LaneOwner } from "./delivery-lane.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import { noRoom } from "./service-states.ts";
import { SlotTime } from "./slot-time.ts";
import { freshProgress, includesRoom, type Target } from "./target.ts";
import type { TargetRenderer } from "./target-renderer.ts";
import { type StoredProgress, type StoredTarget, unwritten } from "./target-store.ts";

export interface ActiveHooks {
	/** Whether this node delivers the room's events. */
	owns(liveId: string): boolean;
	/** Notifies the dispatcher that another lane may be able to start. */
	changed(): void;
	/** Registers a room that an active target names, until the returned function is called. */
	reading(liveId: string): () => void;
	/** Counts a request that ended. */
	attempted(ok: boolean): void;
}

/** An enabled target in operation: its lanes, those of them that are ready for a slot, and its breaker. */
export class ActiveTarget implements LaneOwner {
	/** Target as stored when this started. */
	readonly stored: StoredTarget;
	readonly target: Target;
	readonly renderer: TargetRenderer;
	readonly lanes = new Map<string, DeliveryLane>();
	inFlight = 0;
	readonly slotTime = new SlotTime();
	readonly #deps: LaneDeps;
	readonly #hooks: ActiveHooks;
	readonly #rooms: ReadonlySet<string> | undefined;
	readonly #breaker: Breaker;
	readonly #ready = new Set<DeliveryLane>();
	readonly #left: (() => void)[];
	#probe: Timer | undefined;

	constructor(stored: StoredTarget, renderer: TargetRenderer, deps: LaneDeps, hooks: ActiveHooks) {
		const { target } = stored;
		this.stored = stored;
		this.target = target;
		this.renderer = renderer;
		this.#deps = deps;
		this.#hooks = hooks;
		this.#rooms = target.liveIds === "*" ? undefined : new Set(target.liveIds);
		this.#left = [...(this.#rooms ?? [])].map((liveId) => hooks.reading(liveId));
		this.#breaker = new Breaker(deps.options.pauseAfterFailures);
	}

	/** Failed attempts since the last success, over all rooms. */
	get failures(): number {
		return this.#breaker.failures;
	}

	/** Whether the newest attempt succeeded. */
	get trusted(): boolean {
		return this.#breaker.trusted;
	}

	/** Time of the next probe of a paused target, ms since the epoch. */
	get pausedUntil(): number | undefined {
		const { openUntil } = this.#breaker;
		return openUntil === undefined ? undefined : wallTime(this.#deps.clock, openUntil);
	}

	get readyLanes(): number {
		return this.#ready.size;
	}

	/**
	 * Whether it delivers the room's events, or the service's states: the target selects them, and this node owns them.
	 */
	delivers(liveId: string): boolean {
		return this.#includes(liveId) && this.#hooks.owns(liveId);
	}

	#includes(liveId: string): boolean {
		if (liveId === noRoom) return includesRoom(this.target, noRoom);
		// A target that selects only states of the service delivers nothing of rooms.
		return this.renderer.selection.types?.length !== 0 && (this.#rooms?.has(liveId) ?? true);
	}

	/**
	 * Opens a lane for a room, or continues it. A room without stored progress is newer than the target, so all of it is
	 * new.
	 */
	open(liveId: string, stored: StoredProgress = freshIn(liveId)): DeliveryLane | undefined {
		const present = this.lanes.get(liveId);
		if (present) return present;
		if (!this.delivers(liveId)) return undefined;
		const lane = new DeliveryLane(this, stored, this.#deps);
		this.lanes.set(liveId, lane);
		return lane;
	}

	/** Closes the lanes of rooms that this node no longer owns. */
	leave(): void {
		for (const [liveId, lane] of this.lanes) {
			if (this.delivers(liveId)) continue;
			this.lanes.delete(liveId);
			this.#ready.delete(lane);
			lane.close();
		}
	}

	ready(lane: DeliveryLane): void {
		this.#ready.add(lane);
		this.#hooks.changed();
	}

	/** Takes the lane that has waited longest, if one may start now. */
	take(): DeliveryLane | undefined {
		const [lane] = this.#ready;
		if (!lane) return undefined;
		const { clock, options } = this.#deps;
		if (!this.#breaker.allows(clock.elapsed(), this.inFlight, options.concurrencyPerTarget)) return undefined;
		this.#ready.delete(lane);
		return lane;
	}

	attempted(result: DeliveryResult): void {
		const { clock, random, logger } = this.#deps;
		this.#hooks.attempted(result.ok);
		if (result.ok) {
			if (this.#breaker.openUntil !== undefined) logger.info({ event: "target_resumed", ...this.#fields });
			this.#breaker.succeeded();
			this.#probe?.cancel();
			return;
		}
		if (this.#breaker.failed(clock.elapsed(), random())) {
			logger.warn({ event: "target_paused", ...this.#fields, failures: this.failures });
		}
		this.#probeWhenDue();
	}

	/** Sends the next probe now instead of at the end of the pause. */
	probeNow(): void {
		this.#breaker.probeNow(this.#deps.clock.elapsed());
		this.#hooks.changed();
	}

	close(): void {
		for (const left of this.#left.splice(0)) left();
		this.#probe?.cancel();
		this.#ready.clear();
		for (const lane of this.lanes.values()) lane.close();
	}

	#probeWhenDue(): void {
		const { openUntil } = this.#breaker;
		this.#probe?.cancel();
		if (openUntil === undefined) return;
		this.#probe = this.#deps.clock.after(openUntil - this.#deps.clock.elapsed(), () => this.#hooks.changed());
	}

	get #fields() {
		return { target_id: this.target.id };
	}
}

function freshIn(liveId: string, position?: number): StoredProgress {
	return { progress: freshProgress(liveId, position), revision: unwritten };
}
