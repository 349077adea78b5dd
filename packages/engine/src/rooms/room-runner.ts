import { Listeners } from "@livekeeper/base/listeners";
import { DouyinError, elapsedAt, type RoomLookup, type Timer } from "@livekeeper/douyin";
import { Comparison } from "../comparison.ts";
import type { Advice, ConnectionKey, Permit, RequestKind } from "./gate.ts";
import { failureOf, RoomFailure, unreadableMemory } from "./room-failure.ts";
import { type Effect, type Input, type LinkSpec, RecentInputs } from "./room-inputs.ts";
import { RoomLog } from "./room-log.ts";
import { pastStates, type RoomMemory, type RoomStore } from "./room-memory.ts";
import type { ConnectionRoute, Look, LookRequest, RoomRoute, Urgency } from "./room-route.ts";

import { defaultRoomSettings, type RoomDeps, type RoomSettings } from "./room-settings.ts";
import {
	type Answer,
	areSeveral,
	dueAt,
	hasSocket,
	isConnected,
	isPolled,
	type Link,
	newRoomState,
	type Reason,
	type RoomPermit,
	type RoomState,
	restarted,
	roomIdOf,
} from "./room-state.ts";
import type { RoomStatus } from "./room-status.ts";
import { RoomStream } from "./room-stream.ts";
import { reasonText, statusOf } from "./room-view.ts";
import { RoomVitals } from "./room-vitals.ts";
import { ConnectionTally, muteMs, SessionRun } from "./session-run.ts";
import { SmallMap } from "./small-map.ts";
import { step } from "./step.ts";

/** Maximum number of undecodable messages remembered, because one that several connections bring counts once. */
const maxProblems = 256;
/** Delay before a room begins again after a bug, ms. */
const afterBugMs = 60_000;
/** Effects whose answer the room waits for. */
const answered: readonly Effect["do"][] = ["take", "acquire", "look_up", "open", "close"];

/** Performs the effects of a room's steps and feeds their results back, one input at a time. */
export class RoomRunner {
	readonly liveId: string;
	readonly deps: RoomDeps;
	readonly settings: RoomSettings;
	readonly log: RoomLog;
	readonly stream: RoomStream;
	readonly vitals: RoomVitals;
	#state: RoomState;
	#route: RoomRoute;
	/** Inputs that wait for their step. */
	readonly #inbox: Input[] = [];
	readonly inputs = new RecentInputs();
	#stepping = false;
	#timer: Timer | undefined;
	#timerAt: number | undefined;
	#store: Partial<RoomStore> = {};
	readonly #permits = new SmallMap<number, Permit>();
	#looks = new SmallMap<number, Look>();
	readonly #sessions = new SmallMap<number, SessionRun>();
	#tallies = new SmallMap<number, ConnectionTally>();
	/** Aliases of identities, which are secrets. */
	readonly #names = new SmallMap<string, string>();
	/** Aborts when the room is no longer connected. Created on first use. */
	#connected: AbortController | undefined;
	#changed = false;
	#problems: Set<string> | undefined;
	readonly #listeners = new Listeners<RoomStatus>((error) => this.log.listenerFailed(error));

	constructor(liveId: string, deps: RoomDeps) {
		this.liveId = liveId;
		this.deps = deps;
		this.settings = deps.settings ?? defaultRoomSettings;
		this.#route = deps.route;
		this.log = new RoomLog(liveId, deps.logger);
		this.stream = new RoomStream(liveId, deps, this.log);
		this.#state = newRoomState(this.elapsed(), this.settings);
		this.vitals = new RoomVitals(this);
		this.useRoute(deps.route);
	}

	get state(): RoomState {
		return this.#state;
	}

	get route(): RoomRoute {
		return this.#route;
	}

	/** Returns the monotonic time, for durations and due times. */
	elapsed(): number {
		return this.deps.clock.elapsed();
	}

	start(before: Promise<void> = Promise.resolve(), store: Partial<RoomStore> = {}): void {
		this.#store = store;
		const { recall, claim } = store;
		this.#state = { ...this.#state, ownership: recall ? "unread" : claim ? "read" : "ours" };
		void before.then(() => this.take({ type: "start" }));
	}

