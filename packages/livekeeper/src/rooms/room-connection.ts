import {
	type Attempt,
	Connection,
	type ConnectionHost,
	DouyinError,
	type RoomLookup,
	type SessionItem,
	type SessionRequest,
	wallTime,
} from "@livekeeper/douyin";
import type { Asked } from "../health/index.ts";
import { roomTexts, sentence, type Text } from "../text/index.ts";
import { awaitPermit } from "./await-permit.ts";
import { ConnectionTally } from "./connection-tally.ts";
import { asFailure } from "./look-up.ts";
import type { PermitSource } from "./permit.ts";
import type { ConnectionKey, Hold } from "./reconnect-strategy.ts";
import type { Room } from "./room.ts";
import type { RoomConnections } from "./room-connections.ts";
import {
	afterEnd,
	afterFailure,
	afterHold,
	afterLookup,
	besideFailure,
	type Deciding,
	type Plan,
	storageFailure,
	type Target,
} from "./room-decisions.ts";
import { RoomIntake } from "./room-intake.ts";
import type { ConnectionRoute, RoomConnectionStatus } from "./room-route.ts";
import type { StatusReason } from "./room-status.ts";

/** After it was preempted beside another it leaves connections to others for so long, ms: rooms that come and go shall not churn it. */
const preemptedRestMs = 60_000;
/** Whatever holds it back beside another, it does not ask again earlier, ms. */
const leastHoldMs = 1_000;

/** Beside another an identity that rests is asked for this often, ms: its rest may be lifted. */
const restingAskMs = 60_000;

/** What a connection is about, for those who look at many of them. */
export interface RoomSession {
	/** Of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	readonly stands: boolean;
	/** When it last brought a message, ms by `Clock.elapsed`. */
	readonly heardAt: number | undefined;
}

/** One connection of a room: makes its attempts as the room's plan says, and tells the room how they went. */
export class RoomConnection implements ConnectionHost, Deciding {
	readonly route: ConnectionRoute;
	readonly source: number;
	readonly #room: Room;
	readonly #all: RoomConnections;
	readonly #connection: Connection;
	readonly #permits: PermitSource;
	#plan: Plan = { do: "lookup" };
	/** Of its last session. */
	#intake: RoomIntake | undefined;
	host: string | undefined;
	attempt = 0;
	rests = false;
	/** The broadcast that goes on where the connection is ended for a failure. */
	#goesOnAs: Target | undefined;
	readonly #tally = new ConnectionTally();
	/** What it waits for it waits for also when the room was resting meanwhile, ms. */
	#notBefore = 0;
	#connectingSince: number | undefined;
	/** It waits for a permit. */
	isQueued = false;

	constructor(room: Room, { route, source }: { route: ConnectionRoute; source: number }) {
		this.#room = room;
		this.#all = room.connections;
		this.route = route;
		this.source = source;
		this.#permits = route.permits(() => this.#all.stands(this));
		const onOverdue = () => room.log("error", "session_overdue", "【!】会话没有按要求结束，不再等待");
		const { sessionEndLimitMs: endLimitMs } = room.settings;
		const options = { clock: room.deps.clock, host: this, endLimitMs, onOverdue };
		this.#connection = new Connection(options, source === 0 ? 0 : Number.POSITIVE_INFINITY);
	}

	get key(): ConnectionKey {
		const { kind, identity } = this.route;
		const { source } = this;
		const { liveId } = this.#room;
		return { liveId, source, identity, kind, beside: this.#all.hasSocket(this), polled: this.#all.polling };
	}

	get othersAt(): number {
		return this.#all.nextAttemptAt(this);
	}

	get stands(): boolean {
		return this.#connection.state === "connected";
	}

	/** Its session has begun, and has not opened. */
	get isConnecting(): boolean {
		return this.#connection.state === "connecting";
	}

	/** No attempt is planned. */
	get isIdle(): boolean {
		return this.#connection.state === "idle";
	}

	/** ms; `Infinity` while none is waited for. */
	get nextAttemptAt(): number {
		return this.#connection.state === "waiting" ? this.#connection.nextAttemptAt : Number.POSITIVE_INFINITY;
	}

	/** For how long an attempt has been under way that has not opened, ms. */
	get connectingMs(): number {
		return this.#connectingSince === undefined ? 0 : this.#room.elapsed() - this.#connectingSince;
	}

	/** It has brought nothing for a while in which others brought messages. */
	get isMute(): boolean {
		if (!this.stands) return false;
		const { sequencer } = this.#room;
		const awaitedSince = this.isSynced ? sequencer.overlapAwaitedSince : undefined;
		return this.#tally.isMute(this.#room.elapsed(), this.#missed, awaitedSince);
	}

	get #missed(): number {
		return this.#room.sequencer.missedBy(this.source);
	}

