import { ShuttingDownError, TooManyRoomsError } from "@livekeeper/base/errors";
import { Listeners } from "@livekeeper/base/listeners";
import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Text } from "@livekeeper/base/text";
import { type Clock, type DouyinUpstream, type Timer, wallTime } from "@livekeeper/douyin";
import type { Logger } from "pino";
import {
	type Advice,
	type ConnectionKey,
	type ConnectionRoute,
	defaultRoomSettings,
	type FailedAttempt,
	type GateRequest,
	type GiftCounts,
	LiveRoomMonitor,
	type MessageQueue,
	type Permit,
	type QualityPoint,
	type RoomGate,
	type RoomHistory,
	type RoomLooks,
	type RoomSession,
	type RoomSettings,
	type RoomStatus,
	type RoomStore,
	type SessionEnd,
	type StorageTrouble,
} from "../rooms/index.ts";
import { saidText } from "../text/index.ts";
import { Watching, type WatchingOptions } from "../watching/index.ts";
import { Admission, type ConnectionLimits, type HandshakeLimits, type RoomPriority } from "./admission/index.ts";
import {
	Identities,
	type IdentityResolver,
	identityKey as keyOf,
	type LoginSettings,
	Logins,
	ownIdentity,
	type RoomIdentity,
	type UpstreamFactory,
} from "./identities.ts";
import {
	type CooldownView,
	type IdentityCooldown,
	IdentityCooldowns,
	type IdentityCooldownsOptions,
	IdentityHolds,
} from "./identity-cooldowns.ts";

import type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";
import { FixedStrategy } from "./reconnect-strategy.ts";
import { leaseRoute, RoomReaders, type RouteLease, routeKey } from "./room-routes.ts";

/** A room's status with the priority of its connection. */
export interface ConnectionStatus extends RoomStatus {
	pinned: boolean;
	/** Order of connecting when there is no capacity for all. */
	priority: RoomPriority;
	/** Set only while a limit keeps it waiting for a connection. */
	queue?: { position: number; why: Text };
}

/** Adds priorities to the statuses of rooms, with one read of the queue for all. */
function withPriorities(
	statuses: readonly RoomStatus[],
	admission: Pick<Admission, "queue">,
	worthOf: (liveId: string) => Pick<ConnectionStatus, "pinned" | "priority">,
): ConnectionStatus[] {
	const waiting = statuses.some(({ state }) => state === "queued") ? admission.queue() : [];
	const queue = new Map(waiting.map((room) => [room.liveId, room]));
	return statuses.map((status) => {
		const queued = status.state === "queued" ? queue.get(status.liveId) : undefined;
		const { position, why } = queued ?? {};
		return {
			...status,
			...worthOf(status.liveId),
			...(position !== undefined && why && { queue: { position, why: saidText(why) } }),
		};
	});
}

export interface ConnectionManagerOptions {
	upstreamFor: UpstreamFactory;
	/** Cookie and proxy of rooms without their own, as `upstreamFor` takes them. */
	shared?: RoomIdentity;
	/** Default: a room's own cookie and proxy. */
	identityOf?: IdentityResolver;
	logins?: Partial<LoginSettings>;
	/**
	 * Whether identities that receive nothing get a cooldown, and where that is stored across restarts. Default: they do,
	 * in memory.
	 */
	cooldowns?: Pick<IdentityCooldownsOptions, "known" | "keep"> | "never";
	clock: Clock;
	logger: Logger;
	/** Returns random numbers in [0, 1). Default `Math.random`. */
	random?: (() => number) | undefined;
	/** Settings of look-ups, and knowledge from the run before. */
	watching?: Pick<WatchingOptions, "known" | "keep" | "lookupsPerMinute" | "broadcastsOf" | "random" | "profile">;
	/** Looks the rooms up. Default: {@link PersistentConnectionManager.watching}. */
	looks?: RoomLooks;
	/** Pace of handshakes. */
	handshakes?: Partial<HandshakeLimits>;
	/** Maximum numbers of connections. Default: no limit. */
	limits?: ConnectionLimits;
	/** Readers of each room, as the outputs report them. */
	readers?: RoomReaders;
	/** Maximum number of rooms. Default 1000. */
	maxRooms?: number;
	/** Interval of the rooms' health checks, ms. Default 5000. */
	healthCheckMs?: number;
	rooms?: Partial<RoomSettings>;
	/** Whether rooms are polled while their push socket is refused again and again. Default true. */
	pollingFallback?: boolean;
	/** Rooms start once this has resolved; until then they are kept and idle. Default: at once. */
	begin?: Promise<void> | undefined;
	/** Creates the strategy, which learns from attempts. Default: each room decides by itself. */
	strategy?: (holds: IdentityHolds) => ReconnectStrategy;
}