	/** @returns once all sockets are closed */
	async stop(): Promise<void> {
		if (this.#state.phase !== "stopped") this.take({ type: "stop" });
		this.stream.stop();
		await Promise.all(this.#sessions.entries().map(({ value }) => value.gone));
	}

	/** Switches the room to another route. */
	useRoute(route: RoomRoute): void {
		this.#route = route;
		const links = route.connections.map(({ identity }, source): LinkSpec => {
			return { transport: "socket", source, identity: this.#nameOf(identity), on: source };
		});
		const [own] = links;
		const poll = { transport: "poll", source: links.length, on: 0 } as const;
		if (own && route.connections[0].polls) links.push({ ...poll, identity: own.identity });
		this.#tallies = new SmallMap();
		this.stream.comparison = new Comparison();
		this.take({ type: "options", links });
	}

	/** Queues inputs. No other comes between them. */
	take(...inputs: Input[]): void {
		this.#inbox.push(...inputs);
		if (this.#stepping) return;
		this.#stepping = true;
		try {
			for (let next = this.#inbox.shift(); next; next = this.#inbox.shift() ?? this.#due()) this.#step(next);
		} finally {
			this.#stepping = false;
		}
		this.#setTimer();
		if (this.#changed) this.notify();
	}

	/** Returns the input that is due now. */
	#due(): Input | undefined {
		const at = dueAt(this.#state);
		const isDue = at !== undefined && at <= this.elapsed();
		return isDue ? { type: "due", writable: this.deps.queue.writable } : undefined;
	}

	#step(input: Input): void {
		try {
			const wasConnected = isConnected(this.#state);
			const { state, effects } = step(this.#state, input, this.elapsed());
			this.#state = state;
			this.inputs.add(input, this.elapsed(), state.phase);
			if (wasConnected && !isConnected(state)) {
				this.#connected?.abort();
				this.#connected = undefined;
				this.vitals.connection.disconnected(this.elapsed());
			}
			// One that throws does not keep the others from being performed.
			const failed = effects.filter((effect) => !this.#try(() => this.#do(effect)));
			if (failed.some((effect) => answered.includes(effect.do))) this.#restart();
		} catch (error) {
			this.log.unexpected(error);
			this.#restart();
		}
	}

	/** @returns whether it threw nothing */
	#try(run: () => void): boolean {
		try {
			run();
			return true;
		} catch (error) {
			this.log.unexpected(error);
			return false;
		}
	}

	/**
	 * Begins the room again after a bug: its state no longer says what its sessions and requests do, so it might wait for
	 * ever.
	 */
	#restart(): void {
		for (const { value } of this.#looks.entries()) this.#try(() => value.cancel());
		this.#looks = new SmallMap();
		this.#connected?.abort();
		this.#connected = undefined;
		const isOpen = (session: number) => this.#sessions.has(session);
		const { phase: from, started } = this.#state;
		const until = this.elapsed() + afterBugMs;
		this.#state = restarted(this.#state, { until, isOpen });
		for (const { value } of this.#sessions.entries()) this.#try(() => value.end());
		const held = new Set(this.#state.permits.map(({ id }) => id));
		for (const { key } of this.#permits.entries()) if (!held.has(key)) this.#try(() => this.#release(key));
		if (!started || from === "idle" || from === "stopped") return;
		const to = "reconnecting";
		const reason: Reason = { code: "network", said: ["brokenByBug"] };
		const since = from === to ? this.#state.since : this.elapsed();
		this.#state = { ...this.#state, phase: to, reason, since, nextAttemptAt: until };
		this.#try(() => this.#do({ do: "entered", from, to, reason, reported: from !== to }));
	}

	#setTimer(): void {
		const at = dueAt(this.#state);
		if (at === this.#timerAt) return;
		this.#timer?.cancel();
		this.#timerAt = at;
		this.#timer = undefined;
		if (at === undefined) return;
		this.#timer = this.deps.clock.after(Math.max(0, at - this.elapsed()), () => {
			this.#timerAt = undefined;
			this.take({ type: "due", writable: this.deps.queue.writable });
		});
	}

	#do(effect: Effect) {
		switch (effect.do) {
			case "take":
				return this.#take(effect.how);
			case "acquire":
				return this.#acquire(effect.permit);
			case "release":
				return this.#release(effect.permit);
			case "look_up":
				return this.#lookUp(effect.look, effect.urgency);
			case "drop":
				this.#looks.get(effect.look)?.cancel();
				this.#looks.delete(effect.look);
				return;
			case "open":
				return this.#open(effect);
			case "close":
				this.#sessions.get(effect.session)?.end();
				return;
			case "finish":
				return this.stream.put(this.stream.sequencer.ended(this.elapsed()), effect.roomId);
			case "emit":
				return this.stream.emit(effect.body, effect.roomId);
			case "left":
				return this.deps.gate.left(this.liveId);
			case "entered":
				this.vitals.entered(effect.from, effect.to, effect.reason.code);
				this.#changed = true;
				if (effect.reported) this.#emitPhase(effect);
				return;
			case "log":
				return this.log.line(effect.line);
			default:
				effect satisfies never;
		}
	}

	/** Emits the room's phase after its events so far. */
	#emitPhase({ to: state, reason }: Extract<Effect, { do: "entered" }>): void {
		// While nothing can be stored, each attempt would add to the queue; the status reports the attempts anyway. Events
		// about a broadcast or a gap belong to an accepted frame, so the frames bound them.
		if (!this.deps.queue.writable || this.#state.ownership !== "ours") return;
		const message = reasonText(reason).en;
		const login = state === "connected" ? { login: this.#route.loginId ?? "" } : {};
		this.stream.emit({ type: "connection", state, reason: reason.code, message, ...login }, roomIdOf(this.#state));
	}

	/** Reads the stored state, or takes the room over from another process. */
	#take(how: "recall" | "claim") {
		const read = this.#store[how];
		const ours = how === "claim" || !this.#store.claim;
		if (!read) return this.take({ type: "taken", ours });
		Promise.resolve()
			.then(read)
			.then(
				(memory) => {
					if (this.#state.phase === "stopped") return;
					this.#recalled(memory);
					this.take({ type: "taken", ours, broadcast: memory.broadcast });
				},
				(error: unknown) => this.take({ type: "take_failed", failure: unreadableMemory(error) }),
			);
	}

	#recalled(memory: RoomMemory): void {
		const { lastMessageAt, lost, past, broadcast } = memory;
		const now = this.deps.clock.now();
		const { connection, quality } = this.vitals;
		this.stream.recall(memory);
		if (lastMessageAt !== undefined) connection.lastMessageAt ??= elapsedAt(this.deps.clock, lastMessageAt);
		if (lost)
			this.stream.emit({ type: "gap", from: lost.since ?? now, to: now, reason: "memory_lost" }, roomIdOf(this.#state));
		// If the clock was set back while nothing ran, the length of the downtime is unknown.
		if (!past || past.since >= now) return;
		this.stream.emit({ type: "service_down", from: past.since, to: now }, broadcast?.roomId ?? roomIdOf(this.#state));
		quality.restore(pastStates(past), now);
	}

	#acquire({ id, kind, identity, on, link }: RoomPermit): void {
		const source = on ?? this.#state.links.find((one) => one.source === link)?.on ?? 0;
		const permit = this.deps.gate.acquire({
			kind,
			identity: this.#identityOf(identity),
			quota: this.routeOf(source).quota,
			holdsPermit: on === undefined,
			beside: () => hasSocket(this.#state, source),
			preemptible: source > 0 ? () => this.#isConnectedBeside(source) : undefined,
			onWait: (wait) => this.take({ type: "waits", permit: id, wait }),
			onPermit: () => this.take({ type: "permitted", permit: id }),
			onPreempted: (why) => this.take({ type: "preempted", permit: id, why }),
		});
		this.#permits.set(id, permit);
	}

	#isConnectedBeside(source: number): boolean {
		return this.#state.links.some((link) => link.on !== source && link.phase === "connected");
	}

	#release(permit: number): void {
		this.#permits.get(permit)?.release();
		this.#permits.delete(permit);
	}

	#lookUp(look: number, urgency: Urgency): void {
		let isDone = false;
		const one = this.#ask(urgency, {
			onAnswer: (answer) => {
				isDone = true;
				this.#looks.delete(look);
				if (answer.status !== "unknown") return this.take({ type: "looked_up", look, answer });
				this.take({ type: "look_failed", look, failure: failureOf(answer.failure) });
			},
			onWait: (wait) => this.take({ type: "look_waits", look, wait }),
		});
		const isDropped = !this.#state.links.some((link) => link.look === look);
		if (isDropped) one.cancel();
		else if (!isDone) this.#looks.set(look, one);
	}

	#ask(urgency: Urgency, calls: Pick<LookRequest, "onAnswer" | "onWait">): Look {
		const { liveId } = this;
		const roomId = roomIdOf(this.#state);
		return this.deps.looks.look({
			...{ liveId, urgency, routes: this.#route.connections, ...calls },
			...(roomId && { roomId }),
		});
	}

	/**
	 * Looks the room up next to its connection, for at most `limitMs`. Never rejects.
	 * @returns the site's answer; `undefined` if there is none or `signal` aborts
	 */
	lookUp(urgency: Urgency, limitMs: number, signal: AbortSignal): Promise<Answer | undefined> {
		return new Promise((resolve) => {
			const end = (answer?: RoomLookup) => {
				timer.cancel();
				signal.removeEventListener("abort", giveUp);
				resolve(answer?.status === "unknown" ? undefined : answer);
			};
			const giveUp = () => {
				look.cancel();
				end();
			};
			const timer = this.deps.clock.after(limitMs, giveUp);
			signal.addEventListener("abort", giveUp, { once: true });
			const look = this.#ask(urgency, { onAnswer: end, onWait: () => undefined });
		});
	}

	#open({ session: id, source, target }: Extract<Effect, { do: "open" }>): void {
		const link = this.#state.links.find((one) => one.source === source);
		if (!link) return;
		const session = new SessionRun(this, id, link, target);
		this.#sessions.set(id, session);
		session.run();
	}

	/** Reports that a session's socket is closed. @param failure why; `undefined` if it was asked to end */
	closed(session: SessionRun, failure: DouyinError | undefined): void {
		this.#sessions.delete(session.id);
		try {
			session.ended(failure);
		} catch (error) {
			this.log.unexpected(error);
		}
		// The permit is released before the next attempt asks for one.
		this.take(...this.#failed(session, failure), { type: "closed", session: session.id });
	}

	/** Reports a failed session to the shared components and returns their advice. */
	#sessionFailed({ source, transport, identity, tally }: SessionRun, link: Link, failure: DouyinError): Advice {
		try {
			const { upstream } = this.routeOf(source);
			const how = tally.sessionEnded(this.stream.sequencer.missedBy(source));
			if (transport === "socket") {
				const loggedIn = upstream.identity === "logged_in";
				this.deps.sessionEnded?.({ liveId: this.liveId, identity, loggedIn, ...how, failure });
			}
			return failure.reason === "broadcast_ended" ? {} : this.#adviceOn(link, { failure, identity, kind: transport });
		} catch (error) {
			this.log.unexpected(error);
			return {};
		}
	}

	#adviceOn(link: Link, { failure, ...how }: { failure: DouyinError; identity: string; kind: RequestKind }): Advice {
		return this.deps.gate.failed({ ...this.keyOf(link.source), ...how, failure, attempt: link.attempt + 1 });
	}

	/** Returns the inputs for a session's failure: none without one, or if the session was asked to end. */
	#failed(session: SessionRun, failure: DouyinError | undefined, looked = false): Input[] {
		const { id } = session;
		const link = failure && this.#state.links.find((one) => one.session?.id === id && !one.session.ending);
		if (!link) return [];
		session.failure = failure;
		const advice = this.#sessionFailed(session, link, failure);
		return [{ type: "failed", session: id, failure: failureOf(failure), advice, looked }];
	}

	/** Ends all connected sessions as failed. @param looked whether the page was just looked up */
	failAll(failure: () => DouyinError, looked = false): void {
		for (const { value: session } of this.#sessions.entries()) {
			if (session.opened) this.take(...this.#failed(session, failure(), looked));
		}
	}

	/**
	 * Call it every few seconds. Finds handshakes that hang, and connections that are mute while others bring messages.
	 */
	check(): void {
		const limitMs = this.settings.connectLimitMs;
		for (const { value: session } of this.#sessions.entries()) {
			const link = this.#state.links.find((one) => one.session?.id === session.id);
			const isHung = link?.phase === "connecting" && this.elapsed() - (link.session?.since ?? 0) >= limitMs;
			const seconds = Math.round(limitMs / 1000);
			if (isHung) this.take(...this.#failed(session, new RoomFailure("timeout", ["noConnection", seconds])));
			else if (session.isMute) {
				this.take(...this.#failed(session, new RoomFailure("silence", ["broughtNothing", muteMs / 1000])));
			}
		}
	}

	/** Reports that the upstream has opened a session. */
	opened(session: number, host: string, resumed: boolean): void {
		const link = this.#state.links.find((one) => one.session?.id === session);
		this.#permits.get(link?.session?.permits.at(-1) ?? 0)?.handshakeDone();
		this.take({ type: "opened", session, host, resumed });
	}

	/** Reports that a session is proven to be up to date. */
	synced({ id, transport }: SessionRun): void {
		const isPolledBeside = this.#state.links.some((link) => link.transport === "poll" && link.phase !== "idle");
		if (transport === "socket" && isPolledBeside) this.take({ type: "synced", session: id });
	}

	/** Aborts when the room is no longer connected. */
	get whileConnected(): AbortSignal {
		this.#connected ??= new AbortController();
		return this.#connected.signal;
	}

	/** Starts the cooldown of an identity: ends its sessions, which continue when allowed. */
	endSessionsOf(identity: string): void {
		this.take({ type: "cooldown", identity: this.#nameOf(identity) });
	}

	/** Returns the current reason why a link's request waits in the gate. */
	waitOf({ source, on }: Link) {
		const requested = this.#state.permits.filter(({ state }) => state === "requested");
		const permit = requested.find(({ link }) => link === source) ?? requested.find((one) => one.on === on);
		return permit && this.#permits.get(permit.id)?.wait;
	}

	tallyOf(source: number): ConnectionTally {
		const known = this.#tallies.get(source);
		if (known) return known;
		const tally = new ConnectionTally();
		this.#tallies.set(source, tally);
		return tally;
	}

	routeOf(source: number): ConnectionRoute {
		return this.#route.connections[source] ?? this.#route.connections[0];
	}

	keyOf(source: number): ConnectionKey {
		const link = this.#state.links.find((one) => one.source === source);
		const { identity } = this.routeOf(link?.on ?? source);
		const beside = hasSocket(this.#state, source);
		return {
			liveId: this.liveId,
			identity,
			kind: link?.transport ?? "socket",
			beside,
			polled: isPolled(this.#state),
		};
	}

	/** Returns the hosts that the other sockets are connected to. */
	hostsBeside(source: number): string[] {
		const { links } = this.#state;
		const others = links.filter((link) => {
			return link.source !== source && link.phase === "connected" && link.transport === "socket";
		});
		return others.flatMap(({ host }) => host ?? []);
	}

	/** Returns whether an undecodable message counts: one that several connections bring counts once. */
	isNewProblem(id: string): boolean {
		if (!areSeveral(this.#state)) return true;
		this.#problems ??= new Set();
		if (this.#problems.has(id)) return false;
		this.#problems.add(id);
		if (this.#problems.size > maxProblems) this.#problems.delete(this.#problems.values().next().value ?? "");
		return true;
	}

	/**
	 * Returns the error as a typed failure. Anything other than a {@link DouyinError} is a bug: it is logged, and the
	 * room keeps running.
	 */
	asFailure(error: unknown): DouyinError {
		if (error instanceof DouyinError) return error;
		this.log.unexpected(error);
		const message = error instanceof Error ? error.message : String(error);
		return new RoomFailure("network", ["unexpected", message], { cause: error });
	}

	onStatus(listener: (status: RoomStatus) => void): () => void {
		return this.#listeners.add(listener);
	}

	status(): RoomStatus {
		return statusOf(this);
	}

	/** Notifies listeners that the status has changed. */
	notify(): void {
		this.#changed = false;
		if (this.#listeners.any) this.#listeners.call(this.status());
	}

	#nameOf(identity: string): string {
		const known = this.#names.get(identity);
		if (known !== undefined) return known;
		const name = `identity ${this.#names.size + 1}`;
		this.#names.set(identity, name);
		return name;
	}

	#identityOf(name: string): string {
		for (const { key, value } of this.#names.entries()) if (value === name) return key;
		return this.#route.connections[0].identity;
	}
}