	get isSynced(): boolean {
		return this.stands && this.#room.sequencer.isSynced(this.source);
	}

	get session(): RoomSession {
		return { identity: this.route.identity, stands: this.stands, heardAt: this.#tally.heardAt };
	}

	run(signal: AbortSignal): Promise<void> {
		return this.#connection.run(signal);
	}

	status(): RoomConnectionStatus {
		const { state, nextAttemptAt } = this.#connection;
		const { host, route } = this;
		const { failures, messages, reason } = this.#tally;
		const compared = this.#room.comparison.of(this.source, this.#room.elapsed());
		const waits = (state === "waiting" || state === "queued") && nextAttemptAt > this.#room.elapsed();
		const isPreempted = state === "waiting" && reason?.code === "preempted";
		return {
			kind: route.kind,
			state: isPreempted ? "queued" : state === "preparing" ? "connecting" : state,
			synced: this.isSynced,
			...(this.stands && host !== undefined && { host }),
			identity: route.upstream.identity,
			...(reason && !this.stands && { reason }),
			...(waits && { nextAttemptAt: wallTime(this.#room.deps.clock, nextAttemptAt) }),
			failures,
			messages,
			missed: this.#missed,
			...(compared && { compared }),
		};
	}

	/** Goes over to another plan; nothing has failed. */
	interrupt(plan: Plan): void {
		this.#connection.interrupt(this.planned(plan));
	}

	/** It is not needed for now. */
	rest(): void {
		this.#connection.interrupt(Number.POSITIVE_INFINITY);
	}

	/** It is needed; what it waited for when it was last, it still waits for. */
	begin(): void {
		if (!this.isIdle || !this.#all.target) return;
		this.#plan = { do: "connect", target: this.#all.target };
		this.#connection.moveAttempt(this.#notBefore);
	}

	/** @returns false when it waits for no attempt */
	moveAttempt(at: number): boolean {
		return this.#connection.state === "waiting" && this.#connection.moveAttempt(at);
	}

	/** It is tried no earlier, whatever it waited for, ms. */
	leaveAlone(until: number): void {
		this.#notBefore = Math.max(this.#notBefore, until);
		if (this.nextAttemptAt < until) this.moveAttempt(until);
	}

	/** Ends what is under way as if it had failed. @param target the broadcast goes on as this */
	fail(failure: DouyinError, target?: Target): void {
		this.#goesOnAs = target;
		this.#connection.fail(failure);
		this.#goesOnAs = undefined;
	}

	async prepare(signal: AbortSignal): Promise<Attempt | number> {
		const room = this.#room;
		const plan = this.#plan;
		if (!this.#all.stands(this)) room.machine.attempt();
		this.#tally.heldFor = undefined;
		this.#intake = undefined;
		room.log("debug", "attempt_due", "到了尝试连接的时间", { source: this.source, plan: plan.do });
		const unreadable = await this.#all.remember(signal);
		if (signal.aborted) return 0;
		if (unreadable) return this.#failed(unreadable);
		// Without room for what comes the upstream is left alone.
		if (!room.deps.queue.writable) {
			return this.#failed(storageFailure(), plan.do === "connect" ? plan.target : undefined, true);
		}
		const held = this.#all.heldBack(this);
		// Where another identity, or polling, can go on from there, the page is looked at all the same.
		const looks = plan.do === "lookup" && (held?.mayPoll || (isBarred(held) && this.#all.othersMay(this)));
		if (held && !looks) return this.#hold(held);
		if (plan.do === "connect") return this.#connect(this.#all.target ?? plan.target, signal);
		if (room.state === "idle") room.enter("resolving", { code: "new", message: roomTexts.lookingUp });
		return this.#heard(await this.#all.lookUp(signal), signal);
	}

	take(item: SessionItem): void {
		const isOver = this.#intake?.take(item);
		if (item.type === "opened") {
			this.#connectingSince = undefined;
			this.#tally.opened(this.#room.elapsed(), this.#missed);
			this.#room.comparison.opened(this.source, this.#room.elapsed());
			this.host = item.host;
			this.#all.opened(this);
		} else if (item.type === "frame") {
			if (this.#intake?.proven) this.attempt = 0;
			this.#tally.took(item.events.length, this.#room.elapsed(), this.#missed);
			this.#all.took(this);
		}
		if (isOver) throw new DouyinError("broadcast_ended", "The broadcast ended.");
	}

	failed(failure: DouyinError): number {
		const { target } = this.#all;
		this.#tellEnd(failure);
		if (failure.reason === "broadcast_ended") {
			return this.#all.follow(this, afterEnd(this.#room, target?.roomId ?? this.#room.roomId, "ended"));
		}
		this.rests = this.#all.lost(this, failure, this.#intake?.proven ?? false);
		const at = this.#failed(failure, this.#goesOnAs ?? target, this.#goesOnAs !== undefined);
		if (!this.rests) return at;
		this.#all.tellQueued(this);
		return Number.POSITIVE_INFINITY;
	}

	#tellEnd(failure: DouyinError): void {
		const { deps, liveId } = this.#room;
		const { identity, upstream, kind } = this.route;
		const how = this.#tally.sessionEnded(this.#missed);
		if (kind === "socket") {
			deps.sessionEnded?.({ liveId, identity, loggedIn: upstream.identity === "logged_in", ...how, failure });
		}
	}

	preempted(why: unknown): number {
		const room = this.#room;
		const { state } = room;
		// A room's connections are ended one after the other, for good or with its broadcast: one may preempt the next.
		const isOver = this.#intake !== undefined && (state === "waiting" || state === "not_found");
		if (isOver || state === "stopped") return Number.POSITIVE_INFINITY;
		const message = why as Text;
		const { target } = this.#all;
		if (target) this.#plan = { do: "connect", target };
		this.#tally.heldFor = { code: "preempted", message };
		if (this.#all.stands(this)) {
			this.#notBefore = room.elapsed() + preemptedRestMs;
			return this.#notBefore;
		}
		room.log("info", "room_preempted", `直播间 ${room.liveId} 让出连接，等待空位`, {
			reason: "preempted",
			detail: message.zh,
		});
		room.enter("queued", { code: "preempted", message });
		return 0;
	}

	bug(error: unknown): DouyinError {
		return asFailure(this.#room, error);
	}

	/** The page was looked at. What it says of another broadcast, or of none, is stored: the room has to be taken over first. */
	async #heard(lookup: RoomLookup, signal: AbortSignal): Promise<number> {
		const goesOn = lookup.status === "live" && lookup.roomId === this.#room.roomId;
		const isNews = lookup.status !== "unknown" && !goesOn && !signal.aborted;
		const refused = isNews ? await this.#all.takeOver(signal) : undefined;
		if (signal.aborted) return 0;
		return refused ? this.#failed(refused) : this.#answered(lookup);
	}

	/** What to do when the page was looked at. @returns when, ms */
	#answered(lookup: RoomLookup): number {
		const roomId = "roomId" in lookup ? lookup.roomId : undefined;
		this.#room.log("debug", "room_looked_up", "查询到直播间状态", {
			source: this.source,
			status: lookup.status,
			room_id: roomId,
		});
		const { target } = this.#all;
		// Another connection stands meanwhile, and knows better.
		if (target && this.#all.stands(this)) return this.#all.follow(this, { do: "connect", target });
		if (lookup.status === "unknown") return this.#failed(lookup.failure);
		return this.#all.follow(this, afterLookup(this.#room, lookup));
	}

	/** Something that others have met holds it back. */
	#hold(hold: Hold): number {
		const room = this.#room;
		room.log("debug", "attempt_held", "暂缓连接", {
			source: this.source,
			reason: hold.reason,
			why: hold.why.zh,
			delay_ms: hold.delayMs,
		});
		if (hold.mayPoll) this.#all.poll();
		if (!this.#all.stands(this)) {
			const at = this.planned(afterHold(room, this.#plan, hold));
			if (isBarred(hold)) this.#all.beginOthers(this);
			return at;
		}
		this.#tally.heldFor = { code: hold.reason, message: sentence(hold.why) };
		const delayMs = hold.rests ? Math.min(restingAskMs, hold.delayMs) : hold.delayMs;
		this.#notBefore = room.elapsed() + Math.max(leastHoldMs, delayMs);
		return this.#notBefore;
	}

	/** It goes over to a plan. @returns when, ms */
	planned(plan: Plan): number {
		this.#plan = plan;
		return plan.at ?? 0;
	}

	#failed(failure: DouyinError, target?: Target, direct = false): number {
		const room = this.#room;
		this.#tally.failed(failure);
		this.attempt++;
		if (this.#all.stands(this)) {
			this.#notBefore = besideFailure(room, this, failure);
			const to = this.#all.target ?? target;
			if (to) this.#plan = { do: "connect", target: to };
		} else this.#notBefore = this.planned(afterFailure(room, this, failure, target, direct));
		return this.#notBefore;
	}

	/** Its permit is held from before the handshake until the session has ended. */
	async #connect(target: Target, signal: AbortSignal): Promise<Attempt | number> {
		const room = this.#room;
		let waited = false;
		const got = await awaitPermit({
			room,
			permits: this.#permits,
			roomId: target.roomId,
			onWait: () => {
				waited = true;
				this.isQueued = true;
				this.tellQueued();
			},
			mayLook: () => !this.#all.stands(this) && !this.#all.heldBack(this),
			signal,
		}).finally(() => {
			this.isQueued = false;
		});
		if ("status" in got) return this.#heard(got, signal);
		this.#tally.heldFor = undefined;
		// While it waited for its turn much may have become known.
		const held = waited && !signal.aborted ? this.#all.heldBack(this) : undefined;
		if (held) {
			got.release();
			return this.#hold(held);
		}
		const refused = await this.#all.takeOver(signal);
		if (refused || signal.aborted) {
			got.release();
			return refused && !signal.aborted ? this.#failed(refused, target, true) : 0;
		}
		// It may be another broadcast by now.
		const to = this.#all.target ?? target;
		return {
			permit: got,
			open: (scope, take) => this.#open(to, scope, take),
			close: (failure) => this.#close(failure),
		};
	}

	/** It waits for a permit, and so does the room, where it has no connection. */
	tellQueued(): void {
		const room = this.#room;
		const wait = this.#permits.waitsFor();
		const beside = this.#all.stands(this);
		room.log("debug", "permit_awaited", "等待连接名额", { source: this.source, for: wait.for, why: wait.why.zh });
		// Beside another its turn comes soon, where it waits for nothing else.
		if (beside && wait.for === "turn") return;
		this.#connection.queued();
		this.#tally.heldFor = { code: "no_free_slot", message: wait.why };
		// Who was preempted has said why already.
		if (!beside && room.state !== "queued") room.enter("queued", this.#tally.heldFor);
	}

	async #open(target: Target, signal: AbortSignal, take: (item: SessionItem) => void): Promise<void> {
		const room = this.#room;
		const { state } = room;
		if (state !== "connecting" && state !== "connected") room.enter("connecting", this.#why(roomTexts.connecting));
		this.#connectingSince = room.elapsed();
		room.connection.begin(target.roomId);
		const { route, source } = this;
		const sequencer = room.sequence(target.roomId);
		const cursor = sequencer.open(source, { poll: route.kind === "polling" });
		const fields = { source, kind: route.kind, room_id: target.roomId, resumes: cursor !== undefined };
		room.log("debug", "session_begins", "开始建立连接", fields);
		this.#intake = new RoomIntake(room, this);
		const request: SessionRequest = {
			liveId: room.liveId,
			...target,
			cursor,
			nextCursor: () => sequencer.cursorOf(source),
			needsBackfill: () => sequencer.takePageRequest(source),
			avoidHosts: this.#all.hostsBeside(this),
			hosts: room.deps.reconnect.hosts,
			raw: room.route.raw,
			signal,
			onSign: () => room.connection.sign(room.elapsed()),
			onRoundTrip: (ms: number, of: Asked) => room.connection.answered(room.elapsed(), ms, of),
		};
		const { upstream } = route;
		if (route.kind === "socket") return upstream.session(request, take);
		if (!upstream.poll) throw new TypeError("This upstream can't be polled.");
		return upstream.poll(request, take);
	}

	/** The session is over. */
	#close(failure: DouyinError | undefined): void {
		this.#room.log("debug", "session_ended", "连接已结束", {
			source: this.source,
			proven: this.#intake?.proven ?? false,
		});
		this.#connectingSince = undefined;
		this.#room.comparison.closed(this.source, this.#room.elapsed());
		// With the broadcast all that waits is emitted, also what nothing has proven.
		if (failure?.reason !== "broadcast_ended") this.#intake?.end(failure?.reason === "bad_frame");
		this.#all.closed(this);
	}

	/** While attempts fail, the reason of the last failure says more than that there is another attempt. */
	#why(message: Text): StatusReason {
		const { counts, machine } = this.#room;
		const { code } = machine.reason;
		const failed = counts.reconnectCount > 0 && code !== "no_free_slot" && code !== "preempted";
		return failed ? machine.reason : { code: "new", message };
	}
}

/** It is held back for its identity: another one may go on. */
function isBarred(held: Hold | undefined): boolean {
	return held !== undefined && (held.rests === true || held.reason === "blocked");
}
