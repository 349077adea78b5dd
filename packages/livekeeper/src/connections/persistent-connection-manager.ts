import { type Clock, type DouyinUpstream, type Timer, wallTime } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { ShuttingDownError, TooManyRoomsError } from "../errors.ts";
import { Listeners } from "../listeners.ts";
import type { RoomOptions } from "../room-options.ts";
import {
	type ConnectionRoute,
	defaultRoomSettings,
	type GiftCounts,
	LiveRoomMonitor,
	type MessageQueue,
	type QualityPoint,
	type RoomLooks,
	type RoomSession,
	type RoomSettings,
	type RoomStatus,
	type RoomStore,
	type SessionEnd,
	type StorageTrouble,
} from "../rooms/index.ts";
import { Watching, type WatchingOptions } from "../watching/index.ts";
import { Admission, type ConnectionLimits, type HandshakeLimits, type RoomPriority } from "./admission/index.ts";
import { type ConnectionStatus, withPriorities } from "./connection-status.ts";
import { FixedStrategy } from "./fixed-strategy.ts";
import { GateOfRoom } from "./gate-of-room.ts";
import {
	Identities,
	type IdentityResolver,
	identityKey as keyOf,
	ownIdentity,
	type RoomIdentity,
	type UpstreamFactory,
} from "./identities.ts";
import { IdentityPauses } from "./identity-pauses.ts";
import { type LoginSettings, Logins } from "./logins.ts";
import type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";
import { type IdentityRest, IdentityRests, type IdentityRestsOptions, type RestsView } from "./rests/index.ts";
import { RoomReaders } from "./room-readers.ts";
import { leaseRoute, type RouteLease, routeKey } from "./room-routes.ts";

export interface ConnectionManagerOptions {
	upstreamFor: UpstreamFactory;
	/** Cookie and proxy of rooms that bring none of their own, as `upstreamFor` takes them. */
	shared?: RoomIdentity;
	/** Default: a room's own cookie and proxy. */
	identityOf?: IdentityResolver;
	logins?: Partial<LoginSettings>;
	/** Whether identities rest that are shown nothing, and where that is kept over a restart. Default: they do, in memory. */
	rests?: Pick<IdentityRestsOptions, "known" | "keep"> | "never";
	clock: Clock;
	logger: Logger;
	/** How rooms are looked up, and what the run before has learned of that. */
	watching?: Pick<WatchingOptions, "known" | "keep" | "lookupsPerMinute" | "broadcastsOf" | "random">;
	/** Looks the rooms up. Default: {@link PersistentConnectionManager.watching}. */
	looks?: RoomLooks;
	/** The pace of handshakes. */
	handshakes?: Partial<HandshakeLimits>;
	/** How many connections there may be; default: as many as there are rooms. */
	limits?: ConnectionLimits;
	/** Readers of each room, as the outputs report them. */
	readers?: RoomReaders;
	/** Rooms at once. Default 1000. */
	maxRooms?: number;
	/** How often the rooms' health is looked at, ms. Default 5000. */
	healthCheckMs?: number;
	rooms?: Partial<RoomSettings>;
	/** Whether rooms are polled while their push socket is refused again and again. Default true. */
	pollingFallback?: boolean;
	/** Rooms begin once this has resolved; until then they are kept, and idle. Default: at once. */
	begin?: Promise<void> | undefined;
	/** Creates the strategy, which learns from attempts. Default: each room decides by itself. */
	strategy?: (pauses: IdentityPauses) => ReconnectStrategy;
}

const defaults = {
	maxRooms: 1000,
	healthCheckMs: 5000,
	identityOf: ownIdentity,
	pollingFallback: true,
} as const satisfies Partial<ConnectionManagerOptions>;

/** A room whose last message is no older than this is live without doubt, ms. */
const talkingMs = 60_000;
/** Number of rooms whose health is checked at once. */
const roomsAtOnce = 25;

interface Connection {
	monitor: LiveRoomMonitor;
	options: RoomOptions;
	route: RouteLease;
}

