import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { retryDelayMs } from "./backoff.ts";
import { type Batch, BatchSender, makeBatch, remakeBatch } from "./batch.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import type { Gathered, GatherFrom } from "./gather.ts";
import { RoomPosition } from "./room-position.ts";
import { changesOf, noRoom } from "./service-states.ts";
import type { ServiceWatch } from "./service-watch.ts";
import type { DeadLetter, DeliveryError, RoomProgress } from "./target.ts";
import type { TargetOptions } from "./target-dispatcher.ts";
import type { TargetLog } from "./target-log.ts";
import type { TargetRenderer } from "./target-renderer.ts";
import { ProgressConflict, type StoredProgress, type TargetStore } from "./target-store.ts";
import { deliveryText } from "./text/index.ts";

/**
 * States of the lane of a target in one room, or in the service's states.
 *
 * idle: nothing to send · waiting: for a batch to fill, or for the next attempt's time · ready: for a slot · running:
 * reads and sends, with a slot · closed
 */
export type LaneState = keyof typeof transitions;

const transitions = {
	idle: ["waiting", "ready", "closed"],
	waiting: ["ready", "closed"],
	ready: ["running", "closed"],
	running: ["idle", "waiting", "ready", "closed"],
	closed: [],
} as const satisfies Record<string, readonly string[]>;

export interface LaneDeps {
	clock: Clock;
	log: TargetLog;
	states?: ServiceWatch | undefined;
	store: TargetStore;
	logger: Pick<Logger, "info" | "warn" | "error">;
	options: TargetOptions;
	/** Returns a number from 0 to 1. */
	random: () => number;
}

export interface LaneOwner {
	readonly renderer: TargetRenderer;
	/** Queues the lane for a slot. `run` is called when it gets one. */
	ready(lane: DeliveryLane): void;
	/** Counts a request that has ended. */
	attempted(result: DeliveryResult): void;
}

/** A lane's next step after a run. `undecided`: later events may make it due sooner. */
type NextRun = "again" | "idle" | { afterMs: number; undecided?: boolean };

/** Reason for the timer of a waiting lane: a batch to fill, ended early by a full one; events that decide; a time. */
type WaitsFor = "batch" | "events" | "time";

/**
 * Delivers one room's events to one target: in order, one request at a time, each position stored before the lane moves
 * past it.
 */
export class DeliveryLane {
	readonly liveId: string;
	readonly #owner: LaneOwner;
	readonly #deps: LaneDeps;
	readonly #abort = new AbortController();
	#state: LaneState = "idle";
	#timer: Timer | undefined;
	#timerAt = 0;
	#waitsFor: WaitsFor = "time";
	readonly #source: LaneSource;
	readonly #position: RoomPosition;
	readonly #sender: BatchSender;
	/** Sequence of the newest published event. `#woken`: whether it arrived after the last read of the log. */
	#lastSeq = 0;
	#woken = false;
	/** Whether the log had nothing more when the current batch was made. */
	#caughtUp = false;
	/** Whether there may be dead letters to resend. */
	#letters = false;
	/** The letter being sent, and the number of its accepted messages. */
	#letter: { deliveryId: string; done: number } | undefined;

