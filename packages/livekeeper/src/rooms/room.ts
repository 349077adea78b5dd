import { randomBytes } from "node:crypto";
import { type Emitted, elapsedAt, type FailureReason, GiftCounter, Sequencer, type Timer } from "@livekeeper/douyin";
import { Comparison } from "../comparison/index.ts";
import { ConnectionHealth, Listening, longestLookMs, QualityMeter, type RoomHealth } from "../health/index.ts";
import { Listeners } from "../listeners.ts";
import { findingText } from "../text/index.ts";
import { BroadcastTracker } from "./broadcast.ts";
import { RoomConnections } from "./room-connections.ts";
import type { RoomMemory } from "./room-memory.ts";
import { goOnAfter } from "./room-past.ts";
import type { RoomRoute } from "./room-route.ts";
import { defaultRoomSettings, type RoomDeps, type RoomSettings } from "./room-settings.ts";
import { lostStates, RoomStateMachine, type Transition, wantedStates } from "./room-state.ts";
import {
	noCounts,
	type RoomCounts,
	type RoomState,
	type RoomStatus,
	type StatusReason,
	type StorageTrouble,
} from "./room-status.ts";
import { statusOf } from "./room-view.ts";
import { type ServiceEventBody, serviceEvent } from "./service-events.ts";

/** States whose entry is told in the room's events. */
const toldStates: readonly RoomState[] = ["connected", "reconnecting", "blocked", "waiting"];

/** A room that has to give its connection up tells that too; one that waits for its first doesn't. */
function isTold(from: RoomState, to: RoomState): boolean {
	return from !== to && (toldStates.includes(to) || (from === "connected" && to === "queued"));
}