/** Holds every room's connection, whatever browsers do, until it is removed. */
export class PersistentConnectionManager {
	readonly #options: ConnectionManagerOptions & Required<Pick<ConnectionManagerOptions, keyof typeof defaults>>;
	readonly #identities: Identities;
	readonly #logins: Logins;
	readonly #pauses = new IdentityPauses();
	readonly #rests: IdentityRests | undefined;
	readonly #connections = new Map<string, Connection>();
	/** Rooms that were removed and whose socket may still be there. */
	readonly #leaving = new Map<string, Promise<void>>();
	readonly #listeners = new Listeners<ConnectionStatus>((error, { liveId }) =>
		this.#options.logger.error({ event: "listener_failed", live_id: liveId, err: error }, "【!】处理直播间状态时出错"),
	);
	/** Decides who of the rooms may connect. */
	readonly admission: Admission;
	/** Decides which room is looked up, by which way, when. */
	readonly watching: Watching;
	readonly #looks: RoomLooks;
	readonly #readers: RoomReaders;
	readonly #pings = { seen: false };
	/** What all rooms share. */
	readonly #settings: RoomSettings;
	readonly #priority = (liveId: string) => this.#priorityOf(liveId);
	readonly #sessionEnded = (end: SessionEnd) => this.#rests?.sessionEnded(end, this.#identities.nameOf(end.identity));
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
		const strategy = options.strategy?.(this.#pauses) ?? new FixedStrategy(this.#pauses);
		this.admission = new Admission({ clock, limits, handshakes, strategy });
		this.watching = new Watching({
			...{ clock, logger: options.logger, ...options.watching },
			holdOf: (identity) => this.#pauses.hold(identity, clock.elapsed()),
			pinned: (liveId) => this.#connections.get(liveId)?.options.pinned ?? false,
			kept: () => this.#connections.keys(),
			canaries: () => this.#talking(),
		});
		this.#looks = options.looks ?? this.watching;
		this.#readers = readers;
		readers.onChange(() => this.admission.refresh());
		this.#logins = new Logins(options.clock, options.logger, options.logins);
		const { logger, rests } = options;
		if (rests !== "never") {
			this.#rests = new IdentityRests({ clock, logger, ...rests }, this.#pauses, this.#sessionsView());
		}
	}

	/** Begins to watch over the connections. A second call does nothing. */
	start(): void {
		const { clock, logger, healthCheckMs } = this.#options;
		if (this.#timer || this.#stopped) return;
		logger.info({ event: "manager_started" }, "【√】持久化连接管理器已启动");
		this.#timer = clock.every(healthCheckMs, () => this.#checkHealth());
		logger.info({ event: "health_checks_started" }, "【√】连接监控线程已启动");
	}

	/** Removes all rooms, the newest first, and takes no more. @returns when every socket is gone */
	async stop(): Promise<void> {
		this.#stopped = true;
		for (const liveId of [...this.#connections.keys()].reverse()) void this.removeConnection(liveId);
		await Promise.all(this.#leaving.values());
		this.watching.stop();
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#round?.cancel();
	}

	/**
	 * Keeps a room connected from now on; its events go into `messageQueue`. A room that is active already keeps its
	 * connection, its queue and its options: what is given here is not used.
	 * @param store what is stored of the room; while it can't be read, the room waits
	 * @returns whether the room is new
	 * @throws TooManyRoomsError past `maxRooms`; ShuttingDownError after {@link stop}; LivekeeperError
	 * `invalid_request` for options that can't be used
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
			gate: new GateOfRoom(liveId, this.admission, this.#priority),
			looks: this.#looks,
			pings: this.#pings,
		};
		const sessionEnded = this.#sessionEnded;
		const monitor = new LiveRoomMonitor(liveId, { ...deps, sessionEnded, settings: this.#settings });
		monitor.onStatus((status) => this.#tell(this.#withIdentity(status, this.#connections.get(liveId)?.route ?? route)));
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
	 * @throws LivekeeperError `invalid_request` for options that can't be used: the room keeps its own
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

	/** Named identities have changed: rooms whose cookie or proxy is another one now are reconnected. */
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

	/** @throws LivekeeperError `invalid_request` when no upstream can be made with it */
	checkIdentity(identity: RoomIdentity): void {
		this.#identities.lease(identity).release();
	}

	/** The upstream that rooms use under this name; `undefined` while none does. */
	upstreamOf(name: string): DouyinUpstream | undefined {
		for (const used of this.#identities.used()) if (used.name === name) return used.upstream;
		return undefined;
	}

	/**
	 * Takes a browser's proof that a person has passed the site's slider, for visitors that go out from this machine's own
	 * address. Logins keep their own: one that several accounts share would show that they belong together.
	 * @param cookie a `Cookie` header
	 */
	async takeProof(cookie: string): Promise<void> {
		if (this.#options.shared?.proxy !== undefined) return;
		for (const { upstream, proxied } of this.#identities.used()) {
			if (!proxied && upstream.identity === "anonymous") await upstream.takeProof?.(cookie);
		}
	}

	/** The rest that an identity is in; `undefined` while it goes on. */
	restOf(identity: RoomIdentity): IdentityRest | undefined {
		return this.#rests?.of(keyOf(identity));
	}

	/** How many sessions in a row brought an identity nothing, and in which rooms. */
	barrenOf(identity: RoomIdentity): { sessions: number; rooms: string[] } {
		return this.#rests?.barren(keyOf(identity)) ?? { sessions: 0, rooms: [] };
	}

	/** Has an identity tried again that rests. @returns whether it was resting */
	liftRest(identity: RoomIdentity): boolean {
		return this.#rests?.lift(keyOf(identity), identity.name) ?? false;
	}

	/** Stops a room at once; one that is not active is none of its business. @returns when the room's socket is gone */
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

	/** More is known of how many of a room's gifts came, in diamonds. */
	countGifts(liveId: string, counts: GiftCounts): void {
		this.#connections.get(liveId)?.monitor.countGifts(counts);
	}

	/** Other logins are connected: what was counted of its gifts says nothing of them. */
	forgetGifts(liveId: string): void {
		this.#connections.get(liveId)?.monitor.forgetGifts();
	}

	/** The room's quality over the last day, in steps of 5 minutes. */
	getQualityHistory(liveId: string): QualityPoint[] {
		return this.#connections.get(liveId)?.monitor.qualityHistory() ?? [];
	}

	/** All connections, in the order in which they were added. */
	getAllConnections(): ConnectionStatus[] {
		return this.#complete(Array.from(this.#connections.values(), (connection) => this.#statusOf(connection)));
	}

	/** How reconnecting goes, for all rooms together. */
	getReconnectStatus(): ReconnectStatus {
		const { clock } = this.#options;
		const { outage, ...status } = this.admission.reconnectStatus();
		return { ...status, ...(outage && { outage: { ...outage, since: wallTime(clock, outage.since) } }) };
	}

	/**
	 * Tells rooms, also those that come later, why what they say can't be stored; `undefined`: it can.
	 * @param affects whether it is so for a room; default: for all
	 */
	storing(trouble: StorageTrouble | undefined, affects: (liveId: string) => boolean = () => true): void {
		this.#troubleOf = (liveId) => (affects(liveId) ? trouble : undefined);
		for (const [liveId, { monitor }] of this.#connections) monitor.storing(this.#troubleOf(liveId));
	}

	/** Notes that a message of the room has come. Sessions do so by themselves. */
	updateMessageTime(liveId: string): void {
		this.#connections.get(liveId)?.monitor.touch();
	}

	/** Calls back when a room's state or health changes. @returns a function that takes the callback off */
	onStatus(listener: (status: ConnectionStatus) => void): () => void {
		return this.#listeners.add(listener);
	}

	/** What a room waits for before it begins. */
	#before(liveId: string): Promise<void> | undefined {
		const { begin } = this.#options;
		const left = this.#leaving.get(liveId);
		return begin && left ? Promise.all([begin, left]).then(() => undefined) : (begin ?? left);
	}

	#lease(options: RoomOptions): RouteLease {
		const { shared, pollingFallback, identityOf } = this.#options;
		const route = leaseRoute(options, { identities: this.#identities, identityOf, shared, pollingFallback });
		for (const { identity } of route.connections) this.#rests?.meet(identity);
		return route;
	}

	/** What those who let identities rest may know of the rooms' sessions, and do to them. */
	#sessionsView(): RestsView {
		const rooms = () => Array.from(this.#connections.values(), ({ monitor }) => monitor);
		/** When each session last brought a message. */
		const heard = (wanted: (session: RoomSession) => boolean) =>
			rooms().flatMap(({ sessions }) => sessions.filter(wanted).map(({ heardAt = 0 }) => heardAt));
		return {
			lastHeard: (identity) => Math.max(0, ...heard((one) => one.identity === identity)),
			lastHeardByOthers: (identity) => {
				const times = heard((one) => one.identity !== identity);
				return times.length > 0 ? Math.max(...times) : undefined;
			},
			began: (identity) => {
				for (const monitor of rooms()) monitor.endSessionsOf(identity);
			},
			// Who waits for its end waits in the gate.
			ended: () => this.admission.refresh(),
		};
	}

	/** A failure to release an identity is not reported to the caller that stops a room. */
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

	/** Where several classes fit, the best. */
	#priorityOf(liveId: string): RoomPriority {
		const connection = this.#connections.get(liveId);
		if (connection?.options.pinned) return "pinned";
		if (this.#readers.has(liveId)) return "readers";
		return connection?.monitor.lively ? "live" : "idle";
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

	/** What the room itself doesn't know: how it is looked up, the name of its identity, what is wrong with that login. */
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

	/** The people whose socket has just brought a message. */
	*#talking(): Generator<{ anchorId: string }> {
		const now = this.#options.clock.elapsed();
		for (const [liveId, { monitor }] of this.#connections) {
			if (!monitor.isConnected || !monitor.sessions.some(({ heardAt = 0 }) => now - heardAt <= talkingMs)) continue;
			const anchor = this.watching.anchorOf(liveId);
			if (anchor) yield { anchorId: anchor.id };
		}
	}

	#checkHealth(): void {
		this.#rests?.check((identity) => this.#identities.nameOf(identity));
		this.#logins.check(this.#identities.used(), (upstream) => this.#askPage(upstream));
		this.#checkNext([...this.#connections.keys()]);
		this.admission.refresh();
	}

	/** Checks some rooms now and the others spread over the check interval, so that messages never wait for all checks. */
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

	/** The page of a connected room says whom the site takes an upstream for. @returns whether there is such a room */
	#askPage(upstream: DouyinUpstream): boolean {
		const isUsable = (one: ConnectionRoute) => one.upstream === upstream && !this.#rests?.of(one.identity);
		for (const [liveId, { monitor, route }] of this.#connections) {
			const by = route.connections.find(isUsable);
			if (!by || !monitor.isConnected) continue;
			const nothing = () => undefined;
			this.#looks.look({ liveId, urgency: "asked", way: "page", routes: [by], onAnswer: nothing, onWait: nothing });
			return true;
		}
		return false;
	}

	#tell(room: RoomStatus): void {
		if (!this.#listeners.any) return;
		for (const status of this.#complete([room])) this.#listeners.call(status);
	}
}
