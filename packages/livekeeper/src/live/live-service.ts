import { InvalidLiveIdError, LivekeeperError, RoomNotFoundError } from "@livekeeper/base/errors";
import {
	identityOf,
	mergeOptions,
	type OfficialOptions,
	type RoomChange,
	type RoomOptions,
	sameOptions,
	sessionOptions,
} from "@livekeeper/base/room-options";
import { requestTexts, type Text } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import type { AdmissionStatus, ConnectionLimits, QualityPoint, ReconnectStatus } from "@livekeeper/engine";
import type { EventLog } from "@livekeeper/log";
import type { LoadedRoom } from "@livekeeper/log/storage";
import { clusterTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import type { IdentitySession } from "./identities/identity-state.ts";
import type { LiveRoomStatus, RoomHost } from "./room-host.ts";

/** Shared state of all connections of this process. */
export interface ConnectionPool {
	getReconnectStatus(): ReconnectStatus;
	readonly admission: { status(): AdmissionStatus; setLimits(limits: ConnectionLimits): void };
}

export interface LiveServiceOptions {
	/** Keeps the rooms. */
	host: RoomHost;
	pool: ConnectionPool;
	/** Stores which rooms are kept. */
	log: Pick<EventLog, "registry" | "knows">;
	logger: Logger;
	/** Returns whether an identity has this name. Default: none has. */
	knowsIdentity?: (name: string) => Promise<boolean>;
	/** Returns why no room's events can be stored right now. Default: they can. */
	trouble?: () => Text | undefined;
}

export interface StartedRoom {
	liveId: string;
	/** Whether the room was not active before. */
	created: boolean;
	/** Whether the room was active and its options have changed. */
	changed: boolean;
	status: LiveRoomStatus;
}

export interface LiveStatus {
	activeRooms: string[];
	rooms: LiveRoomStatus[];
}

export interface KeptRoom {
	status: LiveRoomStatus;
	/** Options it was started with, including secrets. */
	options: RoomOptions;
}

/** Change of connection limits; `null` removes a limit. */
export type LimitChange = { [Limit in keyof ConnectionLimits]: ConnectionLimits[Limit] | null };

interface ActiveRoom {
	options: RoomOptions;
	/** Set if it was removed again because it could not be stored as kept. */
	failure?: unknown;
}

/** Maximum number of stopped rooms whose names are remembered. */
const maxStoppedNames = 1000;

/** User operations: which rooms are kept, and with which options. */
export class LiveService {
	readonly #host: RoomHost;
	readonly #pool: ConnectionPool;
	readonly #logger: Logger;
	readonly #log: LiveServiceOptions["log"];
	readonly #knowsIdentity: (name: string) => Promise<boolean>;
	readonly #trouble: () => Text | undefined;
	readonly #active = new Map<string, ActiveRoom>();
	/** Serialises storage per room: that it is kept, its options, or that it is released. */
	readonly #storing = new Turns();
	/** Rooms whose stop could not be stored; visits don't start them either. */
	readonly #unstoredStops = new Set<string>();
	/** Streamers' names of rooms that were stopped in this run, newest last. */
	readonly #stoppedNames = new Map<string, string>();
	/** For each running `reload`: rooms that were stored meanwhile, so its data about them may be outdated. */
	readonly #reading = new Set<Set<string>>();

	constructor({
		host,
		pool,
		log,
		logger,
		knowsIdentity = async () => false,
		trouble = () => undefined,
	}: LiveServiceOptions) {
		this.#host = host;
		this.#pool = pool;
		this.#log = log;
		this.#logger = logger;
		this.#knowsIdentity = knowsIdentity;
		this.#trouble = trouble;
	}

	/** Applies other nodes' changes of kept rooms and their options. @throws LivekeeperError `storage_failing` */
	async reload(): Promise<void> {
		const before = new Set(this.#active.keys());
		const stored = new Set(this.#storing.names());
		this.#reading.add(stored);
		const rooms = await this.#log.registry.load().finally(() => this.#reading.delete(stored));
		for (const { liveId, options, unreadable } of rooms) {
			const active = this.#active.get(liveId);
			before.delete(liveId);
			if (stored.has(liveId) || unreadable) continue;
			try {
				if (!active) this.#add(liveId, options, "kept");
				else if (!sameOptions(active.options, options)) {
					this.#host.change(liveId, options);
					active.options = options;
				}
			} catch (error) {
				this.#logger.error({ event: "room_not_started", live_id: liveId, err: error });
			}
		}
		for (const liveId of before) if (!stored.has(liveId)) void this.#remove(liveId);
	}

	/** Starts the rooms that were kept when the service last ran, at their former position. @returns their number */
	async resume(): Promise<number> {
		const rooms = await this.#log.registry.load();
		for (const room of rooms) {
			try {
				if (!this.#active.has(room.liveId)) this.#takeUp(room);
			} catch (error) {
				this.#logger.error({ event: "room_not_started", live_id: room.liveId, err: error });
			}
		}
		return rooms.length;
	}

	/**
	 * Keeps a room connected from now on. The connection of an active room is reused.
	 * @param options replace those of an active room as a whole; another identity reconnects it (numbers, cursor and
	 * counters continue). If omitted, an active room keeps its own.
	 * @param how `merge`: omitted options of an active room stay
	 * @returns once the room is stored as kept
	 * @throws InvalidLiveIdError, TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for unusable
	 * options, `identity_not_found`, `storage_failing` if it could not be stored (nothing has changed then);
	 * RoomNotFoundError if it was stopped meanwhile, and for a visit of a stopped room
	 */
	async startLive(liveId: string, options?: RoomChange, how: "replace" | "merge" = "replace"): Promise<StartedRoom> {
		checkLiveId(liveId);
		const trouble = this.#active.has(liveId) ? undefined : this.#trouble();
		if (trouble) throw new LivekeeperError("storage_failing", clusterTexts.cannotKeep(trouble));
		return this.#withRoom(liveId, async (room) => {
			if (options) await this.#checkIdentity(options);
			const created = room === undefined || room === "stopped";
			let changed = false;
			if (created) await this.#startNew(liveId, mergeOptions({}, options ?? {}), room === "stopped");
			else changed = !options?.visited && (await this.#changeTo(liveId, room, options, how));
			return { liveId, created, changed, status: this.#statusOf(liveId) };
		});
	}

	/**
	 * Changes options of an active room; omitted options stay.
	 * @throws RoomNotFoundError if it isn't active; the errors of `startLive`
	 */
	async changeLive(liveId: string, options: RoomChange): Promise<LiveRoomStatus> {
		checkLiveId(liveId);
		return this.#withRoom(liveId, async (room) => {
			if (room === undefined || room === "stopped") throw new RoomNotFoundError(liveId);
			await this.#checkIdentity(options);
			await this.#changeTo(liveId, room, options, "merge");
			return this.#statusOf(liveId);
		});
	}

	/**
	 * Stops a room at once, until it is started by other means than a visit. Its events stay in the event log.
	 * @returns once its socket is closed
	 * @throws RoomNotFoundError if it is neither active nor kept; LivekeeperError `storage_failing` if it has stopped but
	 * its release could not be stored; another stop retries that
	 */
	async stopLive(liveId: string): Promise<void> {
		const gone = this.#active.has(liveId) ? this.#remove(liveId) : undefined;
		const ended = this.#store(liveId, async () => {
			// An earlier request may still be looking the room up, or its start may not be stored yet, or may fail.
			const late = this.#active.has(liveId) ? this.#remove(liveId) : undefined;
			const wasActive = gone !== undefined || late !== undefined;
			this.#unstoredStops.add(liveId);
			const wasKept = await this.#log.registry.stop(liveId, { always: wasActive });
			this.#unstoredStops.delete(liveId);
			await late;
			return wasActive || wasKept;
		});
		const [wasThere] = await Promise.all([ended, gone]);
		if (!wasThere) throw new RoomNotFoundError(liveId);
	}

	/**
	 * Stops a room that only visits have started, until the next visit. A room that was started by other means meanwhile
	 * stays.
	 * @returns once its socket is closed
	 * @throws LivekeeperError `storage_failing` if it has stopped, but may still be stored as kept
	 */
	async releaseLive(liveId: string): Promise<void> {
		await this.#store(liveId, async () => {
			if (!this.#active.get(liveId)?.options.visited) return;
			await Promise.all([this.#remove(liveId), this.#log.registry.release(liveId)]);
		});
	}

	/** Returns active rooms in the order in which they were started. */
	getStatus(): LiveStatus {
		const rooms = this.#host.statuses();
		return { activeRooms: rooms.map((room) => room.liveId), rooms };
	}

	/** Returns the state of reconnecting over all rooms. */
	getReconnectStatus(): ReconnectStatus {
		return this.#pool.getReconnectStatus();
	}

	/** Returns how connections are allocated: limits, number in use, and waiting rooms. */
	getConnections(): AdmissionStatus {
		return this.#pool.admission.status();
	}

	/**
	 * Changes the connection limits until the service ends; they start as configured. Takes effect at once: past a lower
	 * limit the least important rooms are preempted. Omitted limits stay, `null` removes a limit.
	 * @throws RangeError for a limit below 1
	 */
	limitConnections(change: LimitChange): AdmissionStatus {
		const { admission } = this.#pool;
		const { limits } = admission.status();
		for (const name of ["total", "perIdentity", "perLogin", "perProxy"] as const) {
			const limit = change[name];
			if (limit !== undefined) limits[name] = limit ?? undefined;
		}
		admission.setLimits(limits);
		this.#logger.info({ event: "limits_changed", limits });
		return admission.status();
	}

	getRoom(liveId: string): LiveRoomStatus | undefined {
		return this.#host.status(liveId);
	}

	/**
	 * Returns the streamer's name, also of a room that was stopped in this run of the service; `undefined` if unknown.
	 */
	nameOf(liveId: string): string | undefined {
		return this.getRoom(liveId)?.anchor?.nickname || this.#stoppedNames.get(liveId);
	}

	/** Returns an active room's options, including secrets. */
	optionsOf(liveId: string): RoomOptions | undefined {
		return this.#active.get(liveId)?.options;
	}

	/**
	 * Returns active rooms that use this identity: those that name it, and those without an own identity if it is the
	 * default.
	 */
	roomsBy(identity: string): string[] {
		return this.#roomsWith((one) => identityOf(one) === identity);
	}

	/** Returns active rooms that name this identity. */
	roomsNaming(identity: string): string[] {
		return this.#roomsWith((one) => one.identity === identity);
	}

	/** Returns active rooms that were started only by programs' visits. */
	visitedRooms(): string[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) => (options.visited ? [liveId] : []));
	}

	#roomsWith(matches: (session: RoomOptions) => boolean): string[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) =>
			sessionOptions(options).some(matches) ? [liveId] : [],
		);
	}

	/** Returns the sessions of active rooms that use this identity. */
	sessionsBy(identity: string): IdentitySession[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) => {
			const sources = sessionOptions(options).flatMap((one, source) => (identityOf(one) === identity ? source : []));
			const status = sources.length > 0 ? this.getRoom(liveId) : undefined;
			return status ? sources.map((source) => ({ status, source })) : [];
		});
	}

	/** Returns active rooms that the open platform pushes, with its secrets. */
	officialRooms(): { liveId: string; official: OfficialOptions }[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) =>
			options.official ? [{ liveId, official: options.official }] : [],
		);
	}

	/** Returns the room's quality in steps of 5 minutes for the last day since its start; empty for an inactive room. */
	getQualityHistory(liveId: string): QualityPoint[] {
		return this.#host.qualityHistory(liveId);
	}

	/**
	 * Finds a kept room, including one that another node has started before this node was notified.
	 * @returns `undefined` if it is not kept.
	 * @throws LivekeeperError `storage_failing` while that is unknown
	 */
	async findRoom(liveId: string): Promise<KeptRoom | undefined> {
		const room = this.#active.get(liveId) ?? (await this.#withRoom(liveId, async (found) => found));
		if (room === undefined || room === "stopped") return undefined;
		return { status: this.#statusOf(liveId), options: room.options };
	}

	/** @throws RoomNotFoundError for a room that is not kept; the errors of `findRoom` */
	async requireRoom(liveId: string): Promise<KeptRoom> {
		const room = await this.findRoom(liveId);
		if (!room) throw new RoomNotFoundError(liveId);
		return room;
	}

	/** @throws RoomNotFoundError unless the room is kept or the event log holds events of it; the errors of `findRoom` */
	async requireReadable(liveId: string): Promise<void> {
		if (this.#active.has(liveId) || (await this.#log.knows(liveId))) return;
		await this.requireRoom(liveId);
	}

	/** Registers a callback for changes of a room's state or health. @returns a function that removes the callback */
	onStatus(subscriber: (status: LiveRoomStatus) => void): () => void {
		return this.#host.onStatus(subscriber);
	}

	async #checkIdentity({ identity, cookie, proxy, sessions = [] }: RoomChange): Promise<void> {
		for (const further of sessions) await this.#checkIdentity(further);
		if (identity === undefined || identity === null) return;
		if (cookie !== undefined || proxy !== undefined) {
			throw new LivekeeperError("invalid_request", requestTexts.identityOrOwn, {
				hint: requestTexts.identityOrOwnHint,
			});
		}
		if (!(await this.#knowsIdentity(identity))) {
			throw new LivekeeperError("identity_not_found", requestTexts.noIdentity(identity));
		}
	}

	/** @param was whether it was kept before this start of the service */
	#add(liveId: string, options: RoomOptions, was: "kept" | "new"): ActiveRoom {
		this.#host.start(liveId, options, was);
		const added: ActiveRoom = { options };
		this.#active.set(liveId, added);
		return added;
	}

	/** Stores a change of a room once its earlier changes are stored or have failed, so the last one wins. */
	#store<T>(liveId: string, store: () => Promise<T>): Promise<T> {
		for (const stored of this.#reading) stored.add(liveId);
		return this.#storing.take(store, liveId);
	}

	/**
	 * Runs work on a room after earlier work on it. A room that is not active may be kept anyway, because another node
	 * was asked and the notification is on its way or was lost. So the store is asked before a room counts as absent.
	 * @param work receives the room; `"stopped"` or `undefined` if it is not kept
	 * @throws RoomNotFoundError if the room was stopped meanwhile; LivekeeperError `storage_failing`
	 */
	#withRoom<T>(liveId: string, work: (room: ActiveRoom | "stopped" | undefined) => Promise<T>): Promise<T> {
		const active = this.#active.get(liveId);
		return this.#store(liveId, async () => {
			if (active) this.#assertActive(liveId, active);
			return work(active ?? this.#active.get(liveId) ?? (await this.#find(liveId)));
		});
	}

	/** Starts a room that is stored as kept. @throws the errors of `startLive` */
	async #find(liveId: string): Promise<ActiveRoom | "stopped" | undefined> {
		if (this.#unstoredStops.has(liveId)) return "stopped";
		const stored = await this.#log.registry.get(liveId);
		if (typeof stored === "object") {
			// Otherwise it would start as a room whose identity is gone.
			for (const { identity } of sessionOptions(stored.options)) {
				if (identity !== undefined) await this.#knowsIdentity(identity);
			}
		}
		// The notification may have come meanwhile.
		const active = this.#active.get(liveId);
		return active ?? (stored === undefined || stored === "stopped" ? stored : this.#takeUp(stored));
	}

	/** @throws the errors of `RoomHost.start` */
	#takeUp({ liveId, options, unreadable }: LoadedRoom): ActiveRoom {
		if (unreadable) this.#logger.error({ event: "secrets_unreadable", live_id: liveId });
		return this.#add(liveId, options, "kept");
	}

	/** Starts a room that is not kept; a visit starts no stopped room. @throws the errors of `startLive` */
	async #startNew(liveId: string, options: RoomOptions, isStopped: boolean): Promise<void> {
		if (options.visited && isStopped) throw new RoomNotFoundError(liveId);
		await this.#keep(liveId, this.#add(liveId, options, "new"));
		this.#unstoredStops.delete(liveId);
	}

	/** @returns whether its options have changed. @throws the errors of `startLive` */
	async #changeTo(
		liveId: string,
		active: ActiveRoom,
		options: RoomChange | undefined,
		how: "replace" | "merge",
	): Promise<boolean> {
		const given = options ? mergeOptions(how === "merge" ? active.options : {}, options) : active.options;
		// A start by any means but a visit keeps the room.
		return this.#changeOptions(liveId, active, { ...given, visited: undefined });
	}

	/** Stores that an added room is kept, and removes it if that fails. @throws the errors of `startLive` */
	async #keep(liveId: string, added: ActiveRoom): Promise<void> {
		try {
			await this.#log.registry.keep(liveId, added.options);
		} catch (error) {
			added.failure = error;
			if (this.#active.get(liveId) === added) await this.#remove(liveId);
			throw error;
		}
		// A stop that came meanwhile is stored after it.
		this.#assertActive(liveId, added);
	}

	/** @returns whether the options have changed. @throws RoomNotFoundError if this room is no longer active */
	async #changeOptions(liveId: string, active: ActiveRoom, options: RoomOptions): Promise<boolean> {
		const { registry } = this.#log;
		if (sameOptions(active.options, options)) return false;
		await registry.keep(liveId, options);
		// A stop that came meanwhile is stored after this.
		this.#assertActive(liveId, active);
		try {
			this.#host.change(liveId, options);
			active.options = options;
			return true;
		} catch (error) {
			// The next start of the room must not use unusable options.
			await registry.keep(liveId, active.options);
			throw error;
		}
	}

	/**
	 * A room that was stopped, and perhaps started again, is a different room: what was meant for the first must not
	 * reach it.
	 */
	#assertActive(liveId: string, active: ActiveRoom): void {
		if (this.#active.get(liveId) !== active) throw active.failure ?? new RoomNotFoundError(liveId);
	}

	#remove(liveId: string): Promise<void> {
		this.#active.delete(liveId);
		this.#keepName(liveId);
		this.#logger.info({ event: "room_stopped", live_id: liveId });
		return this.#host.stop(liveId);
	}

	#keepName(liveId: string): void {
		const name = this.nameOf(liveId);
		this.#stoppedNames.delete(liveId);
		if (name === undefined) return;
		this.#stoppedNames.set(liveId, name);
		const [oldest] = this.#stoppedNames.keys();
		if (this.#stoppedNames.size > maxStoppedNames && oldest !== undefined) this.#stoppedNames.delete(oldest);
	}

	#statusOf(liveId: string): LiveRoomStatus {
		const status = this.getRoom(liveId);
		if (!status) throw new RoomNotFoundError(liveId);
		return status;
	}
}

/** Checks a live id, which becomes part of an address, so other text must not pass from any caller. */
function checkLiveId(liveId: unknown): void {
	if (typeof liveId !== "string" || !/^[A-Za-z0-9_.-]{1,64}$/.test(liveId) || /^\.{1,2}$/.test(liveId)) {
		throw new InvalidLiveIdError();
	}
}