const defaults = {
	maxRooms: 1000,
	healthCheckMs: 5000,
	identityOf: ownIdentity,
	pollingFallback: true,
} as const satisfies Partial<ConnectionManagerOptions>;

/** Maximum age of the last message at which a room counts as live without doubt, ms. */
const talkingMs = 60_000;
/** Number of rooms whose health is checked at once. */
const roomsAtOnce = 25;

interface Connection {
	monitor: LiveRoomMonitor;
	options: RoomOptions;
	route: RouteLease;
}

/** Keeps every room's connection until it is removed, independent of browsers. */
export class PersistentConnectionManager {
	readonly #options: ConnectionManagerOptions & Required<Pick<ConnectionManagerOptions, keyof typeof defaults>>;
	readonly #identities: Identities;
	readonly #logins: Logins;
	readonly #holds = new IdentityHolds();
	readonly #cooldowns: IdentityCooldowns | undefined;
	readonly #connections = new Map<string, Connection>();
	/** Removed rooms whose socket may still be open. */
	readonly #leaving = new Map<string, Promise<void>>();
	readonly #listeners = new Listeners<ConnectionStatus>((error, { liveId }) =>
		this.#options.logger.error({ event: "listener_failed", live_id: liveId, err: error }, "【!】处理直播间状态时出错"),
	);
	/** Decides which rooms may connect. */
	readonly admission: Admission;
	/** Decides which room is looked up, by which way, and when. */
	readonly watching: Watching;
	readonly #looks: RoomLooks;
	readonly #readers: RoomReaders;
	readonly #pings = { seen: false };
	/** Settings shared by all rooms. */
	readonly #settings: RoomSettings;
	readonly #priority = (liveId: string) => this.#priorityOf(liveId);
	readonly #sessionEnded = (end: SessionEnd) =>
		this.#cooldowns?.sessionEnded(end, this.#identities.nameOf(end.identity));
	#timer: Timer | undefined;
	/** Fires when the next rooms of the current round are to be checked. */
	#round: Timer | undefined;
	#troubleOf: (liveId: string) => StorageTrouble | undefined = () => undefined;
	#stopped = false;

	constructor(options: ConnectionManagerOptions) {
		this.#options = { ...defaults, ...options };
		this.#identities = new Identities(options.upstreamFor);
		const { clock, limits, handshakes, readers = new RoomReaders() } = options;
		this.#settings = { ...defaultRoomSettings, ...options.rooms, healthCheckMs: this.#options.healthCheckMs };
		const strategy = options.strategy?.(this.#holds) ?? new FixedStrategy(this.#holds);
		this.admission = new Admission({ clock, limits, handshakes, strategy });
		this.watching = new Watching({
			...{ clock, logger: options.logger, ...options.watching },
			holdOf: (identity) => this.#holds.hold(identity, clock.elapsed()),
			pinned: (liveId) => this.#connections.get(liveId)?.options.pinned ?? false,
			kept: () => this.#connections.keys(),
			canaries: () => this.#talking(),
		});
		this.#looks = options.looks ?? this.watching;
		this.#readers = readers;
		readers.onChange(() => this.admission.refresh());
		this.#logins = new Logins(options.clock, options.logger, options.logins);
		const { logger, cooldowns } = options;
		if (cooldowns !== "never") {
			this.#cooldowns = new IdentityCooldowns({ clock, logger, ...cooldowns }, this.#holds, this.#sessionsView());
		}
	}

	/** Starts supervising the connections. A second call does nothing. */
	start(): void {
		const { clock, logger, healthCheckMs } = this.#options;
		if (this.#timer || this.#stopped) return;
		logger.info({ event: "manager_started" }, "【√】持久化连接管理器已启动");
		this.#timer = clock.every(healthCheckMs, () => this.#checkHealth());
		logger.info({ event: "health_checks_started" }, "【√】连接监控线程已启动");
	}

	/** Removes all rooms, newest first, and accepts no more. @returns once every socket is closed */
	async stop(): Promise<void> {
		this.#stopped = true;
		for (const liveId of [...this.#connections.keys()].reverse()) void this.removeConnection(liveId);
		await Promise.all(this.#leaving.values());
		this.watching.stop();
		this.admission.close();
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#round?.cancel();
	}

	/**
	 * Keeps a room connected from now on; its events go into `messageQueue`. A room that is already active keeps its
	 * connection, queue and options, and ignores the arguments.
	 * @param store stored state of the room; the room waits while it can't be read
	 * @returns whether the room is new
	 * @throws TooManyRoomsError past `maxRooms`; ShuttingDownError after {@link stop}; LivekeeperError `invalid_request`
	 * for unusable options
	 */
	addConnection(liveId: string, messageQueue: MessageQueue, options: RoomOptions = {}, store?: RoomStore): boolean {
		if (this.#connections.has(liveId)) return false;
		const { clock, logger, maxRooms } = this.#options;
		if (this.#stopped) throw new ShuttingDownError();
		if (this.#connections.size >= maxRooms) throw new TooManyRoomsError(maxRooms);
		const route = this.#lease(options);
		const deps = {
			route,
			queue: messageQueue,
			clock,
			logger,
			random: this.#options.random,
			gate: new GateOfRoom(liveId, this.admission, this.#priority),
			looks: this.#looks,
			pings: this.#pings,
		};
		const sessionEnded = this.#sessionEnded;
		const monitor = new LiveRoomMonitor(liveId, { ...deps, sessionEnded, settings: this.#settings });
		monitor.onStatus((status) =>
			this.#notify(this.#withIdentity(status, this.#connections.get(liveId)?.route ?? route)),
		);
		this.#connections.set(liveId, { monitor, options, route });
		const trouble = this.#troubleOf(liveId);
		if (trouble) monitor.storing(trouble);
		logger.info({ event: "room_added", live_id: liveId }, `【√】开始连接直播间 ${liveId}`);
		monitor.start(this.#before(liveId), store);
		return true;
	}

	/**
	 * Changes an active room's options. With other sessions it is reconnected; cursor, queue and counters stay.
	 * @returns whether it is reconnected
	 * @throws LivekeeperError `invalid_request` for unusable options: the room keeps its own
	 */
	changeOptions(liveId: string, options: RoomOptions): boolean {
		const connection = this.#connections.get(liveId);
		if (!connection) return false;
		if (routeKey(options, this.#options.identityOf) === connection.route.key) {
			connection.options = options;
			this.admission.refresh();
			return false;
		}
		const former = connection.route;
		const route = this.#lease(options);
		connection.options = options;
		connection.route = route;
		connection.monitor.useRoute(route);
		this.#release(liveId, former);
		return true;
	}

	/**
	 * Takes up another site profile or signer: look-ups use it from now on, and rooms whose connection failed try again at
	 * once, because it may be the remedy. Connected rooms stay as they are.
	 */
	siteChanged(): void {
		this.watching.profileChanged();
		for (const { monitor, route } of this.#connections.values()) {
			if (["reconnecting", "blocked"].includes(monitor.status().state)) monitor.useRoute(route);
		}
	}

	/** Reconnects rooms whose cookie or proxy has changed with their named identity. */
	identitiesChanged(): void {
		for (const [liveId, { options }] of this.#connections) {
			try {
				this.changeOptions(liveId, options);
			} catch (error) {
				this.#options.logger.error(
					{ event: "identity_unusable", live_id: liveId, err: error },
					"【!】直播间无法使用它现在的账号",
				);
			}
		}
	}

	/** @throws LivekeeperError `invalid_request` if no upstream can be created with it */
	checkIdentity(identity: RoomIdentity): void {
		this.#identities.lease(identity).release();
	}

	/** Returns the upstream that rooms use under this name; `undefined` if none does. */
	upstreamOf(name: string): DouyinUpstream | undefined {
		for (const used of this.#identities.used()) if (used.name === name) return used.upstream;
		return undefined;
	}

	/**
	 * Takes a browser's proof that a person has passed the site's slider, for visitors from this machine's own address.
	 * Logins keep their own: a proof shared by several accounts would show that they belong together.
	 * @param cookie a `Cookie` header
	 */
	async takeProof(cookie: string): Promise<void> {
		if (this.#options.shared?.proxy !== undefined) return;
		for (const { upstream, proxied } of this.#identities.used()) {
			if (!proxied && upstream.identity === "anonymous") await upstream.takeProof?.(cookie);
		}
	}

	/** Returns the current cooldown of an identity; `undefined` if there is none. */
	cooldownOf(identity: RoomIdentity): IdentityCooldown | undefined {
		return this.#cooldowns?.of(keyOf(identity));
	}

	/** Returns the number of an identity's consecutive empty sessions, and their rooms. */
	emptySessionsOf(identity: RoomIdentity): { sessions: number; rooms: string[] } {
		return this.#cooldowns?.emptySessions(keyOf(identity)) ?? { sessions: 0, rooms: [] };
	}

	/** Ends an identity's cooldown. @returns whether there was one */
	liftCooldown(identity: RoomIdentity): boolean {
		return this.#cooldowns?.lift(keyOf(identity), identity.name) ?? false;
	}

	/** Stops a room at once; ignores an unknown one. @returns once the room's socket is closed */
	removeConnection(liveId: string): Promise<void> {
		const connection = this.#connections.get(liveId);
		if (!connection) return this.#leaving.get(liveId) ?? Promise.resolve();
		this.#connections.delete(liveId);
		const stopped = connection.monitor.stop();
		this.admission.left(liveId);
		const gone = stopped.finally(() => {
			this.#release(liveId, connection.route);
			if (this.#leaving.get(liveId) === gone) this.#leaving.delete(liveId);
		});
		this.#leaving.set(liveId, gone);
		return gone;
	}

	getConnectionStatus(liveId: string): ConnectionStatus | undefined {
		const connection = this.#connections.get(liveId);
		const [status] = connection ? this.#complete([this.#statusOf(connection)]) : [];
		return status;
	}

	/** Adds to the counts of a room's received gifts, in diamonds. */
	countGifts(liveId: string, counts: GiftCounts): void {
		this.#connections.get(liveId)?.monitor.countGifts(counts);
	}

	/** Resets its gift counts, because other logins are connected. */
	forgetGifts(liveId: string): void {
		this.#connections.get(liveId)?.monitor.forgetGifts();
	}

	/** Returns the room's quality over the last day in steps of 5 minutes. */
	getQualityHistory(liveId: string): QualityPoint[] {
		return this.#connections.get(liveId)?.monitor.qualityHistory() ?? [];
	}

	/** Returns a room's decision state and newest inputs; `undefined` if it does not run here. */
	historyOf(liveId: string): RoomHistory | undefined {
		return this.#connections.get(liveId)?.monitor.history();
	}

	/** Returns all connections in the order in which they were added. */
	getAllConnections(): ConnectionStatus[] {
		return this.#complete(Array.from(this.#connections.values(), (connection) => this.#statusOf(connection)));
	}

	/** Returns the state of reconnecting over all rooms. */
	getReconnectStatus(): ReconnectStatus {
		const { clock } = this.#options;
		const { outage, ...status } = this.admission.reconnectStatus();
		return { ...status, ...(outage && { outage: { ...outage, since: wallTime(clock, outage.since) } }) };
	}

	/**
	 * Notifies current and future rooms why their events can't be stored; `undefined` if they can.
	 * @param affects whether it applies to a room; default: to all
	 */
	storing(trouble: StorageTrouble | undefined, affects: (liveId: string) => boolean = () => true): void {
		this.#troubleOf = (liveId) => (affects(liveId) ? trouble : undefined);
		for (const [liveId, { monitor }] of this.#connections) monitor.storing(this.#troubleOf(liveId));
	}

	/** Notes that a message of the room has arrived. Sessions do so by themselves. */
	updateMessageTime(liveId: string): void {
		this.#connections.get(liveId)?.monitor.touch();
	}

	/** Registers a callback for changes of a room's state or health. @returns a function that removes the callback */
	onStatus(listener: (status: ConnectionStatus) => void): () => void {
		return this.#listeners.add(listener);
	}

	/** Returns what a room waits for before it starts. */
	#before(liveId: string): Promise<void> | undefined {
		const { begin } = this.#options;
		const left = this.#leaving.get(liveId);
		return begin && left ? Promise.all([begin, left]).then(() => undefined) : (begin ?? left);
	}

	#lease(options: RoomOptions): RouteLease {
		const { shared, pollingFallback, identityOf } = this.#options;
		const route = leaseRoute(options, { identities: this.#identities, identityOf, shared, pollingFallback });
		for (const { identity } of route.connections) this.#cooldowns?.meet(identity);
		return route;
	}

	/** Returns the view of the rooms' sessions that identity cooldowns need. */
	#sessionsView(): CooldownView {
		const rooms = () => Array.from(this.#connections.values(), ({ monitor }) => monitor);
		/** Returns the time of the newest message of the selected sessions. */
		const heard = (matches: (session: RoomSession) => boolean) =>
			rooms().flatMap(({ sessions }) => sessions.filter(matches).map(({ heardAt = 0 }) => heardAt));
		return {
			lastHeard: (identity) => Math.max(0, ...heard((one) => one.identity === identity)),
			lastHeardByOthers: (identity) => {
				const times = heard((one) => one.identity !== identity);
				return times.length > 0 ? Math.max(...times) : undefined;
			},
			began: (identity) => {
				for (const monitor of rooms()) monitor.endSessionsOf(identity);
			},
			// Rooms that wait for its end wait in the gate.
			ended: () => this.admission.refresh(),
		};
	}

	/** Releases a route. A failure is not reported to the caller that stops the room. */
	#release(liveId: string, route: RouteLease): void {
		try {
			route.release();
		} catch (error) {
			this.#options.logger.error(
				{ event: "upstream_not_closed", live_id: liveId, err: error },
				"【!】与抖音的连接没能正常关闭",
			);
		}
	}

	/** Returns the room's class; the best one if several apply. */
	#priorityOf(liveId: string): RoomPriority {
		const connection = this.#connections.get(liveId);
		if (connection?.options.pinned) return "pinned";
		if (this.#readers.has(liveId)) return "readers";
		return connection?.monitor.active ? "live" : "idle";
	}

	#complete(statuses: readonly RoomStatus[]): ConnectionStatus[] {
		return withPriorities(statuses, this.admission, (liveId) => {
			const pinned = this.#connections.get(liveId)?.options.pinned ?? false;
			return { pinned, priority: this.#priorityOf(liveId) };
		});
	}

	#statusOf({ monitor, route }: Connection): RoomStatus {
		return this.#withIdentity(monitor.status(), route);
	}

	/** Adds what the room itself doesn't know: its look-ups, the name of its identity, and that login's trouble. */
	#withIdentity(status: RoomStatus, route: RouteLease): RoomStatus {
		const { name } = route;
		const warning = this.#logins.warning({ name, upstream: route });
		const watch = this.watching.roomOf(status.liveId);
		const anchor = status.anchor ?? this.watching.anchorOf(status.liveId);
		return {
			...status,
			...(watch && { watch }),
			...(anchor && { anchor }),
			...(name !== undefined && { identityName: name }),
			...(warning && { loginWarning: warning }),
		};
	}

	/** Returns the identities whose socket has just brought a message. */
	*#talking(): Generator<{ anchorId: string }> {
		const now = this.#options.clock.elapsed();
		for (const [liveId, { monitor }] of this.#connections) {
			if (!monitor.isConnected || !monitor.sessions.some(({ heardAt = 0 }) => now - heardAt <= talkingMs)) continue;
			const anchor = this.watching.anchorOf(liveId);
			if (anchor) yield { anchorId: anchor.id };
		}
	}

	#checkHealth(): void {
		this.#cooldowns?.check((identity) => this.#identities.nameOf(identity));
		this.#logins.check(this.#identities.used(), (upstream) => this.#askPage(upstream));
		this.#checkNext([...this.#connections.keys()]);
		this.admission.refresh();
	}

	/**
	 * Checks some rooms now and the others spread over the check interval, so that messages never wait for all checks.
	 */
	#checkNext(liveIds: string[], pauseMs = (this.#options.healthCheckMs * roomsAtOnce) / liveIds.length): void {
		for (const liveId of liveIds.splice(0, roomsAtOnce)) {
			try {
				this.#connections.get(liveId)?.monitor.checkHealth();
			} catch (error) {
				this.#options.logger.error(
					{ event: "health_check_failed", live_id: liveId, err: error },
					"【!】无法检查直播间是否正常",
				);
			}
		}
		this.#round?.cancel();
		const { clock } = this.#options;
		this.#round = liveIds.length > 0 ? clock.after(pauseMs, () => this.#checkNext(liveIds, pauseMs)) : undefined;
	}

	/** Requests the page of a connected room, which shows the upstream's login. @returns whether there is such a room */
	#askPage(upstream: DouyinUpstream): boolean {
		const isUsable = (one: ConnectionRoute) => one.upstream === upstream && !this.#cooldowns?.of(one.identity);
		for (const [liveId, { monitor, route }] of this.#connections) {
			const by = route.connections.find(isUsable);
			if (!by || !monitor.isConnected) continue;
			const nothing = () => undefined;
			this.#looks.look({ liveId, urgency: "asked", way: "page", routes: [by], onAnswer: nothing, onWait: nothing });
			return true;
		}
		return false;
	}

	#notify(room: RoomStatus): void {
		if (!this.#listeners.any) return;
		for (const status of this.#complete([room])) this.#listeners.call(status);
	}
}

/** One room's view of the gate. */
class GateOfRoom implements RoomGate {
	readonly #room: string;
	readonly #admission: Admission;
	readonly #priorityOf: (room: string) => RoomPriority;

	/** @param priorityOf returns the current class of any room; the same function for all */
	constructor(room: string, admission: Admission, priorityOf: (room: string) => RoomPriority) {
		this.#room = room;
		this.#admission = admission;
		this.#priorityOf = priorityOf;
	}

	get hosts(): RoomGate["hosts"] {
		return this.#admission.hosts;
	}

	acquire({ quota, identity: key, ...request }: GateRequest): Permit {
		const priority = () => this.#priorityOf(this.#room);
		return this.#admission.acquire({ room: this.#room, priority, ...quota, key, ...request });
	}

	failed(attempt: FailedAttempt): Advice {
		return this.#admission.failed(attempt);
	}

	opened(connection: ConnectionKey): void {
		this.#admission.opened(connection);
	}

	works(connection: ConnectionKey): void {
		this.#admission.works(connection);
	}

	left(liveId: string): void {
		this.#admission.left(liveId);
	}
}
