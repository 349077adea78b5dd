import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import {
	type AdmissionStatus,
	type ConnectionLimits,
	type PersistentConnectionManager,
	type QualityPoint,
	type ReconnectStatus,
	RoomMessageQueue,
	type RoomStatus,
	type StorageTrouble,
} from "../connections/index.ts";
import { InvalidLiveIdError, LivekeeperError, RoomNotFoundError } from "../errors.ts";
import type { EventLog, EventLogStatus } from "../event-log/index.ts";
import { mergeOptions, type RoomOptions, sameOptions, sessionOptions } from "../room-options.ts";
import { requestTexts, roomTexts } from "../text/index.ts";
import { Activities, type RoomActivity } from "./activity.ts";
import { LogIntake } from "./log-intake.ts";
import { recall } from "./recall.ts";

export interface LiveServiceOptions {
	manager: PersistentConnectionManager;
	/** Takes what rooms say, and remembers which are wanted. */
	log: EventLog;
	clock: Clock;
	logger: Logger;
	/** Whether a name is one of an identity. Default: none is. */
	knowsIdentity?: (name: string) => boolean;
	/** Events a room may have waiting while the log takes none; then it stops listening. Default 10,000. */
	queueSize?: number;
}

/** A room's connection, and how it talks. */
export type LiveRoomStatus = RoomStatus & { activity: RoomActivity };

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

/** `null` lifts a limit. */
export type LimitChange = { [Limit in keyof ConnectionLimits]: ConnectionLimits[Limit] | null };

interface ActiveRoom {
	options: RoomOptions;
	/** Resolves once the last change of them is done. */
	changing: Promise<unknown>;
	/** Lets go of the room's queue. */
	detach: () => void;
}

/** What users ask for: which rooms are kept, and what they say. */
export class LiveService {
	readonly #manager: PersistentConnectionManager;
	readonly #logger: Logger;
	readonly #queueSize: number | undefined;
	readonly #log: EventLog;
	readonly #knowsIdentity: (name: string) => boolean;
	readonly #active = new Map<string, ActiveRoom>();
	readonly #intake: LogIntake;
	readonly #activities: Activities;
	readonly #unsubscribe: () => void;

	constructor(options: LiveServiceOptions) {
		this.#manager = options.manager;
		this.#logger = options.logger;
		this.#queueSize = options.queueSize;
		this.#log = options.log;
		this.#knowsIdentity = options.knowsIdentity ?? (() => false);
		this.#intake = new LogIntake(options.log, options.logger);
		this.#activities = new Activities(options.log, options.clock);
		this.#unsubscribe = options.log.onStatus((status) => this.#manager.storing(troubleOf(status)));
		this.#manager.storing(troubleOf(options.log.status()));
	}

	/** Starts the rooms that were wanted when the service last ran, from where they were. @returns how many */
	async resume(): Promise<number> {
		const rooms = await this.#log.registry.load();
		for (const { liveId, options, unreadable } of rooms) {
			if (unreadable) {
				this.#logger.error(
					{ event: "secrets_unreadable", live_id: liveId },
					`【!】直播间 ${liveId} 的 cookie 或代理无法解密（密钥已更换），请重新设置；现以默认身份连接`,
				);
			}
			try {
				if (!this.#active.has(liveId)) this.#add(liveId, options, "kept");
			} catch (error) {
				this.#logger.error({ event: "room_not_started", live_id: liveId, err: error }, "【!】直播间未能启动");
			}
		}
		return rooms.length;
	}

