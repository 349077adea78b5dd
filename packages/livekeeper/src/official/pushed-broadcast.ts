import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import { type Clock, lookedUpTypes, type OfficialType, parseEntries, type SignedCallback } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { Logger } from "pino";
import type { BroadcastNote, PushedStatus, PushProblem, TaskState, TaskStatus } from "./broadcast-status.ts";
import { Acknowledgements, EntryIntake } from "./entry-intake.ts";
import { GiftMatch } from "./gift-match.ts";
import { failedPageSize, type OpenPlatformClient, problemOf } from "./open-platform-client.ts";

/** Dependencies of a pushed broadcast. */
export interface BroadcastDeps {
	client: OpenPlatformClient;
	log: Pick<EventLog, "append" | "flush" | "writable">;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Called when the remembered state has changed; resolves once it is stored. */
	remember: () => Promise<void>;
	/** Whether the room still belongs to this process; nothing is requested or stored for another's. */
	isHere: () => boolean;
}

/** One kind of data of one broadcast, as pushed by the platform. */
class PushTask {
	readonly type: OfficialType;
	state: TaskState;
	error: PushProblem | undefined;
	/** Time of the next start or check, of `Clock.elapsed`, ms. */
	dueAt: number;
	#callbacks = 0;
	#lastCallbackAt: number | undefined;
	/** Failed deliveries reported by the platform; `#seen`: those of them that are stored. */
	#failed = 0;
	#seen = 0;
	/** Callbacks that arrived and were not stored; the platform reports them later. */
	#notStored = 0;
	#unreadable = 0;

	constructor(type: OfficialType, state: TaskState, dueAt: number) {
		this.type = type;
		this.state = state;
		this.dueAt = dueAt;
	}

	/** Schedules a new start with a clean record. */
	startAt(now: number): void {
		this.state = "starting";
		this.error = undefined;
		this.dueAt = now;
	}

	/** Records a stored callback. */
	took(now: number): void {
		this.#callbacks++;
		this.#lastCallbackAt = now;
	}

	/** Records a callback that could not be stored. */
	missed(): void {
		this.#notStored++;
	}

	/** Records unreadable entries. */
	couldNotRead(entries: number): void {
		this.#unreadable += entries;
	}

	/** Records how many failed deliveries the platform reported; `seen` of them are stored. */
	lookedUp(failed: number, seen: number): void {
		this.#failed = failed;
		this.#seen = Math.min(seen, failed);
	}

	/** Records a complete lookup: callbacks not stored here are among the reported ones. */
	lookedUpAll(): void {
		this.#notStored = 0;
	}

	/** @param since see {@link TaskStatus.since} */
	status(since: number | undefined): TaskStatus {
		return {
			type: this.type,
			state: this.state,
			error: this.error,
			since,
			callbacks: this.#callbacks,
			lastCallbackAt: this.#lastCallbackAt,
			failedDeliveries: this.#failed,
			missing: this.#failed - this.#seen + this.#notStored,
			unreadable: this.#unreadable,
		};
	}
}

const checkTaskMs = 60_000;
const retryMs = 30_000;
const lookUpMs = 30_000;
/** Delays of lookups after the end, because deliveries may fail late. The last one is final. */
const lastLooksMs = [5000, 30_000, 120_000, 600_000, 3_600_000];

/** One broadcast that the open platform pushes: its tasks, received data, and data to look up. */
export class PushedBroadcast {
	readonly note: BroadcastNote;
	readonly #deps: BroadcastDeps;
	readonly #tasks = new Map<OfficialType, PushTask>();
	readonly #match = new GiftMatch();
	readonly #acks: Acknowledgements;
	readonly #intake: EntryIntake;
	#lookedUp = 0;
	#lookUpAt: number;
	#lookedUpAt: number | undefined;
	#lookUpError: PushProblem | undefined;
	#working: Promise<void> | undefined;
	#closed = false;
	/** Whether its tasks may run before they are started here. */
	readonly #remembered: boolean;
	/** Whether another process can find it. */
	#isNoted: boolean;