	constructor(owner: LaneOwner, stored: StoredProgress, deps: LaneDeps) {
		this.liveId = stored.progress.liveId;
		this.#owner = owner;
		this.#deps = deps;
		this.#source = sourceOf(this.liveId, owner.renderer, deps);
		this.#position = new RoomPosition(owner.renderer.target, stored, {
			...{ store: deps.store, clock: deps.clock },
			mayRunAhead: () => this.#source.mayRunAhead(),
		});
		this.#sender = new BatchSender({
			...{ renderer: owner.renderer, position: this.#position, store: deps.store, clock: deps.clock },
			...{ mayRunAhead: () => this.#source.mayRunAhead(), signal: this.#abort.signal },
			attempted: (result) => owner.attempted(result),
		});
	}

	get state(): LaneState {
		return this.#state;
	}

	get progress(): Readonly<RoomProgress> {
		return this.#position.progress;
	}

	/** Looks at the log at once, because it may have new events. */
	look(): void {
		if (this.#state === "idle" || this.#state === "waiting") this.#becomeReady();
	}

	/** Handles new events in the log, up to `lastSeq`. */
	wake(lastSeq: number): void {
		this.#lastSeq = lastSeq;
		this.#woken = true;
		if (this.#state === "idle" || (this.#state === "waiting" && this.#waitsFor !== "time")) this.#fill();
	}

	/** Resends the room's queued dead letters. */
	redeliver(): void {
		this.#letters = true;
		this.look();
	}

	/** Takes one step: sends a dead letter or a batch, or finds that there is nothing to send. Never rejects. */
	async run(): Promise<void> {
		this.#set("running");
		let next: NextRun;
		try {
			next = await this.#step();
			// Letters may have been queued during the run; only a check after the last wait is reliable.
			if (this.#letters) next = this.#onceOpen();
		} catch (error) {
			next = this.#notStored(error);
		}
		if (this.#state === "closed") return;
		if (next === "again") this.#becomeReady();
		else if (next !== "idle") {
			this.#wait(next.afterMs, next.undecided ? "events" : "time");
			if (next.undecided && this.#woken) this.#fill();
		} else if (this.#woken) this.#fill();
		else this.#set("idle");
	}

	/** Aborts the current request. A batch that was not accepted is resent when the lane is reopened. */
	close(): void {
		this.#timer?.cancel();
		this.#set("closed");
		this.#abort.abort();
	}

	async #step(): Promise<NextRun> {
		await this.#position.settle();
		let next: NextRun | undefined;
		const letter = this.#letters ? await this.#nextLetter() : undefined;
		if (letter) next = await this.#sendLetter(letter);
		else if (this.#position.dueInMs() <= 0) next = await this.#sendNext();
		return next ?? { afterMs: this.#position.dueInMs() };
	}

	async #sendNext(): Promise<NextRun> {
		const open = this.#onceOpen();
		if (open !== "again") return open;
		const batch = await this.#nextBatch();
		if (typeof batch === "string" || "afterMs" in batch) return batch;
		const result = await this.#sender.send(batch, this.progress.done ?? 0, (done) => this.#position.acceptedPart(done));
		if (!result) return "idle";
		if ("afterMs" in result) return result;
		const now = this.#deps.clock.now();
		if (!result.ok) return this.#failed(batch, result, { ...errorOf(result), at: now });
		if (this.progress.lastError) this.#say("info", "target_delivers");
		await this.#position.accepted(batch, now);
		return this.#caughtUp ? "idle" : "again";
	}

	/**
	 * Returns the batch that was begun, if the log still has it; otherwise the next one, or the time when there may be
	 * one.
	 */
	async #nextBatch(): Promise<Batch | Exclude<NextRun, "again">> {
		const { log, clock } = this.#deps;
		const { target, selection } = this.#owner.renderer;
		const place = { targetId: target.id, liveId: this.liveId };
		// The log has the events of a room that a stalled node missed, but only the store knows which states another node
		// has sent.
		if (this.liveId === noRoom) await this.#position.refresh();
		const { pending, position, lastNotified = {}, delivered } = this.progress;
		if (pending) {
			this.#caughtUp = false;
			const begun = await remakeBatch(log, { ...place, selection, range: pending });
			if (begun?.deliveryId === pending.deliveryId) return begun;
		}
		this.#woken = false;
		const now = clock.now();
		const isOver = () => this.#state === "closed";
		const found = await this.#source.gather({
			liveId: this.liveId,
			after: position,
			lastNotified,
			delivered,
			now,
			isOver,
		});
		if (isOver()) return "idle";
		if (found.events.length > 0 || found.truncated || found.notices) {
			const batch = makeBatch({ ...place, ...found });
			this.#caughtUp = found.caughtUp && found.dueAt === undefined;
			// Logged as well, because not every receiver can show it.
			if (found.truncated) this.#say("warn", "target_missed", { ...found.truncated });
			await this.#position.begin(batch, found.lastNotified);
			return batch;
		}
		await this.#position.skipTo(found.nextAfter, found.lastNotified);
		return found.dueAt === undefined ? "idle" : { afterMs: found.dueAt - now, undecided: found.undecided };
	}

	async #failed(batch: Batch, result: DeliveryResult & { ok: false }, error: DeliveryError): Promise<NextRun> {
		const { options, random } = this.#deps;
		const attempts = this.progress.attempts + 1;
		const why = deliveryText(error);
		if (!this.progress.lastError) this.#say("warn", "target_failed", { why });
		if (result.gone || attempts >= options.maxAttempts) {
			this.#say("error", "target_dead_letter", { attempts, why });
			await this.#position.deadLetter(batch, attempts, error);
			return "again";
		}
		const afterMs = retryDelayMs(attempts, random(), result.retryAfterMs);
		await this.#position.retryAt(error.at + afterMs, attempts, error);
		return { afterMs };
	}

	async #nextLetter(): Promise<DeadLetter | undefined> {
		// Cleared before the query, so a letter queued meanwhile is not forgotten.
		this.#letters = false;
		let letter: DeadLetter | undefined;
		try {
			letter = await this.#deps.store.nextQueued(this.#owner.renderer.target.id, this.liveId);
		} catch (error) {
			this.#letters = true;
			throw error;
		}
		if (letter) this.#letters = true;
		return letter;
	}

	/** Tries a dead letter once. If it fails again it goes back on the list. */
	async #sendLetter(letter: DeadLetter): Promise<NextRun | undefined> {
		const { store, log, clock } = this.#deps;
		const { target, selectionWith } = this.#owner.renderer;
		const selection = selectionWith(letter.filter);
		const batch = await remakeBatch(log, { targetId: target.id, liveId: this.liveId, selection, range: letter });
		const begun = this.#letter?.deliveryId === letter.deliveryId ? this.#letter.done : 0;
		const keep = (done: number) => {
			this.#letter = { deliveryId: letter.deliveryId, done };
		};
		const result = batch ? await this.#sender.send(batch, begun, keep) : expired;
		if (!result || this.#state === "closed") return undefined;
		if ("afterMs" in result) return result;
		this.#letter = undefined;
		const now = clock.now();
		const error = result.ok ? undefined : { ...errorOf(result), at: now };
		if (!error) await store.removeLetter(target.id, letter);
		else {
			await store.unqueueLetter(target.id, { ...letter, attempts: letter.attempts + (batch ? 1 : 0), error });
		}
		await this.#position.triedAgain(letter, now, error);
		return undefined;
	}

	#onceOpen(): NextRun {
		const afterMs = this.#owner.renderer.pace.waitMs(this.#deps.clock.now());
		return afterMs > 0 ? { afterMs } : "again";
	}

	#notStored(error: unknown): NextRun {
		const { storageRetryMs: afterMs } = this.#deps.options;
		if (error instanceof ProgressConflict) this.#say("info", "target_position_taken", { retry_ms: afterMs });
		else this.#say("error", "target_storage_failed", { err: error, retry_ms: afterMs });
		return { afterMs };
	}

	/** Waits for more events in the same batch, unless a batch is full already. */
	#fill(): void {
		const { maxEvents, maxWaitMs } = this.#owner.renderer.target.batch;
		if (this.#state === "waiting" && this.#waitsFor === "events") this.#waitNoLonger(maxWaitMs);
		else if (this.#lastSeq - this.progress.position >= maxEvents || maxWaitMs === 0) this.#becomeReady();
		else if (this.#state !== "waiting") this.#wait(maxWaitMs, "batch");
	}

	#wait(delayMs: number, waitsFor: WaitsFor): void {
		this.#set("waiting");
		this.#setTimer(delayMs, waitsFor);
	}

	/** Limits the remaining wait, because the deciding event may be among those that arrived. */
	#waitNoLonger(delayMs: number): void {
		const leftMs = this.#timerAt - this.#deps.clock.elapsed();
		this.#setTimer(Math.min(leftMs, delayMs), "time");
	}

	#setTimer(delayMs: number, waitsFor: WaitsFor): void {
		const { clock } = this.#deps;
		this.#timer?.cancel();
		this.#waitsFor = waitsFor;
		this.#timerAt = clock.elapsed() + delayMs;
		this.#timer = clock.after(delayMs, () => this.#becomeReady());
	}

	#becomeReady(): void {
		this.#timer?.cancel();
		this.#set("ready");
		this.#owner.ready(this);
	}

	#set(state: LaneState): void {
		const allowed: readonly string[] = transitions[this.#state];
		if (!allowed.includes(state)) throw new Error(`A target's lane can't go from ${this.#state} to ${state}`);
		this.#state = state;
	}

	#say(level: "info" | "warn" | "error", event: string, fields?: object): void {
		this.#deps.logger[level]({ event, target_id: this.#owner.renderer.target.id, live_id: this.liveId, ...fields });
	}
}