/** All that is known about one room. What happens to it is decided in `room-decisions.ts` and `room-connections.ts`. */
export class Room {
	readonly liveId: string;
	readonly deps: RoomDeps;
	readonly settings: RoomSettings;
	readonly machine: RoomStateMachine;
	readonly connection: ConnectionHealth;
	readonly quality: QualityMeter;
	/** Of the broadcast that is followed, or was last. */
	sequencer = new Sequencer();
	/** What its connections bring of that, where there are several. */
	comparison = new Comparison();
	readonly broadcast = new BroadcastTracker();
	route: RoomRoute;
	readonly connections: RoomConnections;
	/** The broadcast that was last seen, running or not; "" before the first. */
	roomId = "";
	gifts = new GiftCounter();
	connectedAt: number | undefined;
	/** Whatever calls the room back, it tries no earlier: so long the upstream is left alone, ms. */
	notBefore = 0;
	/** Since it was started: what its status tells. `duplicates`: in former broadcasts. */
	readonly counts: RoomCounts = { ...noCounts, reconnects: {} };
	/** The broadcast that `sequencer` is for. */
	#sequenced: string | undefined;
	/** Fires when the sequencer has waited long enough. */
	#waiting: Timer | undefined;
	/** Connections that were lost. */
	#lost = 0;
	health: RoomHealth = "fine";
	/** Types of events that alone have fallen silent. */
	quietKinds: string[] = [];
	/** Why what it says can't be stored. */
	trouble: StorageTrouble | undefined;
	#emitted = 0;
	readonly #run = randomBytes(4).toString("hex");
	readonly #listening = new Listening();
	readonly #listeners = new Listeners<RoomStatus>((error) =>
		this.log("error", "listener_failed", "【!】处理直播间状态时出错", { err: error }),
	);

	constructor(liveId: string, deps: RoomDeps) {
		this.liveId = liveId;
		this.deps = deps;
		this.settings = { ...defaultRoomSettings, ...deps.settings };
		this.route = deps.route;
		this.connection = new ConnectionHealth(this.settings, () => this.connections.polling, deps.pings);
		this.quality = new QualityMeter(longestLookMs(this.settings));
		this.machine = new RoomStateMachine(this.now(), (transition) => this.#entered(transition));
		this.connections = new RoomConnections(this);
	}

	/** An attempt, or the room's last connection, has failed. @param attempt since the last frame, from 1 */
	failed(reason: FailureReason, attempt: number): void {
		const { reconnects } = this.counts;
		this.counts.reconnectCount = attempt;
		reconnects[reason] = (reconnects[reason] ?? 0) + 1;
	}

	/** A connection has brought its first frame. */
	works(): void {
		const { reconnectCount: attempts } = this.counts;
		this.counts.reconnectCount = 0;
		if (attempts > 0) this.log("info", "room_recovered", `【√】直播间 ${this.liveId} 连接已恢复正常`, { attempts });
	}

	/** The page has a definite answer: there is nothing to connect to, and nothing has failed. */
	rests(): void {
		this.counts.reconnectCount = 0;
		this.leaveAlone(0);
		this.deps.reconnect.left(this.liveId, this.elapsed());
	}

	/** The room's first connection is open. */
	opened(): void {
		this.connectedAt = this.now();
		this.connection.connected(this.elapsed());
	}

	/** Messages came that would not decode. */
	undecodable(messages: number): void {
		this.counts.messages += messages;
		this.counts.decodeErrors += messages;
	}

	/** The upstream is left alone from now on. @param forMs 0: no longer */
	leaveAlone(forMs: number): void {
		this.notBefore = this.elapsed() + forMs;
	}

	get state(): RoomState {
		return this.machine.state;
	}

	/** Whether a broadcast is on in which something was said lately, or that nobody has listened to yet. */
	get lively(): boolean {
		const { roomId } = this.broadcast;
		if (roomId === undefined) return false;
		return this.#listening.silentMs(roomId, this.elapsed(), this.connection.lastMessageAt) < this.settings.idleMs;
	}

	now(): number {
		return this.deps.clock.now();
	}

	/** For all that lasts, or is due. */
	elapsed(): number {
		return this.deps.clock.elapsed();
	}

	enter(state: RoomState, reason: StatusReason, nextAttemptAt?: number): void {
		this.machine.enter(state, reason, this.now(), nextAttemptAt);
	}

	/** Goes on from what was stored before this run. */
	recall(memory: RoomMemory): void {
		const { cursor, broadcast } = memory;
		const roomId = cursor?.roomId ?? broadcast?.roomId;
		// What was read before is read again.
		this.#sequenced = undefined;
		if (roomId !== undefined) {
			const { recentIds: ids, idsBeforeGap: beforeGap, lastAt } = memory;
			const from = cursor?.roomId === roomId ? cursor : undefined;
			this.sequence(roomId).restore({ cursor: from, ids, beforeGap, lastAt });
		}
		this.gifts.restore(memory.knownStreaks ?? []);
		const { lastMessageAt } = memory;
		if (lastMessageAt !== undefined) this.connection.lastMessageAt ??= elapsedAt(this.deps.clock, lastMessageAt);
		const { lost } = memory;
		if (lost) this.emit({ type: "gap", from: lost.since ?? this.now(), to: this.now(), reason: "memory_lost" });
		if (broadcast) {
			this.roomId = broadcast.roomId;
			this.broadcast.title = broadcast.title;
			if (broadcast.ended) this.broadcast.ended(broadcast.roomId);
			else this.broadcast.started(broadcast.roomId);
		}
		if (memory.past) goOnAfter(this, memory.past);
	}

	/** To be called every few seconds in every state: takes note of how the room has been doing. */
	look(): void {
		this.connection.look(this.elapsed());
		this.#measure(this.state);
	}

	/** What it says can't be stored from now on, or (`undefined`) can. A connection that nobody can read from is worth nothing. */
	storing(trouble: StorageTrouble | undefined): void {
		this.#measure(this.state);
		this.trouble = trouble;
		this.#tell();
	}

	/** Judges the health of a connected room anew, and tells when it has changed. */
	assess(): void {
		const now = this.elapsed();
		const health = this.connection.assess(now);
		const changed = health !== this.health;
		if (changed) this.#measure(this.state);
		this.health = health;
		if (this.#noteKinds(now) || changed) this.#tell();
	}

	/** Kinds of events that alone fall silent are told of; they are no reason to end the connection. */
	#noteKinds(now: number): boolean {
		const quiet = this.connection.quietKinds(now, this.route.identity);
		if (!quiet) return false;
		const before = this.quietKinds;
		this.quietKinds = quiet.map(({ kind }) => kind);
		for (const { kind, evidence } of quiet) {
			if (before.includes(kind)) continue;
			const line = `【!】直播间 ${this.liveId} 连接正常，但长时间没有 ${kind} 消息`;
			this.log("warn", "kind_silent", line, { kind, evidence: findingText(evidence).zh });
		}
		return before.join() !== this.quietKinds.join();
	}

	#measure(state: RoomState): void {
		const { totalMs, answers } = this.connection.roundTrips.latency;
		const connected = state === "connected" && !this.trouble;
		const mute = this.health === "silent" || this.connection.knownOnlyMs(this.elapsed()) !== undefined;
		const states = { wanted: wantedStates.includes(state), connected, silent: connected && mute };
		this.quality.look(this.now(), states, {
			reconnects: this.#lost,
			gapMs: this.counts.gapMs,
			latencyMs: totalMs,
			latencies: answers,
			messages: this.counts.messages,
			decodeErrors: this.counts.decodeErrors,
		});
	}

	/** Puts one of the service's own events behind what the room has said so far. */
	emit(body: ServiceEventBody): void {
		const { queue } = this.deps;
		if (body.type === "gap") {
			this.counts.gaps++;
			this.counts.gapMs += Math.max(0, body.to - body.from);
		}
		// While nothing can be stored each attempt would add to what waits; the status tells of them all the same. What is
		// said of a broadcast or a gap belongs to a frame that was taken: it is bounded by those.
		if (body.type === "connection" && !(queue.writable && this.connections.remembers)) return;
		const where = { liveId: this.liveId, roomId: this.roomId, now: this.now(), count: this.#emitted++, run: this.#run };
		queue.push([serviceEvent(body, where)]);
	}

	/** The sequencer of a broadcast: each has one of its own. */
	sequence(roomId: string): Sequencer {
		if (roomId !== this.#sequenced) {
			this.counts.duplicates += this.sequencer.duplicates;
			this.sequencer = new Sequencer();
			this.comparison = new Comparison();
		}
		this.#sequenced = roomId;
		return this.sequencer;
	}

	/** Hands on what is new: events with their gifts counted, each gap, and the cursor that stands behind them. */
	put(emitted: readonly Emitted[]): void {
		for (const { gap, events, checkpoint, startedOver } of emitted) {
			if (startedOver) {
				this.gifts = new GiftCounter();
				this.log("warn", "upstream_started_over", `【!】直播间 ${this.liveId} 的上游已重新开始，消息编号被重复使用`);
			}
			if (gap) {
				this.log("debug", "gap_told", "无法证明消息连续，记录缺口", { ...gap });
				this.emit({ type: "gap", ...gap });
			}
			this.gifts.count(events);
			this.counts.messages += events.length;
			for (const { bounded } of events) if (bounded) this.counts.boundedMessages++;
			this.deps.queue.push(events, checkpoint);
		}
		this.expireWhenDue();
	}

	/** Sees to it that what the sequencer holds back is emitted in time, and not while nothing can be stored. */
	expireWhenDue(): void {
		this.#waiting?.cancel();
		this.#waiting = undefined;
		const { dueAt } = this.sequencer;
		const { clock, queue } = this.deps;
		if (dueAt === undefined || this.state === "stopped" || !queue.writable) return;
		// Once it is writable again this is called anew.
		const expire = () => queue.writable && this.put(this.sequencer.expire(clock.elapsed()));
		this.#waiting = clock.after(Math.max(0, dueAt - clock.elapsed()), expire);
	}

	/** @param event stable, for programs */
	log(
		level: "debug" | "info" | "warn" | "error",
		event: string,
		message: string,
		fields: Record<string, unknown> = {},
	): void {
		this.deps.logger[level]({ event, live_id: this.liveId, ...fields }, message);
	}

	onStatus(listener: (status: RoomStatus) => void): () => void {
		return this.#listeners.add(listener);
	}

	status(): RoomStatus {
		return statusOf(this);
	}

	#entered({ from, to, reason }: Transition): void {
		if (to === "stopped") this.expireWhenDue();
		if (to === "connected") this.#listening.began(this.roomId, this.elapsed());
		else if (from === "connected") this.#listening.ended(this.elapsed(), this.connection.lastMessageAt);
		if (from === "connected" && lostStates.includes(to) && reason.code !== "new") this.#lost++;
		this.#measure(from);
		if (to === "connected") this.health = "fine";
		if (isTold(from, to)) {
			this.emit({ type: "connection", state: to, reason: reason.code, message: reason.message.en });
		}
		this.#tell();
	}

	#tell(): void {
		if (this.#listeners.any) this.#listeners.call(this.status());
	}
}
