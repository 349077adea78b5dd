import type { DouyinError } from "@livekeeper/douyin";
import { roomTexts, type Text } from "../text/index.ts";
import { awaitPermit } from "./await-permit.ts";
import { Nap } from "./nap.ts";
import { type Permit, watchPermit } from "./permit.ts";
import type { Hold } from "./reconnect-strategy.ts";
import type { Room } from "./room.ts";
import {
	afterFailure,
	afterHold,
	afterLookup,
	type Plan,
	storageFailure,
	type Target,
	unreadableMemory,
} from "./room-decisions.ts";
import { RoomIntake } from "./room-intake.ts";
import type { Recall } from "./room-memory.ts";
import type { StatusReason } from "./room-status.ts";
import type { Asked } from "./round-trips.ts";
import { asFailure, lookUp, orAbort, runSession } from "./session-run.ts";

/** Where to go on when even the handling of a failure failed. */
const afterBugMs = 60_000;

type ConnectPlan = Extract<Plan, { do: "connect" }>;

/** How a turn to connect ended: held back before it began, or with the session's failure; neither when it was aborted. */
interface Outcome {
	held?: Hold | undefined;
	failure?: DouyinError | undefined;
}

/** A session that is under way, seen from outside the loop. */
export interface RunningSession {
	readonly target: Target;
	/** Aborts when the session is over, or is to be. */
	readonly over: AbortController;
	readonly intake: RoomIntake;
}

/**
 * Follows one plan after the other until it is stopped. There is one step at a time, and with it at most one session:
 * the next step begins when the one before has let go of its socket.
 */
export class RoomLoop {
	readonly #room: Room;
	#step = new AbortController();
	#override: Plan | undefined;
	#stopped = false;
	#session: RunningSession | undefined;
	/** While the next attempt is waited for. */
	#nap: Nap | undefined;
	/** Until it has been read: nothing is done without it, since what it knows would be said and asked for anew. */
	#recall: Recall | undefined;

	constructor(room: Room) {
		this.#room = room;
	}

	get session(): RunningSession | undefined {
		return this.#session;
	}

	/**
	 * @param before waited for before the first step
	 * @param recall reads what is stored of the room
	 * @returns when the loop was stopped and its socket is gone
	 */
	async run(before?: Promise<void>, recall?: Recall): Promise<void> {
		this.#recall = recall;
		this.#room.remembers = recall === undefined;
		await before;
		let plan: Plan = this.#override ?? { do: "lookup" };
		while (!this.#stopped) {
			this.#step = new AbortController();
			this.#override = undefined;
			const next = await this.#guarded(plan, this.#step.signal);
			plan = this.#override ?? next;
		}
	}

	/**
	 * Breaks off what is under way. The state has been entered by the caller; `plan` is followed from here on.
	 * @param why the connection's failure, where it is broken off for that
	 */
	interrupt(plan: Plan, why?: DouyinError): void {
		this.#override = plan;
		this.#breakOff(why);
	}

	/** Moves the attempt that is waited for. @returns false when none is: one is under way, or the room is connected */
	moveAttempt(at: number): boolean {
		this.#nap?.moveTo(at);
		return this.#nap !== undefined;
	}

	stop(): void {
		this.#stopped = true;
		this.#breakOff();
	}

