import { LivekeeperError } from "@livekeeper/base/errors";
import { Listeners } from "@livekeeper/base/listeners";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { type KeyValues, type Registries, registriesIn } from "../storage/index.ts";
import { storageTexts } from "../text/index.ts";
import type { ClockWatch } from "./clock-watch.ts";
import type { CommittedBatch, EventBatch, EventLog, EventLogStatus, Retention } from "./event-log.ts";
import { KnownGifts } from "./known-gifts.ts";
import { LogHealth } from "./log-health.ts";
import type { LogHost, LogStore } from "./log-store.ts";
import { PendingEvents } from "./pending-events.ts";
import { LogSearch } from "./search.ts";

const tickMs = 1_000;
/** Pause between two rounds when there is more to do, because commits go first, ms. */
const upkeepPauseMs = 12;

export interface StoredLogOptions {
	clock: Clock;
	logger: Pick<Logger, "info" | "error">;
	clockWatch: ClockWatch;
	retention: Retention;
	/** Bytes waiting for their commit above which nothing more should be appended. */
	maxPendingBytes: number;
	/** Time between rounds of upkeep, ms; default 1,000. */
	upkeepEveryMs?: number | undefined;
}

/** Creates listeners; an error thrown by one is logged. */
export function logListeners<T>(logger: Pick<Logger, "error">): Listeners<T> {
	return new Listeners((error) => logger.error({ event: "log_listener_failed", err: error }));
}

/** The event log over a store. */
export class StoredEventLog<Store extends LogStore = LogStore> implements EventLog {
	readonly registry: Registries["registry"];
	readonly identities: Registries["identities"];
	readonly overlayTokens: Registries["overlayTokens"];
	readonly sounds: Registries["sounds"];
	readonly notes: Registries["notes"];
	readonly targets: KeyValues;
	protected readonly store: Store;
	readonly #options: StoredLogOptions;
	readonly #pending: PendingEvents;
	readonly #search: LogSearch;
	readonly #gifts: KnownGifts;
	readonly #health: LogHealth;
	readonly #upkeep: UpkeepLoop;
	readonly #committed: Listeners<CommittedBatch>;
	readonly #writable: Listeners<void>;
	readonly #statusListeners: Listeners<EventLogStatus>;
	#retention: Retention;
	#storedBytes = 0;
	#upkeepFailing = false;
	#closed: Promise<void> | undefined;

