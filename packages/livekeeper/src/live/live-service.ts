import type { Logger } from "pino";
import type { AdmissionStatus, ConnectionLimits, QualityPoint, ReconnectStatus } from "../connections/index.ts";
import { InvalidLiveIdError, LivekeeperError, RoomNotFoundError } from "../errors.ts";
import type { EventLog } from "../event-log/index.ts";
import {
	identityOf,
	mergeOptions,
	type OfficialOptions,
	type RoomChange,
	type RoomOptions,
	sameOptions,
	sessionOptions,
} from "../room-options.ts";
import type { LoadedRoom } from "../storage/index.ts";
import { clusterTexts, requestTexts, type Text } from "../text/index.ts";
import { Turns } from "../turns.ts";
import type { IdentitySession } from "./identities/shown.ts";
import type { LiveRoomStatus, RoomHost } from "./room-host.ts";

/** What is known of all connections of this process together. */
export interface ConnectionPool {
	getReconnectStatus(): ReconnectStatus;
	readonly admission: { status(): AdmissionStatus; setLimits(limits: ConnectionLimits): void };
}

export interface LiveServiceOptions {
	/** Keeps the rooms. */
	host: RoomHost;
	pool: ConnectionPool;
	/** Remembers which rooms are wanted. */
	log: Pick<EventLog, "registry" | "knows">;
	logger: Logger;
	/** Whether a name is one of an identity. Default: none is. */
	knowsIdentity?: (name: string) => Promise<boolean>;
	/** Why nothing that a room says could be kept at the moment. Default: it can. */
	trouble?: () => Text | undefined;
}

export interface StartedRoom {
	liveId: string;
	/** Whether the room was not active before. */
	created: boolean;
	/** Whether it was active, and its options are others now. */
	changed: boolean;
	status: LiveRoomStatus;
}

export interface LiveStatus {
	activeRooms: string[];
	rooms: LiveRoomStatus[];
}

export interface KeptRoom {
	status: LiveRoomStatus;
	/** What it was started with: its secrets too. */
	options: RoomOptions;
}

/** `null` lifts a limit. */
export type LimitChange = { [Limit in keyof ConnectionLimits]: ConnectionLimits[Limit] | null };

interface ActiveRoom {
	options: RoomOptions;
	/** Why it was removed again: it could not be stored that it is wanted. */
	failure?: unknown;
}

/** Maximum number of stopped rooms whose names are remembered. */
const maxStoppedNames = 1000;

/** What users ask for: which rooms are kept, and how. */
export class LiveService {
	readonly #host: RoomHost;
	readonly #pool: ConnectionPool;
	readonly #logger: Logger;
	readonly #log: LiveServiceOptions["log"];
	readonly #knowsIdentity: (name: string) => Promise<boolean>;
	readonly #trouble: () => Text | undefined;
	readonly #active = new Map<string, ActiveRoom>();
	/** Rooms of which it is about to be stored that they are wanted, or how, or that they are not: when the last is over. */
	readonly #storing = new Turns();
	/** Rooms whose stop could not be stored: no visit starts them either. */
	readonly #unstoredStops = new Set<string>();
	/** Streamers' names of rooms that were stopped in this run, the newest last. */
	readonly #stoppedNames = new Map<string, string>();
	/** For each `reload` that reads: rooms of which something was stored meanwhile, so that what it reads may be older. */
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

	/** Takes up what other nodes have changed of which rooms are wanted, and how. @throws LivekeeperError `storage_failing` */
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

