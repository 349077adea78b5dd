import {
	type DecodeProblem,
	DouyinError,
	type Emitted,
	type SessionItem,
	type SessionRequest,
	type Timer,
	type UpstreamEvent,
} from "@livekeeper/douyin";
import type { Asked } from "../health/index.ts";
import { RoomFailure } from "./room-failure.ts";
import type { RoomRunner } from "./room-runner.ts";
import { areSeveral, hasSocket, isConnected, type Link, roomIdOf, type Target } from "./room-state.ts";

type Frame = SessionItem & { type: "frame" };
type Opened = SessionItem & { type: "opened" };

/** One session of a link. Passes its items straight through the sequencer to the queue. */
export class SessionRun {
	readonly id: number;
	readonly source: number;
	readonly transport: Link["transport"];
	readonly identity: string;
	readonly target: Target;
	readonly tally: ConnectionTally;
	/** Failure for which it is being ended. */
	failure: DouyinError | undefined;
	opened = false;
	/** Resolves once its end has been handled completely. */
	readonly gone: Promise<void>;
	#proven = false;
	#synced = false;
	readonly #room: RoomRunner;
	readonly #ending = new AbortController();
	/** Deadline for its end; `undefined` if it was not asked to end. */
	#limit: Timer | undefined;
	/** Resolves {@link gone}. */
	#goes: (() => void) | undefined;

	constructor(room: RoomRunner, id: number, link: Link, target: Target) {
		this.#room = room;
		this.id = id;
		this.source = link.source;
		this.transport = link.transport;
		this.identity = room.route.connections[link.on]?.identity ?? "";
		this.target = target;
		this.tally = room.tallyOf(link.source);
		this.gone = new Promise((resolve) => {
			this.#goes = resolve;
		});
	}

	/**
	 * Reads until the socket is closed or the deadline for its end has passed, then reports {@link RoomRunner.closed}.
	 */
	run(): void {
		void this.#read().then((failure) => this.#end(failure));
	}