	/** @param open opens the store, which calls its host later */
	constructor(options: StoredLogOptions, open: (host: LogHost) => Store) {
		const { clock, logger, retention, maxPendingBytes } = options;
		this.#options = options;
		this.#retention = retention;
		this.#committed = logListeners(logger);
		this.#writable = logListeners(logger);
		this.#statusListeners = logListeners(logger);
		this.#pending = new PendingEvents(maxPendingBytes, () => this.#writable.call());
		this.#health = new LogHealth(
			clock,
			() => this.store.queue.oldest,
			() => this.#healthChanged(),
		);
		this.store = open({
			pending: this.#pending,
			health: this.#health,
			publish: (batch) => this.#committed.call(batch),
			statusChanged: () => this.#statusListeners.call(this.status()),
		});
		const { stores, box } = this.store;
		const registries = registriesIn(stores, box, clock);
		this.registry = registries.registry;
		this.identities = registries.identities;
		this.overlayTokens = registries.overlayTokens;
		this.sounds = registries.sounds;
		this.notes = registries.notes;
		this.targets = stores.targets;
		this.#gifts = new KnownGifts(stores.notes);
		this.#search = new LogSearch(this.store);
		this.#upkeep = new UpkeepLoop(
			clock,
			() => this.#tick(),
			() => this.#round(),
			(error) => this.#upkeepFailed(error),
			options.upkeepEveryMs,
		);
		this.#look();
	}

	append(batch: EventBatch): boolean {
		if (this.#closed) throw new LivekeeperError("storage_closed", storageTexts.closed);
		const isBelow = this.store.queue.append(batch);
		this.#gifts.learn(batch.events);
		return isBelow;
	}

	get writable(): boolean {
		return !this.#closed && this.#pending.writable;
	}

	readonly onWritable: EventLog["onWritable"] = (listener) => this.#writable.add(listener);
	readonly onCommitted: EventLog["onCommitted"] = (listener) => this.#committed.add(listener);
	readonly onStatus: EventLog["onStatus"] = (listener) => this.#statusListeners.add(listener);
	readonly flush: EventLog["flush"] = () => this.store.queue.flush();

	readonly read: EventLog["read"] = (liveId, query = {}) => this.store.read(liveId, query);
	readonly search: EventLog["search"] = (query, signal) => this.#search.search(query, signal);
	readonly lastSeq: EventLog["lastSeq"] = (liveId) => this.store.lastSeq(liveId);
	readonly knows: EventLog["knows"] = (liveId) => this.store.knows(liveId);
	readonly afterNewest: EventLog["afterNewest"] = (liveId, count) => this.store.afterNewest(liveId, count);
	readonly liveIds: EventLog["liveIds"] = () => this.store.liveIds();
	readonly cursor: EventLog["cursor"] = (liveId) => this.store.cursor(liveId);
	readonly lost: EventLog["lost"] = (liveId) => this.store.lost(liveId);
	readonly broadcasts: EventLog["broadcasts"] = (liveId) => this.store.ask(liveId, "broadcasts");
	readonly series: EventLog["series"] = (liveId, query) => this.store.ask(liveId, "series", query);
	readonly gifts: EventLog["gifts"] = (liveId, roomId, max) => this.store.ask(liveId, "gifts", roomId, max);
	readonly newcomers: EventLog["newcomers"] = (liveId, roomId) => this.store.ask(liveId, "newcomers", roomId);
	readonly knownGifts: EventLog["knownGifts"] = () => this.#gifts.list();
	readonly backup: EventLog["backup"] = () => this.store.backup();
	readonly backupProgress: EventLog["backupProgress"] = () => this.store.backupProgress();

	status(): EventLogStatus {
		const clock = this.#options.clockWatch.doubt;
		return {
			...this.#health.state,
			pendingEvents: this.#pending.events,
			pendingBytes: this.#pending.bytes,
			storedBytes: this.#storedBytes,
			repeats: this.store.queue.repeats,
			...(clock && { clock }),
			...this.store.status(),
		};
	}

	setRetention(retention: Partial<Retention>): void {
		this.#retention = { ...this.#retention, ...retention };
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		const lost = await this.store.close(async () => {
			await this.#upkeep.stop();
			await this.#gifts.save().catch((error: unknown) => this.#upkeepFailed(error));
		});
		if (lost > 0) throw new LivekeeperError("storage_failing", storageTexts.lostAtEnd(lost));
	}

	#tick(): void {
		this.#look();
		this.#health.look();
		this.store.onTick?.();
	}

	#look(): ReturnType<ClockWatch["look"]> {
		return this.#options.clockWatch.look(this.#retention.maxAgeMs);
	}

	async #round(): Promise<{ more: boolean }> {
		const { now, believed } = this.#look();
		const retention = believed ? this.#retention : { ...this.#retention, maxAgeMs: Number.POSITIVE_INFINITY };
		const { more, storedBytes } = await this.store.upkeep(now, retention, () => this.#options.clockWatch.save());
		this.#storedBytes = storedBytes;
		await this.#gifts.save();
		this.#upkeepFailing = false;
		return { more };
	}

	#upkeepFailed(error: unknown): void {
		this.store.upkeepFailed(error, !this.#upkeepFailing);
		this.#upkeepFailing = true;
	}

	#healthChanged(): void {
		const status = this.status();
		const { fault, message, pendingEvents } = status;
		const { logger } = this.#options;
		if (fault) logger.error({ event: "storage_failing", fault, pending: pendingEvents, detail: message });
		else logger.info({ event: "storage_recovered" });
		this.#statusListeners.call(status);
	}
}

/**
 * Runs rounds of upkeep, one at a time: each second unless another interval is given, and again after a pause while a
 * round left something to do.
 */
class UpkeepLoop {
	readonly #clock: Clock;
	readonly #round: () => Promise<{ more: boolean }>;
	readonly #onError: (error: unknown) => void;
	readonly #every: Timer;
	#soon: Timer | undefined;
	#running: Promise<void> | undefined;
	#stopped = false;

	/**
	 * @param onTick called each second, also while a round takes longer than that
	 * @param everyMs time between rounds; default a second
	 */
	constructor(
		clock: Clock,
		onTick: () => void,
		round: () => Promise<{ more: boolean }>,
		onError: (error: unknown) => void,
		everyMs = tickMs,
	) {
		this.#clock = clock;
		this.#round = round;
		this.#onError = onError;
		let ticks = 0;
		this.#every = clock.every(tickMs, () => {
			onTick();
			if (++ticks % Math.max(1, Math.round(everyMs / tickMs)) === 0) this.#start();
		});
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#every.cancel();
		this.#soon?.cancel();
		await this.#running;
	}

	#start(): void {
		if (this.#running || this.#soon || this.#stopped) return;
		this.#running = this.#run().finally(() => {
			this.#running = undefined;
		});
	}

	async #run(): Promise<void> {
		try {
			const { more } = await this.#round();
			if (!more || this.#stopped) return;
			this.#soon = this.#clock.after(upkeepPauseMs, () => {
				this.#soon = undefined;
				this.#start();
			});
		} catch (error) {
			this.#onError(error);
		}
	}
}