	/** Starts the rooms that were wanted when the service last ran, from where they were. @returns how many */
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
	 * Keeps a room connected from now on. An active room's connection is reused.
	 * @param options an active room's are replaced as a whole; with another identity it is reconnected (numbers,
	 * cursor and counters go on). Left out, an active room keeps its own.
	 * @param how `merge`: of an active room's options, those that are left out here stay
	 * @returns once it is stored that the room is wanted
	 * @throws InvalidLiveIdError, TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for options that
	 * can't be used, `identity_not_found`, `storage_failing` when it could not be stored: then nothing has changed;
	 * RoomNotFoundError when it was stopped meanwhile, and for a visit of a room that was stopped
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
	 * Changes options of an active room; those that are left out stay.
	 * @throws RoomNotFoundError when it isn't active; what `startLive` throws
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
	 * Stops a room at once, until it is started by other means than a visit; what it has said stays in the event log.
	 * @returns when its socket is gone
	 * @throws RoomNotFoundError when it is neither active nor wanted; LivekeeperError `storage_failing` when it has
	 * stopped, but it could not be stored that it isn't wanted any more: stopping it again does that
	 */
	async stopLive(liveId: string): Promise<void> {
		const gone = this.#active.has(liveId) ? this.#remove(liveId) : undefined;
		const ended = this.#store(liveId, async () => {
			// What was asked for before this was still being looked up, or its start may not be stored yet, or never be.
			const late = this.#active.has(liveId) ? this.#remove(liveId) : undefined;
			const wasActive = gone !== undefined || late !== undefined;
			this.#unstoredStops.add(liveId);
			const wasWanted = await this.#log.registry.stop(liveId, { always: wasActive });
			this.#unstoredStops.delete(liveId);
			await late;
			return wasActive || wasWanted;
		});
		const [wasThere] = await Promise.all([ended, gone]);
		if (!wasThere) throw new RoomNotFoundError(liveId);
	}

	/**
	 * Stops a room that only visits have started, until the next one. A room that was started by other means meanwhile stays.
	 * @returns when its socket is gone
	 * @throws LivekeeperError `storage_failing` when it has stopped, but the store may still have it as wanted
	 */
	async releaseLive(liveId: string): Promise<void> {
		await this.#store(liveId, async () => {
			if (!this.#active.get(liveId)?.options.visited) return;
			await Promise.all([this.#remove(liveId), this.#log.registry.unwant(liveId)]);
		});
	}

	/** Active rooms in the order in which they were started. */
	getStatus(): LiveStatus {
		const rooms = this.#host.statuses();
		return { activeRooms: rooms.map((room) => room.liveId), rooms };
	}

	/** How reconnecting goes, for all rooms together. */
	getReconnectStatus(): ReconnectStatus {
		return this.#pool.getReconnectStatus();
	}

	/** How the connections are shared out: limits, how many are in use, and who waits for one. */
	getConnections(): AdmissionStatus {
		return this.#pool.admission.status();
	}

	/**
	 * Changes limits of connections until the service ends; it begins with those of its configuration. Takes effect at
	 * once: past a lower limit the least important rooms are preempted. What is left out stays, `null` is no limit.
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

	/** The streamer's name, also of a room that was stopped in this run of the service; `undefined` where it is not known. */
	nameOf(liveId: string): string | undefined {
		return this.getRoom(liveId)?.anchor?.nickname || this.#stoppedNames.get(liveId);
	}

	/** What an active room was started with: its secrets too. */
	optionsOf(liveId: string): RoomOptions | undefined {
		return this.#active.get(liveId)?.options;
	}

	/** Active rooms that use this identity: those that name it, and those that have none of their own by the default one. */
	roomsBy(identity: string): string[] {
		return this.#roomsWith((one) => identityOf(one) === identity);
	}

	/** Active rooms that name this identity. */
	roomsNaming(identity: string): string[] {
		return this.#roomsWith((one) => one.identity === identity);
	}

	/** Active rooms that programs' listening has started, and nobody has asked to keep. */
	visitedRooms(): string[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) => (options.visited ? [liveId] : []));
	}

	#roomsWith(matches: (session: RoomOptions) => boolean): string[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) =>
			sessionOptions(options).some(matches) ? [liveId] : [],
		);
	}

	/** The sessions of active rooms that use this identity. */
	sessionsBy(identity: string): IdentitySession[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) => {
			const sources = sessionOptions(options).flatMap((one, source) => (identityOf(one) === identity ? source : []));
			const status = sources.length > 0 ? this.getRoom(liveId) : undefined;
			return status ? sources.map((source) => ({ status, source })) : [];
		});
	}

	/** Active rooms that the open platform pushes, with its secrets. */
	officialRooms(): { liveId: string; official: OfficialOptions }[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) =>
			options.official ? [{ liveId, official: options.official }] : [],
		);
	}

	/** The room's quality in steps of 5 minutes, for the last day since it was started; none for a room that isn't active. */
	getQualityHistory(liveId: string): QualityPoint[] {
		return this.#host.qualityHistory(liveId);
	}

	/**
	 * A room that is kept, also where another node was asked to keep it and this one has not been notified yet.
	 * @returns `undefined`: it is not kept. @throws LivekeeperError `storage_failing` while that is not known
	 */
	async findRoom(liveId: string): Promise<KeptRoom | undefined> {
		const room = this.#active.get(liveId) ?? (await this.#withRoom(liveId, async (found) => found));
		if (room === undefined || room === "stopped") return undefined;
		return { status: this.#statusOf(liveId), options: room.options };
	}

	/** @throws RoomNotFoundError for a room that is not kept; what `findRoom` throws */
	async requireRoom(liveId: string): Promise<KeptRoom> {
		const room = await this.findRoom(liveId);
		if (!room) throw new RoomNotFoundError(liveId);
		return room;
	}

	/** @throws RoomNotFoundError unless the room is kept or the event log holds something of it; what `findRoom` throws */
	async requireReadable(liveId: string): Promise<void> {
		if (this.#active.has(liveId) || (await this.#log.knows(liveId))) return;
		await this.requireRoom(liveId);
	}

	/** Calls back when a room's state or health changes. @returns a function that takes the callback off */
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

	/** @param was whether it was wanted before this start of the service */
	#add(liveId: string, options: RoomOptions, was: "kept" | "new"): ActiveRoom {
		this.#host.start(liveId, options, was);
		const added: ActiveRoom = { options };
		this.#active.set(liveId, added);
		return added;
	}

	/** Stores something of a room once what was asked before is stored, or has failed: so the last word stays. */
	#store<T>(liveId: string, store: () => Promise<T>): Promise<T> {
		for (const stored of this.#reading) stored.add(liveId);
		return this.#storing.take(store, liveId);
	}

	/**
	 * Does something about a room once what was asked for before is done. A room that is not active may be kept all the
	 * same: another node was asked to, and the notice of that is on its way, or was lost. So the store is asked before
	 * anything takes the room for absent.
	 * @param work is given the room; `"stopped"` or `undefined`: it is not kept
	 * @throws RoomNotFoundError when the room was stopped meanwhile; LivekeeperError `storage_failing`
	 */
	#withRoom<T>(liveId: string, work: (room: ActiveRoom | "stopped" | undefined) => Promise<T>): Promise<T> {
		const active = this.#active.get(liveId);
		return this.#store(liveId, async () => {
			if (active) this.#assertActive(liveId, active);
			return work(active ?? this.#active.get(liveId) ?? (await this.#find(liveId)));
		});
	}

	/** Takes up a room that is stored as wanted. @throws as `startLive` */
	async #find(liveId: string): Promise<ActiveRoom | "stopped" | undefined> {
		if (this.#unstoredStops.has(liveId)) return "stopped";
		const stored = await this.#log.registry.get(liveId);
		if (typeof stored === "object") {
			// It would begin as one whose identity is gone.
			for (const { identity } of sessionOptions(stored.options)) {
				if (identity !== undefined) await this.#knowsIdentity(identity);
			}
		}
		// A notice of it may have come meanwhile.
		const active = this.#active.get(liveId);
		return active ?? (stored === undefined || stored === "stopped" ? stored : this.#takeUp(stored));
	}

	/** @throws as `RoomHost.start` */
	#takeUp({ liveId, options, unreadable }: LoadedRoom): ActiveRoom {
		if (unreadable) this.#logger.error({ event: "secrets_unreadable", live_id: liveId });
		return this.#add(liveId, options, "kept");
	}

	/** Starts a room that is not kept; a visit starts none that was stopped. @throws as `startLive` */
	async #startNew(liveId: string, options: RoomOptions, isStopped: boolean): Promise<void> {
		if (options.visited && isStopped) throw new RoomNotFoundError(liveId);
		await this.#want(liveId, this.#add(liveId, options, "new"));
		this.#unstoredStops.delete(liveId);
	}

	/** @returns whether its options are others than before. @throws as `startLive` */
	async #changeTo(
		liveId: string,
		active: ActiveRoom,
		options: RoomChange | undefined,
		how: "replace" | "merge",
	): Promise<boolean> {
		const given = options ? mergeOptions(how === "merge" ? active.options : {}, options) : active.options;
		// A start by any means but listening keeps the room.
		return this.#changeOptions(liveId, active, { ...given, visited: undefined });
	}

	/** Stores that a room that was added is wanted; where that fails it is removed. @throws as `startLive` */
	async #want(liveId: string, added: ActiveRoom): Promise<void> {
		try {
			await this.#log.registry.want(liveId, added.options);
		} catch (error) {
			added.failure = error;
			if (this.#active.get(liveId) === added) await this.#remove(liveId);
			throw error;
		}
		// Stopped meanwhile, that is stored behind it.
		this.#assertActive(liveId, added);
	}

	/** @returns whether they are others than before. @throws RoomNotFoundError when this room is not active any more */
	async #changeOptions(liveId: string, active: ActiveRoom, options: RoomOptions): Promise<boolean> {
		const { registry } = this.#log;
		if (sameOptions(active.options, options)) return false;
		await registry.want(liveId, options);
		// Stopped meanwhile, this is stored behind it.
		this.#assertActive(liveId, active);
		try {
			this.#host.change(liveId, options);
			active.options = options;
			return true;
		} catch (error) {
			// What can't be used must not be what the room starts with next time.
			await registry.want(liveId, active.options);
			throw error;
		}
	}

	/** A room that was stopped, and perhaps started again, is another room: what was meant for the first is not for it. */
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

/** A live id becomes part of an address: nothing else may pass, from any caller. */
function checkLiveId(liveId: unknown): void {
	if (typeof liveId !== "string" || !/^[A-Za-z0-9_.-]{1,64}$/.test(liveId) || /^\.{1,2}$/.test(liveId)) {
		throw new InvalidLiveIdError();
	}
}