	/**
	 * Keeps a room connected from now on. For an active room it answers at once and the connection is reused.
	 * @param options an active room's are replaced as a whole; with another identity its connection is made anew (numbers,
	 * cursor and counters go on). Left out, an active room keeps its own.
	 * @param how `merge`: of an active room's options, those that are left out here stay
	 * @returns once it is stored that the room is wanted
	 * @throws InvalidLiveIdError, TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for options that
	 * can't be used, `identity_not_found`, `storage_failing` when it could not be stored: then nothing has changed;
	 * RoomNotFoundError when it was stopped meanwhile
	 */
	async startLive(liveId: string, options?: RoomOptions, how: "replace" | "merge" = "replace"): Promise<StartedRoom> {
		checkLiveId(liveId);
		if (options) this.#checkIdentity(options);
		const active = this.#active.get(liveId);
		let changed = false;
		if (!active) {
			const added = this.#add(liveId, options ?? {}, "new");
			try {
				await this.#log.registry.want(liveId, options ?? {});
			} catch (error) {
				if (this.#active.get(liveId) === added) await this.#remove(liveId);
				throw error;
			}
		} else if (options) {
			const change = active.changing.then(() => {
				const next = how === "merge" ? mergeOptions(active.options, options) : options;
				return this.#changeOptions(liveId, active, next);
			});
			active.changing = change.catch(() => undefined);
			changed = await change;
		}
		return { liveId, created: !active, changed, status: this.#statusOf(liveId) };
	}

	/**
	 * Changes options of an active room; those that are left out stay.
	 * @throws RoomNotFoundError when it isn't active; what `startLive` throws
	 */
	async changeLive(liveId: string, options: RoomOptions): Promise<LiveRoomStatus> {
		if (!this.#active.has(liveId)) throw new RoomNotFoundError(liveId);
		return (await this.startLive(liveId, options, "merge")).status;
	}

	/**
	 * Stops a room at once; what it has said stays in the event log. @returns when its socket is gone
	 * @throws RoomNotFoundError when it isn't active; LivekeeperError `storage_failing` when it has stopped, but it could
	 * not be stored that it isn't wanted any more
	 */
	async stopLive(liveId: string): Promise<void> {
		if (!this.#active.has(liveId)) throw new RoomNotFoundError(liveId);
		await Promise.all([this.#remove(liveId), this.#log.registry.unwant(liveId)]);
	}

	/** Active rooms in the order in which they were started. */
	getStatus(): LiveStatus {
		const rooms = this.#manager.getAllConnections().map((room) => this.#withActivity(room));
		return { activeRooms: rooms.map((room) => room.liveId), rooms };
	}

	/** How reconnecting goes, for all rooms together. */
	getReconnectStatus(): ReconnectStatus {
		return this.#manager.getReconnectStatus();
	}

	/** How the connections are shared out: limits, how many are in use, and who waits for one. */
	getConnections(): AdmissionStatus {
		return this.#manager.admission.status();
	}

	/**
	 * Changes limits of connections until the service ends; it begins with those of its configuration. Takes effect at
	 * once: past a lower limit the least important rooms are preempted. What is left out stays, `null` is no limit.
	 * @throws RangeError for a limit below 1
	 */
	limitConnections(change: LimitChange): AdmissionStatus {
		const { admission } = this.#manager;
		const { limits } = admission.status();
		for (const name of ["total", "perIdentity", "perProxy"] as const) {
			const limit = change[name];
			if (limit !== undefined) limits[name] = limit ?? undefined;
		}
		admission.setLimits(limits);
		this.#logger.info({ event: "limits_changed", limits }, "连接上限已更改");
		return admission.status();
	}

	getRoom(liveId: string): LiveRoomStatus | undefined {
		const status = this.#manager.getConnectionStatus(liveId);
		return status && this.#withActivity(status);
	}

	/** What an active room was started with: its secrets too. */
	optionsOf(liveId: string): RoomOptions | undefined {
		return this.#active.get(liveId)?.options;
	}

	/** Active rooms that go by this identity. */
	roomsBy(identity: string): string[] {
		return Array.from(this.#active).flatMap(([liveId, { options }]) =>
			sessionOptions(options).some((one) => one.identity === identity) ? [liveId] : [],
		);
	}

	/** The room's quality in steps of 5 minutes, for the last day since it was started; none for a room that isn't active. */
	getQualityHistory(liveId: string): QualityPoint[] {
		return this.#manager.getQualityHistory(liveId);
	}

	/** @throws RoomNotFoundError unless the room is active or the event log holds something of it */
	async requireReadable(liveId: string): Promise<void> {
		if (this.#active.has(liveId) || (await this.#log.lastSeq(liveId)) > 0) return;
		throw new RoomNotFoundError(liveId);
	}

	/** Calls back when a room's state or health changes. @returns a function that takes the callback off */
	onStatus(subscriber: (status: LiveRoomStatus) => void): () => void {
		return this.#manager.onStatus((status) => subscriber(this.#withActivity(status)));
	}

	/** Moves what is left in the queues into the log. Manager and log are stopped by their owner. */
	close(): void {
		this.#unsubscribe();
		for (const { detach } of this.#active.values()) detach();
		this.#active.clear();
		this.#activities.close();
		this.#intake.close();
	}

	#checkIdentity({ identity, cookie, proxy, second }: RoomOptions): void {
		if (second) this.#checkIdentity(second);
		if (identity === undefined) return;
		if (cookie !== undefined || proxy !== undefined) {
			throw new LivekeeperError("invalid_request", requestTexts.identityOrOwn, {
				hint: requestTexts.identityOrOwnHint,
			});
		}
		if (!this.#knowsIdentity(identity)) {
			throw new LivekeeperError("identity_not_found", requestTexts.noIdentity(identity));
		}
	}

	/** @param was whether it was wanted before this start of the service */
	#add(liveId: string, options: RoomOptions, was: "kept" | "new"): ActiveRoom {
		const queue = new RoomMessageQueue({
			...(this.#queueSize !== undefined && { capacity: this.#queueSize }),
			onConsumerError: (error) =>
				this.#logger.error({ event: "consumer_failed", live_id: liveId, err: error }, "【!】处理直播间消息时出错"),
		});
		this.#manager.addConnection(liveId, queue, options, () => recall(this.#log, liveId, was === "kept"));
		const added = { options, changing: Promise.resolve(), detach: this.#intake.attach(liveId, queue) };
		this.#active.set(liveId, added);
		this.#activities.watch(liveId).catch((error: unknown) => {
			this.#logger.warn(
				{ event: "gifts_unreadable", live_id: liveId, err: error },
				"【!】本场此前的礼物无法读取；此后的照常统计",
			);
		});
		return added;
	}

	/** @returns whether they are others than before. @throws RoomNotFoundError when this room is not active any more */
	async #changeOptions(liveId: string, active: ActiveRoom, options: RoomOptions): Promise<boolean> {
		const { registry } = this.#log;
		this.#assertActive(liveId, active);
		if (sameOptions(active.options, options)) return false;
		await registry.want(liveId, options);
		// Stopped meanwhile, this is stored behind it.
		this.#assertActive(liveId, active);
		try {
			this.#manager.changeOptions(liveId, options);
			active.options = options;
			return true;
		} catch (error) {
			// What can't be used must not be what the room starts with next time.
			await registry.want(liveId, active.options);
			throw error;
		}
	}

	/** Stopped, and perhaps started anew, it is another room: what was meant for this one is not for that. */
	#assertActive(liveId: string, active: ActiveRoom): void {
		if (this.#active.get(liveId) !== active) throw new RoomNotFoundError(liveId);
	}

	async #remove(liveId: string): Promise<void> {
		const active = this.#active.get(liveId);
		this.#active.delete(liveId);
		this.#activities.forget(liveId);
		const gone = this.#manager.removeConnection(liveId);
		active?.detach();
		await gone;
	}

	#statusOf(liveId: string): LiveRoomStatus {
		const status = this.getRoom(liveId);
		if (!status) throw new RoomNotFoundError(liveId);
		return status;
	}

	#withActivity(status: RoomStatus): LiveRoomStatus {
		return { ...status, activity: this.#activities.of(status.liveId) };
	}
}

function troubleOf({ state, fault, message, since }: EventLogStatus): StorageTrouble | undefined {
	if (state === "ok") return undefined;
	return { since, message: roomTexts.waitsInMemory(fault ?? "internal", message) };
}

/** A live id becomes part of an address: nothing else may pass, whoever calls. */
function checkLiveId(liveId: unknown): void {
	if (typeof liveId !== "string" || !/^[A-Za-z0-9_.-]{1,64}$/.test(liveId) || /^\.{1,2}$/.test(liveId)) {
		throw new InvalidLiveIdError();
	}
}