	/** Ends the session once; a second call does nothing. @param failure ignored if the session was asked to end */
	#end(failure: DouyinError | undefined): void {
		const goes = this.#goes;
		if (!goes) return;
		this.#goes = undefined;
		this.#limit?.cancel();
		this.#room.log.sessionEnded(this.source, this.#proven);
		try {
			this.#room.closed(this, this.#ending.signal.aborted ? undefined : failure);
		} finally {
			goes();
		}
	}

	/** Asks it to end and gives it a few seconds. */
	end(): void {
		if (this.#limit) return;
		const { deps, settings, log } = this.#room;
		this.#limit = deps.clock.after(settings.sessionEndLimitMs, () => {
			log.overdue();
			this.#end(undefined);
		});
		this.#ending.abort(this.failure);
	}

	/** Whether it brought nothing for a while in which other connections brought messages. */
	get isMute(): boolean {
		const { sequencer } = this.#room.stream;
		const awaitedSince = sequencer.isSynced(this.source) ? sequencer.overlapAwaitedSince : undefined;
		return this.opened && this.tally.isMute(this.#room.elapsed(), sequencer.missedBy(this.source), awaitedSince);
	}

	async #read(): Promise<DouyinError | undefined> {
		const { signal } = this.#ending;
		// Items that arrive at once must come after the step that began the session.
		await Promise.resolve();
		if (signal.aborted) return undefined;
		try {
			const { upstream } = this.#room.routeOf(this.source);
			const request = this.#request(signal);
			const take = (item: SessionItem) => this.#take(item);
			if (this.transport === "socket") await upstream.session(request, take);
			else if (upstream.poll) await upstream.poll(request, take);
			return new DouyinError("network", "The session ended without saying why.");
		} catch (error) {
			return signal.aborted ? undefined : this.#room.asFailure(error);
		}
	}

	#request(signal: AbortSignal): SessionRequest {
		const { liveId, stream, vitals, deps, route, log } = this.#room;
		const { source, target, transport } = this;
		vitals.connection.begin(target.roomId);
		const sequencer = stream.sequence(target.roomId);
		const cursor = sequencer.open(source, { poll: transport === "poll" });
		log.sessionBegins(source, transport === "poll" ? "polling" : "socket", target.roomId, cursor !== undefined);
		return {
			liveId,
			...target,
			cursor,
			nextCursor: () => sequencer.cursorOf(source),
			needsBackfill: () => sequencer.takePageRequest(source),
			avoidHosts: this.#room.hostsBeside(source),
			hosts: deps.gate.hosts,
			raw: route.raw,
			signal,
			onSign: () => vitals.connection.sign(this.#room.elapsed()),
			onRoundTrip: (ms: number, of: Asked) => vitals.connection.answered(this.#room.elapsed(), ms, of),
		};
	}

	/** @throws DouyinError ends the session; items that were not accepted come again from the cursor before them */
	#take(item: SessionItem): void {
		// Items after the request to end are not accepted, so the cursor stays before them.
		if (this.#limit) return;
		try {
			if (item.type === "opened") this.#open(item);
			else if (!this.#room.deps.queue.writable) throw new RoomFailure("storage", ["cannotStoreNow"]);
			else if (item.type === "backfill" || !this.opened) this.#backfill(item);
			else this.#frame(item);
		} catch (error) {
			throw this.#room.asFailure(error);
		}
	}

	#open({ host, resumed, firstStateFailure }: Opened): void {
		const room = this.#room;
		const now = room.elapsed();
		const { source, transport } = this;
		const isFirst = !isConnected(room.state);
		room.stream.sequencer.opened(source, resumed);
		this.opened = true;
		room.log.opened(source, hasSocket(room.state, source), resumed);
		// A poll says nothing about the push hosts.
		if (transport === "socket") room.deps.gate.opened(room.keyOf(source));
		if (isFirst) {
			room.log.connected(transport === "poll", { host, resumed, first_state_failure: firstStateFailure?.reason });
		}
		this.tally.opened(now, room.stream.sequencer.missedBy(source));
		room.stream.comparison.opened(source, now);
		room.opened(this.id, host, resumed);
	}

	/** Handles the room's newest messages, which show the past and not the state of the connection. */
	#backfill(page: Extract<SessionItem, { events: unknown }>): void {
		const { vitals, stream, state } = this.#room;
		const now = this.#room.elapsed();
		vitals.connection.history(page.events.map(({ at }) => at));
		if (page.type === "frame") stream.counts.frames++;
		this.#put(stream.sequencer.backfill(this.source, { ...page, now }), page.problems, roomIdOf(state));
	}

	#frame(frame: Frame): void {
		const room = this.#room;
		const { stream, state } = room;
		const { source } = this;
		const now = room.elapsed();
		stream.counts.frames++;
		if (!this.#proven) this.#prove();
		const { sequencer } = stream;
		if (areSeveral(state)) stream.comparison.took(source, frame.events, now);
		const isEnd = sequencer.isEnd(frame.events);
		const emitted = sequencer.accept(source, { ...frame, now });
		const isSynced = sequencer.isSynced(source);
		if (isSynced && !this.#synced) room.log.synced(source);
		const fresh = isSynced ? eventsOf(emitted) : frame.events;
		if (fresh.length + frame.problems.length === 0) room.vitals.connection.repeated(now, frame.events);
		else
			room.vitals.connection.message(
				now,
				fresh.map(({ type }) => type),
			);
		if (fresh.length > 0 && state.broadcast?.state === "doubted" && !fresh.every(({ type }) => type === "control")) {
			room.take({ type: "revived", session: this.id });
		}
		this.#put(emitted, frame.problems, roomIdOf(state));
		this.tally.took(frame.events.length, now, sequencer.missedBy(source));
		// Only once, unless the room starts polling next to it.
		if (isSynced && (!this.#synced || areSeveral(state))) room.synced(this);
		this.#synced = isSynced;
		if (isEnd) throw new DouyinError("broadcast_ended", "The broadcast ended.");
	}

	/** Handles the first frame of the new connection. Only now the connection counts as good. */
	#prove(): void {
		const room = this.#room;
		this.#proven = true;
		room.log.proven(this.source);
		if (this.transport === "socket") room.deps.gate.works(room.keyOf(this.source));
		room.take({ type: "proven", session: this.id });
	}

	#put(emitted: readonly Emitted[], problems: readonly DecodeProblem[], roomId: string): void {
		const { stream, vitals } = this.#room;
		stream.put(emitted, roomId);
		const fresh = problems.filter(({ id }) => this.#room.isNewProblem(id));
		if (fresh.length > 0) {
			stream.undecodable(fresh.length);
			vitals.undecodable(fresh);
		} else if (this.opened && vitals.health !== "fine") vitals.assess();
	}

	/** Emits the room's remaining events about it. @param failure why it ended */
	ended(failure: DouyinError | undefined): void {
		const { stream, state } = this.#room;
		const now = this.#room.elapsed();
		stream.comparison.closed(this.source, now);
		// The end of a broadcast flushes everything that waits, even if unproven.
		if (failure?.reason === "broadcast_ended" || state.phase === "stopped") return;
		const unreadable = failure?.reason === "bad_frame";
		stream.put(stream.sequencer.closed(this.source, now, { unreadable }), roomIdOf(state));
	}
}

/** Returns the events, without a copy in the usual case that all are emitted at once. */
function eventsOf(emitted: readonly Emitted[]): readonly UpstreamEvent[] {
	const [only] = emitted;
	return only && emitted.length === 1 ? only.events : emitted.flatMap(({ events }) => events);
}

/**
 * A connection is mute after this time without a message, ms, if the others brought this many messages meanwhile, or if
 * their messages have waited this long for an overlap with it.
 */
export const muteMs = 30_000;
const muteMessages = 10;

/** Per-frame counters of one connection over all its sessions. Times are of `Clock.elapsed`. */
export class ConnectionTally {
	/** Number of messages it brought. */
	messages = 0;
	/** Time of its last message, or of its opening, ms. */
	#lastMessageAt = 0;
	/** Time of its last message, ms. */
	heardAt: number | undefined;
	/** Time at which the session connected, ms; `undefined` while no session is connected. */
	#openedAt: number | undefined;
	/** Number of messages it had missed when the session connected. */
	#missedBefore = 0;

	opened(now: number, missed: number): void {
		this.#openedAt = now;
		this.#lastMessageAt = now;
		this.#missedBefore = missed;
	}

	/** @param missed number of messages that other connections brought and this one did not */
	took(messages: number, now: number, missed: number): void {
		if (messages === 0) return;
		this.messages += messages;
		this.#lastMessageAt = now;
		this.heardAt = now;
		this.#missedBefore = missed;
	}

	/**
	 * Returns how the session that just failed went. Call it once per session.
	 * @param missed number of messages that other connections brought and this one did not
	 */
	sessionEnded(missed: number): { opened: boolean; heard: boolean; othersHeard: boolean } {
		const openedAt = this.#openedAt;
		this.#openedAt = undefined;
		return {
			opened: openedAt !== undefined,
			heard: openedAt !== undefined && (this.heardAt ?? Number.NEGATIVE_INFINITY) >= openedAt,
			othersHeard: missed - this.#missedBefore >= muteMessages,
		};
	}

	/**
	 * Returns whether it brought nothing for a while in which other connections brought messages.
	 * @param awaitedSince time since which messages of other connections wait for this one, ms
	 */
	isMute(now: number, missed: number, awaitedSince = Number.POSITIVE_INFINITY): boolean {
		const isAwaited = now - awaitedSince >= muteMs;
		return now - this.#lastMessageAt >= muteMs && (isAwaited || missed - this.#missedBefore >= muteMessages);
	}
}