	/** @param remembered whether its note was stored, so its tasks may run */
	constructor(note: BroadcastNote, deps: BroadcastDeps, remembered = false) {
		this.note = note;
		this.#deps = deps;
		this.#remembered = remembered;
		this.#isNoted = remembered;
		this.#acks = new Acknowledgements(deps.client, note.roomId);
		this.#intake = new EntryIntake(note, deps, this.#acks, (type, entries) =>
			this.#tasks.get(type)?.couldNotRead(entries),
		);
		const now = deps.clock.elapsed();
		for (const type of note.types) {
			this.#tasks.set(type, new PushTask(type, note.endedAt === undefined ? "starting" : "stopped", now));
		}
		this.#lookUpAt = now + lookUpMs;
		if (note.endedAt !== undefined) this.#lookUpAt = this.#nextLastLook();
	}

	/** Whether nothing is missing, as far as is known. */
	get settled(): boolean {
		return this.note.endedAt !== undefined && this.note.lastLooks >= lastLooksMs.length;
	}

	/** Does everything that is due, one thing after the other. */
	tick(): Promise<void> {
		if (this.#over) return Promise.resolve();
		this.#working ??= this.#work().finally(() => {
			this.#working = undefined;
		});
		return this.#working;
	}

	/** Continues a broadcast that turned out not to have ended. */
	resume(): void {
		if (this.note.endedAt === undefined) return;
		const now = this.#deps.clock.elapsed();
		delete this.note.endedAt;
		this.note.lastLooks = 0;
		this.#lookUpAt = now + lookUpMs;
		for (const task of this.#tasks.values()) task.startAt(now);
	}

	/**
	 * Ends a broadcast that is over, or was released: stops its tasks, and looks up failed deliveries.
	 *
	 * @param isOver whether it has ended by itself; otherwise the broadcast may continue, and the web's gifts count from
	 * now on
	 */
	async end(isOver: boolean): Promise<void> {
		if (this.note.endedAt !== undefined) return;
		this.note.counts &&= isOver;
		this.note.endedAt = this.#deps.clock.now();
		this.#lookUpAt = this.#nextLastLook();
		await this.#deps.remember();
	}

	/**
	 * Stores the content of a callback.
	 *
	 * @throws LivekeeperError `invalid_json` if the body is no list, `storage_failing` while it is not stored
	 */
	async take({ type }: SignedCallback, body: string): Promise<void> {
		let entries: unknown[];
		try {
			entries = parseEntries(body);
		} catch (cause) {
			this.missed(type);
			throw new LivekeeperError("invalid_json", requestTexts.notJson, { cause });
		}
		try {
			await this.#intake.take(type, entries);
		} catch (error) {
			// The platform has to resend it.
			this.missed(type);
			throw error;
		}
		this.#tasks.get(type)?.took(this.#deps.clock.now());
	}

	/** Records a callback of the platform that was not accepted: it is missing until a lookup finds it. */
	missed(type: OfficialType): void {
		this.#tasks.get(type)?.missed();
		this.lookUpSoon();
	}

	/** Schedules a lookup, because a callback was not accepted and will soon be among the failed ones. */
	lookUpSoon(): void {
		if (this.note.endedAt === undefined) this.#lookUpAt = Math.min(this.#lookUpAt, this.#deps.clock.elapsed() + 5000);
	}

	/** Records a gift of either source that has become durable. */
	given(source: "official" | "web", gift: { at: number; count: number; diamonds: number }): void {
		this.#match.add(source, gift);
	}

	status(): PushedStatus {
		const tasks = Array.from(this.#tasks, ([type, task]) => task.status(this.note.since?.[type]));
		return {
			roomId: this.note.roomId,
			endedAt: this.note.endedAt,
			tasks,
			counts: this.note.counts,
			...this.#intake.counts,
			lookedUp: this.#lookedUp,
			callbacks: tasks.reduce((sum, { callbacks }) => sum + callbacks, 0),
			acknowledged: this.#acks.sent,
			failedDeliveries: tasks.reduce((sum, { failedDeliveries }) => sum + failedDeliveries, 0),
			lookedUpAt: this.#lookedUpAt,
			lookUpError: this.#lookUpError,
			match: this.#match.figures,
		};
	}

	/** Waits for pending work, and starts nothing more. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#working;
	}

	/** Whether nothing more is to be done here. */
	get #over(): boolean {
		return this.#closed || !this.#deps.isHere();
	}

	async #work(): Promise<void> {
		for (const task of this.#tasks.values()) await this.#seeTo(task);
		await this.#acknowledge();
		if (this.#deps.clock.elapsed() >= this.#lookUpAt) await this.#lookUpAll();
	}

	async #seeTo(task: PushTask): Promise<void> {
		const { client, clock } = this.#deps;
		const { type } = task;
		const { roomId, endedAt } = this.note;
		if (this.#over || clock.elapsed() < task.dueAt) return;
		// A pushed kind is assumed to continue until the platform says otherwise.
		let pushed = this.note.since?.[type] !== undefined;
		try {
			if (endedAt !== undefined) {
				if (task.state !== "running") return;
				task.state = "stopped";
				await client.stop(roomId, type);
				return;
			}
			// A task that ran before a restart, or for another node, may still run; otherwise something was not pushed
			// meanwhile.
			const runs = await this.#runs(type, pushed);
			if (this.#over) return;
			pushed &&= runs;
			if (!runs) await client.start(roomId, type);
			const since = pushed ? this.note.since : { ...this.note.since, [type]: clock.now() };
			task.dueAt = clock.elapsed() + checkTaskMs;
			await this.#became(task, "running", { since, error: undefined });
		} catch (error) {
			task.dueAt = clock.elapsed() + retryMs;
			if (endedAt !== undefined || this.#over) return;
			const problem = problemOf(error);
			const refused = problem.errNo !== undefined && !pushed;
			const since = refused ? { ...this.note.since, [type]: undefined } : this.note.since;
			await this.#became(task, refused ? "refused" : task.state, { since, error: problem });
		}
	}

	/** Whether its task runs already. If not, the note informs other processes of the coming start. */
	async #runs(type: OfficialType, pushed: boolean): Promise<boolean> {
		if (!this.#isNoted) await this.#deps.remember();
		this.#isNoted = true;
		if (!pushed && !this.#remembered) return false;
		try {
			return await this.#deps.client.isRunning(this.note.roomId, type);
		} catch (error) {
			// The platform may know nothing about a task that was never started.
			if (pushed || problemOf(error).errNo === undefined) throw error;
			return false;
		}
	}

	async #became(
		task: PushTask,
		state: TaskState,
		{ since, error }: { since: BroadcastNote["since"]; error: PushProblem | undefined },
	): Promise<void> {
		const { logger, remember } = this.#deps;
		const { liveId, roomId } = this.note;
		const { type } = task;
		const changed = task.state !== state || (task.error === undefined) !== (error === undefined);
		task.state = state;
		task.error = error;
		const about = { live_id: liveId, room_id: roomId, msg_type: type };
		if (changed && error) {
			logger.warn({ event: "official_task_failed", ...about, ...error });
		} else if (changed) logger.info({ event: "official_task_running", ...about });
		const counts = type === "live_gift" ? state === "running" : this.note.counts;
		if (this.note.counts === counts && this.note.since?.[type] === since?.[type]) return;
		this.note.counts = counts;
		if (since) this.note.since = since;
		await remember();
	}

	async #acknowledge(): Promise<void> {
		if (this.#over) return;
		try {
			await this.#acks.send();
		} catch (error) {
			if (this.#over) return;
			this.#deps.logger.warn(this.#about("official_ack_failed", error));
		}
	}

	async #lookUpAll(): Promise<void> {
		const { clock } = this.#deps;
		try {
			for (const type of this.note.types) if (lookedUpTypes.includes(type)) await this.#lookUp(type);
		} catch (error) {
			this.#lookUpAt = clock.elapsed() + retryMs;
			if (this.#over) return;
			this.#lookUpError = problemOf(error);
			this.#deps.logger.warn(this.#about("official_look_up_failed", error));
			return;
		}
		if (this.#over) return;
		this.#lookedUpAt = clock.now();
		this.#lookUpError = undefined;
		if (this.note.endedAt === undefined) {
			this.#lookUpAt = clock.elapsed() + lookUpMs;
			return;
		}
		this.note.lastLooks++;
		this.#lookUpAt = this.#nextLastLook();
		await this.#deps.remember();
	}

	/**
	 * Looks failed deliveries up. The platform keeps no position, so the page is stored here, once its content is
	 * durable.
	 */
	async #lookUp(type: OfficialType): Promise<void> {
		const { client, remember } = this.#deps;
		while (!this.#over) {
			const page = this.note.pages[type] ?? 1;
			const { total, count, entries } = await client.failed(this.note.roomId, type, page);
			if (this.#over) return;
			const before = (page - 1) * failedPageSize;
			this.#tasks.get(type)?.lookedUp(total, before);
			const ids = await this.#intake.take(type, entries);
			this.#lookedUp += entries.length;
			this.#tasks.get(type)?.lookedUp(total, before + count);
			// Deliveries are forgotten after a day: there are then fewer pages, and all are looked up again.
			const fewer = page > 1 && count === 0 && total <= (page - 2) * failedPageSize;
			const isLast = count < failedPageSize && !fewer;
			const grown = ids.length > (this.note.stored?.[type]?.length ?? 0);
			// A page that will get more deliveries is looked up again, possibly by another process.
			this.note.stored = { ...this.note.stored, [type]: isLast ? ids : [] };
			if (!isLast) this.note.pages[type] = fewer ? 1 : page + 1;
			if (!isLast || grown) await remember();
			if (isLast) return this.#tasks.get(type)?.lookedUpAll();
		}
	}

	/** Returns when the next lookup after the end is due, of `Clock.elapsed`. A clock that was set back delays none. */
	#nextLastLook(): number {
		const { clock } = this.#deps;
		const afterMs = lastLooksMs[this.note.lastLooks] ?? Number.POSITIVE_INFINITY;
		return clock.elapsed() + Math.min(afterMs, (this.note.endedAt ?? 0) + afterMs - clock.now());
	}

	#about(event: string, err: unknown): object {
		const { liveId, roomId } = this.note;
		return { event, live_id: liveId, room_id: roomId, err };
	}
}