const expired: DeliveryResult = {
	ok: false,
	code: "events_expired",
	message: "The log no longer holds these events.",
	gone: true,
};

function errorOf(result: DeliveryResult & { ok: false }): Omit<DeliveryError, "at"> {
	const { code, message, status } = result;
	return { code, message, ...(status === undefined ? {} : { status }) };
}

/** Source of a lane's deliveries. */
interface LaneSource {
	/** Returns the content of the next delivery. */
	gather(from: GatherFrom): Promise<Gathered>;
	/** Whether the lane may move past a position that cannot be stored, and store it later. */
	mayRunAhead(): boolean;
}

const maxNotices = 20;

/** Returns a source of a room's events in the log, or of the service's states. */
function sourceOf(
	liveId: string,
	renderer: TargetRenderer,
	{ log, states }: { log: TargetLog; states?: ServiceWatch | undefined },
): LaneSource {
	if (liveId !== noRoom) return { gather: (from) => renderer.gather(log, from), mayRunAhead: () => false };
	const { target, pace } = renderer;
	const of = {
		states: target.filter.states ?? [],
		holdMs: (target.pace.holdSeconds ?? 0) * 1_000,
		maxNotices,
		heldUntil: (at: number, now: number) => pace.heldUntil(at, now),
	};
	return {
		gather: async ({ lastNotified, now, after }) => {
			const changes = changesOf(states?.observed ?? new Map(), lastNotified, { ...of, now });
			const { due, dueAt, isAll } = changes;
			return {
				...{ events: [], chosen: undefined, truncated: undefined, notices: due.length > 0 ? due : undefined },
				...{
					nextAfter: after + due.length,
					lastNotified: changes.lastNotified,
					caughtUp: isAll,
					dueAt,
					undecided: false,
				},
			};
		},
		// Otherwise no target would be notified that storage is failing.
		mayRunAhead: () => !(states?.isStorable ?? true),
	};
}