	#breakOff(why?: DouyinError): void {
		this.#session?.over.abort();
		this.#step.abort(why);
	}

	/** A bug may cost an attempt, but never the room's life. */
	async #guarded(plan: Plan, signal: AbortSignal): Promise<Plan> {
		try {
			return await this.#follow(plan, signal);
		} catch (error) {
			if (signal.aborted) return plan;
			try {
				return afterFailure(this.#room, asFailure(this.#room, error));
			} catch (second) {
				this.#room.log("error", "failure_not_handled", "【!】处理断开时出错，重新查询直播间", { err: second });
				return { do: "lookup", at: this.#room.now() + afterBugMs };
			}
		}
	}

	/** When `signal` aborts the result is of no use, and nothing has been entered after it. */
	async #follow(plan: Plan, signal: AbortSignal): Promise<Plan> {
		const room = this.#room;
		if (plan.at !== undefined) {
			await this.#wait(plan.at, signal);
			if (signal.aborted) return plan;
			room.machine.attempt();
		}
		if (this.#recall) {
			const failure = await this.#remember(this.#recall, signal);
			if (signal.aborted) return plan;
			if (failure) return afterFailure(room, failure);
		}
		// Without room for what comes the upstream is left alone.
		if (!room.deps.queue.writable) {
			return afterFailure(room, storageFailure(), plan.do === "connect" ? plan.target : undefined, true);
		}
		const held = room.deps.reconnect.admit(room.liveId, room.now());
		if (held) return afterHold(room, plan, held);
		if (plan.do === "connect") return this.#connect(plan, signal);
		if (room.state === "idle") room.enter("resolving", { code: "new", message: roomTexts.lookingUp });
		const lookup = await lookUp(room, room.settings.lookupLimitMs, signal);
		return signal.aborted ? plan : afterLookup(room, lookup);
	}

	/** @returns why it could not be read */
	async #remember(recall: Recall, signal: AbortSignal): Promise<DouyinError | undefined> {
		try {
			const memory = await orAbort(recall(), signal);
			this.#room.recall(memory);
			this.#recall = undefined;
			return undefined;
		} catch (error) {
			return unreadableMemory(error);
		}
	}

	async #wait(at: number, signal: AbortSignal): Promise<void> {
		this.#nap = new Nap(this.#room.deps.clock, at, signal);
		await this.#nap.over;
		this.#nap = undefined;
	}

	/** Its permit is held from before the handshake until the session has ended. */
	async #connect(plan: ConnectPlan, signal: AbortSignal): Promise<Plan> {
		const room = this.#room;
		const permit = await awaitPermit(room, plan.target, signal);
		if ("do" in permit) return permit;
		const release = watchPermit(permit, signal, (why) => this.#preempted(plan, why));
		let outcome: Outcome;
		try {
			outcome = await this.#takeTurn(plan.target, permit, signal);
		} finally {
			release();
		}
		if (signal.aborted) return plan;
		const { held, failure } = outcome;
		if (held) return afterHold(room, plan, held);
		return failure ? afterFailure(room, failure, plan.target) : plan;
	}

	/** Another needs the connection: it is closed, and the room asks for a permit again. */
	#preempted({ do: what, target }: ConnectPlan, why: Text): void {
		const room = this.#room;
		room.log("info", "room_preempted", `直播间 ${room.liveId} 让出连接，等待空位`, {
			reason: "preempted",
			detail: why.zh,
		});
		room.enter("queued", { code: "preempted", message: why });
		this.interrupt({ do: what, target });
	}

	/** One session. */
	async #takeTurn(target: Target, permit: Permit, signal: AbortSignal): Promise<Outcome> {
		const room = this.#room;
		if (signal.aborted) return {};
		const intake = new RoomIntake(room, () => permit.handshakeDone());
		const session = { target, over: new AbortController(), intake };
		try {
			// While it waited for its turn much may have become known.
			const held = room.state === "queued" ? room.deps.reconnect.admit(room.liveId, room.now()) : undefined;
			if (held) return { held };
			room.enter("connecting", this.#why(roomTexts.connecting));
			this.#session = session;
			const failure = await this.#runSession(target, intake, signal);
			intake.end();
			if (failure && !signal.aborted) room.upstream.sessionEnded?.(failure, intake.provenAt);
			return { failure };
		} finally {
			session.over.abort();
			this.#session = undefined;
			room.connection.disconnected(room.now());
		}
	}

	#runSession(target: Target, intake: RoomIntake, signal: AbortSignal) {
		const room = this.#room;
		room.connection.begin(target.roomId);
		const sequencer = room.sequence(target.roomId);
		const request = {
			liveId: room.liveId,
			...target,
			sequencer,
			cursor: sequencer.open(0),
			needsBackfill: () => sequencer.takePageRequest(0),
			hosts: room.deps.reconnect.hosts,
			signal,
			onSign: (atMs: number) => room.connection.sign(atMs),
			onRoundTrip: (ms: number, of: Asked) => room.connection.answered(room.now(), ms, of),
		};
		return runSession(room, request, (item) => intake.take(item));
	}

	/** While attempts fail, the reason of the last failure says more than that there is another attempt. */
	#why(message: Text): StatusReason {
		const { reconnectCount, machine } = this.#room;
		const { code } = machine.reason;
		const failed = reconnectCount > 0 && code !== "no_free_slot" && code !== "preempted";
		return failed ? machine.reason : { code: "new", message };
	}
}
