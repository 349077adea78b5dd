import { isDeepStrictEqual } from "node:util";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { OfficialOptions } from "@livekeeper/base/room-options";
import { requestTexts } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import {
	type Callback,
	type Clock,
	checkCallback,
	type LiveEvent,
	type OfficialType,
	ReplayWindow,
	type WireEvent,
} from "@livekeeper/douyin";
import type { CommittedBatch, EventLog } from "@livekeeper/log";
import type { Notes } from "@livekeeper/log/storage";
import { clusterTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import type { BroadcastNote, OfficialStatus, RefusedCallback } from "./broadcast-status.ts";
import {
	type Broadcasting,
	FollowedRooms,
	noRooms,
	noteFor,
	type OfficialRoom,
	type OfficialRooms,
	roomOfBroadcast,
	typesOf,
} from "./official-rooms.ts";
import { OpenPlatformClient, type PlatformUrls } from "./open-platform-client.ts";
import { PushedBroadcast } from "./pushed-broadcast.ts";

export interface OfficialSourceOptions {
	log: Pick<EventLog, "append" | "flush" | "notes" | "onCommitted" | "writable">;
	urls: PlatformUrls;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
}

/** Maximum difference between a callback's time and the service's, ms. */
const windowMs = 300_000;
const everyMs = 1000;
/** Maximum size of a callback, bytes. A longer one could not be stored in time; real ones have some 100 KB. */
const maxBytes = 1024 * 1024;

interface Pushed {
	broadcast: PushedBroadcast;
	/** Options it was opened with. */
	official: OfficialOptions;
}

/** Data pushed by the open platform, as a source of rooms' events beside the web. */
export class OfficialSource {
	readonly #options: OfficialSourceOptions;
	/** Clients by app id and secret: a room with a wrong secret affects no other. */
	readonly #clients = new Map<string, OpenPlatformClient>();
	/** Broadcasts by room id: those that are on, and those with possibly missing data. */
	readonly #broadcasts = new Map<string, Pushed>();
	/** Broadcasts of released rooms by room id, which continue here until another process has taken them over. */
	readonly #left = new Map<string, PushedBroadcast>();
	readonly #replays = new ReplayWindow(windowMs);
	readonly #refused = new Map<string, { count: number; last: RefusedCallback }>();
	#rooms = noRooms;
	readonly #notes: PushNotes;
	readonly #followed: FollowedRooms;
	/** Rooms with changes that could not be stored; storing is retried. */
	readonly #unsaved = new Set<string>();
	#stop: () => void = () => undefined;

	constructor(options: OfficialSourceOptions) {
		this.#options = options;
		this.#notes = new PushNotes(options.log.notes);
		this.#followed = new FollowedRooms(
			(liveId) => this.#notes.read(liveId, options.clock.now()),
			(liveId, notes) => this.#readUp(liveId, notes),
		);
	}

	/** Starts to follow the rooms. */
	start(rooms: OfficialRooms): void {
		const { clock, log } = this.#options;
		this.#rooms = rooms;
		const timer = clock.every(everyMs, () => this.#tick());
		const unsubscribe = log.onCommitted((batch) => this.#committed(batch));
		this.#stop = () => {
			timer.cancel();
			unsubscribe();
		};
	}

	/**
	 * Takes over a room that has moved to this process, from the position of its previous process. Call it before
	 * anything of the room is stored here. Repeating it changes nothing while the room stays.
	 *
	 * @throws LivekeeperError `storage_failing`: call it again
	 */
	takeUp(liveId: string): Promise<void> {
		return this.#rooms.find(liveId) ? this.#followed.add(liveId) : Promise.resolve();
	}

	/** Returns the room of a callback. @param liveId room it was sent to @param roomId broadcast it names */
	roomOf(liveId: string, roomId: string): string {
		return roomOfBroadcast(this.#rooms, liveId, roomId);
	}

	/**
	 * Accepts a callback; resolves once its content is durable.
	 *
	 * @param liveId room it was sent to; another one with the same app may be meant
	 * @throws LivekeeperError `official_not_set` if the room has no such source, `callback_refused` if it is forged,
	 * late, early, repeated, or of an unrequested broadcast or kind; `payload_too_large`; `node_silent` while the room is
	 * being taken over; whatever `PushedBroadcast.take` throws
	 */
	async receive(liveId: string, callback: Callback): Promise<void> {
		const { clock } = this.#options;
		const app = await this.#require(liveId);
		const { secret, callbackSecrets } = app;
		const secretOf = (type: OfficialType) => callbackSecrets?.[type] ?? secret;
		const signed = checkCallback(callback, { secretOf, now: clock.now(), windowMs });
		if (typeof signed === "string") throw this.#refuse(liveId, signed);
		if (!this.#broadcasts.has(signed.roomId)) await this.#ready(this.roomOf(liveId, signed.roomId));
		const broadcast = this.#broadcasts.get(signed.roomId)?.broadcast;
		if (!broadcast || this.#rooms.find(broadcast.note.liveId)?.appId !== app.appId)
			throw this.#refuse(liveId, "unknown");
		if (!broadcast.note.types.includes(signed.type)) throw this.#refuse(liveId, "not_asked");
		if (!this.#replays.take(signed, clock.now())) throw this.#refuse(liveId, "repeated");
		if (callback.body.length > maxBytes) {
			broadcast.missed(signed.type);
			this.#refuse(liveId, "too_large");
			throw new LivekeeperError("payload_too_large", requestTexts.callbackRefused.too_large);
		}
		try {
			await broadcast.take(signed, Buffer.from(callback.body).toString("utf8"));
		} catch (error) {
			if (error instanceof LivekeeperError && error.code === "invalid_json") this.#refuse(liveId, "unreadable");
			this.#replays.release(signed);
			throw error;
		}
	}

	/**
	 * Turns the web's gifts of a room into evidence, if the open platform pushes them and its own count.
	 *
	 * @param events events of the web, before they are stored
	 */
	settle(events: readonly LiveEvent[]): void {
		if (this.#broadcasts.size === 0 && this.#left.size === 0) return;
		for (const event of events) {
			if (event.type !== "gift" || event.source === "official" || event.evidence) continue;
			const broadcast = this.#broadcasts.get(event.roomId)?.broadcast ?? this.#left.get(event.roomId);
			if (!broadcast?.note.counts) continue;
			event.evidence = { delta: event.delta, diamonds: event.diamonds };
			event.delta = 0;
			event.diamonds = 0;
		}
	}

	/** Returns the status of a room's source. @throws LivekeeperError `official_not_set`, `storage_failing` */
	async requireStatus(liveId: string): Promise<OfficialStatus> {
		await this.#require(liveId);
		const status = this.status(liveId);
		if (!status) throw new LivekeeperError("official_not_set", requestTexts.officialNotSet(liveId));
		return status;
	}

	/** @returns `undefined` for a room without such a source */
	status(liveId: string): OfficialStatus | undefined {
		const app = this.#rooms.find(liveId);
		if (!app) return undefined;
		const refused = this.#refused.get(liveId);
		const broadcasts = [...this.#left.values(), ...this.#all()].filter(({ note }) => note.liveId === liveId);
		return {
			liveId,
			appId: app.appId,
			types: typesOf(app),
			token: this.#client(app).token,
			refused: refused?.count ?? 0,
			lastRefused: refused?.last,
			broadcasts: broadcasts.map((broadcast) => broadcast.status()).reverse(),
		};
	}

	/** Closes the source. Tasks continue at the platform, and data missed meanwhile is looked up at the next start. */
	async close(): Promise<void> {
		this.#stop();
		for (const client of this.#clients.values()) client.close();
		await Promise.all(this.#all().map((broadcast) => broadcast.close()));
		await this.#notes.settled();
	}

	/** @throws LivekeeperError `official_not_set`, `storage_failing` */
	async #require(liveId: string): Promise<OfficialOptions> {
		const app = this.#rooms.find(liveId) ?? (await this.#rooms.look(liveId));
		if (!app) throw new LivekeeperError("official_not_set", requestTexts.officialNotSet(liveId));
		return app;
	}

	#tick(): void {
		for (const liveId of this.#followed.liveIds) {
			if (!this.#isHere(liveId)) this.#letGo(liveId);
			else if (!this.#rooms.find(liveId) && !this.#hasAny(liveId)) this.#followed.delete(liveId);
		}
		for (const [roomId, { note }] of this.#left) {
			if (!this.#rooms.find(note.liveId) || !this.#rooms.storesHere(note.liveId)) this.#left.delete(roomId);
		}
		const needed = new Map<string, Broadcasting>();
		for (const room of this.#rooms.list()) {
			if (!this.#rooms.runsHere(room.liveId)) continue;
			const broadcasting = this.#rooms.broadcasting(room.liveId);
			needed.set(room.liveId, broadcasting);
			this.#follow(room, broadcasting);
		}
		for (const [roomId, { broadcast }] of this.#broadcasts) {
			const room = needed.get(broadcast.note.liveId);
			const over = !room || room.state === "off" || (room.state === "on" && room.roomId !== roomId);
			if (over) void broadcast.end(room !== undefined);
			void broadcast.tick();
			if (!broadcast.settled) continue;
			this.#broadcasts.delete(roomId);
			void this.#remember(broadcast.note.liveId);
		}
		for (const liveId of this.#unsaved) void this.#remember(liveId);
	}

	/**
	 * Whether a room's lookups belong here. A released room is kept by no process, so its missing data is looked up where
	 * it was.
	 */
	#isHere(liveId: string): boolean {
		return this.#rooms.find(liveId) === undefined || this.#rooms.runsHere(liveId);
	}

	/**
	 * Hands a room over to another process, which lets its tasks continue: nothing more is requested for it here, nor is
	 * pushed data stored. The web's gifts are stored until the other process has taken over; they stay evidence, because
	 * it looks up the same gifts.
	 */
	#letGo(liveId: string): void {
		this.#followed.delete(liveId);
		this.#unsaved.delete(liveId);
		for (const [roomId, { broadcast }] of this.#broadcasts) {
			if (broadcast.note.liveId !== liveId) continue;
			this.#broadcasts.delete(roomId);
			this.#left.set(roomId, broadcast);
			void broadcast.close();
		}
		this.#options.logger.info({ event: "official_let_go", live_id: liveId });
	}

	#readUp(liveId: string, notes: readonly BroadcastNote[]): void {
		const official = this.#rooms.find(liveId);
		if (official) for (const note of notes) this.#open(noteFor(official, note), official, true);
		else this.#followed.delete(liveId);
	}

	/**
	 * Waits until a room is taken over; data that arrives before has to be resent.
	 * @throws LivekeeperError `node_silent`
	 */
	async #ready(liveId: string): Promise<void> {
		if (this.#isHere(liveId)) await this.takeUp(liveId);
		if (this.#followed.isRead(liveId) && this.#isHere(liveId)) return;
		throw new LivekeeperError("node_silent", clusterTexts.takesOver);
	}

	#follow({ liveId, official }: OfficialRoom, { state, roomId }: Broadcasting): void {
		if (!this.#followed.isRead(liveId)) {
			this.takeUp(liveId).catch((err: unknown) => {
				this.#options.logger.warn({ event: "official_unreadable", live_id: liveId, err });
			});
			return;
		}
		if (state !== "on" || roomId === undefined) return;
		const known = this.#broadcasts.get(roomId);
		if (!known) {
			this.#open({ liveId, roomId, types: typesOf(official), counts: false, pages: {}, lastLooks: 0 }, official);
		} else if (isDeepStrictEqual(known.official, official)) {
			known.broadcast.resume();
		} else {
			void known.broadcast.close();
			this.#open(noteFor(official, known.broadcast.note), official);
		}
	}

	/** @param remembered whether another process, or this one before a restart, may have started its tasks */
	#open(note: BroadcastNote, official: OfficialOptions, remembered = false): void {
		const { liveId } = note;
		const remember = () => this.#remember(liveId);
		const isHere = () => this.#isHere(liveId);
		const deps = { ...this.#options, client: this.#client(official), remember, isHere };
		const broadcast = new PushedBroadcast(note, deps, remembered);
		this.#broadcasts.set(note.roomId, { broadcast, official });
		this.#left.delete(note.roomId);
	}

	/** Returns the client that rooms of one app share, with its pace and its token. */
	#client({ appId, secret }: OfficialOptions): OpenPlatformClient {
		const key = `${appId} ${secret}`;
		const known = this.#clients.get(key);
		if (known) return known;
		const client = new OpenPlatformClient({ appId, secret }, this.#options);
		this.#clients.set(key, client);
		return client;
	}

	#all(): PushedBroadcast[] {
		return Array.from(this.#broadcasts.values(), ({ broadcast }) => broadcast);
	}

	#hasAny(liveId: string): boolean {
		for (const { broadcast } of this.#broadcasts.values()) if (broadcast.note.liveId === liveId) return true;
		return false;
	}

	/** Skips rooms that are not pushed, which are most, without parsing their events. */
	#committed({ liveId, events }: CommittedBatch): void {
		if (!this.#hasAny(liveId)) return;
		for (const { type, json } of events) {
			if (type !== "gift") continue;
			const event = JSON.parse(json) as Extract<WireEvent, { type: "gift" }>;
			const { at, delta, evidence, diamond_count: diamonds, source = "web" } = event;
			this.#broadcasts.get(event.room_id)?.broadcast.given(source, { at, count: evidence?.delta ?? delta, diamonds });
		}
	}

	#refuse(liveId: string, problem: RefusedCallback["problem"]): LivekeeperError {
		const count = (this.#refused.get(liveId)?.count ?? 0) + 1;
		this.#refused.set(liveId, { count, last: { at: this.#options.clock.now(), problem } });
		return new LivekeeperError("callback_refused", requestTexts.callbackRefused[problem]);
	}

	/**
	 * Stores the state of a room's broadcasts. If it cannot be stored, or the room is not here for now, the next tick
	 * retries.
	 */
	async #remember(liveId: string): Promise<void> {
		const again = this.#unsaved.delete(liveId);
		const known = () => {
			if (this.#followed.isRead(liveId) && this.#isHere(liveId)) {
				return this.#all().flatMap(({ note }) => (note.liveId === liveId ? note : []));
			}
			// Another node writes the note once it has taken the room over; until then the room may return.
			if (this.#followed.isRead(liveId)) this.#unsaved.add(liveId);
			return undefined;
		};
		try {
			await this.#notes.write(liveId, known);
		} catch (err) {
			this.#unsaved.add(liveId);
			if (again) return;
			this.#options.logger.warn({ event: "official_not_remembered", live_id: liveId, err });
		}
	}
}

/** Age after which a broadcast is forgotten, ms. The platform forgets failed deliveries after a day. */
const rememberMs = 86_400_000;

const nameOf = (liveId: string) => `official.${liveId}`;

/**
 * Remembered state of rooms' broadcasts, under a name per room: nodes that share the notes write none of others' rooms.
 */
class PushNotes {
	readonly #notes: Notes;
	/** Last write or read of each room. */
	readonly #turns = new Turns();

	constructor(notes: Notes) {
		this.#notes = notes;
	}

	/** Returns a room's broadcasts, without those that ended more than a day ago. @throws whatever `Notes` throws */
	read(liveId: string, now: number): Promise<BroadcastNote[]> {
		return this.#turns.take(async () => fresh(await this.#notes.get(nameOf(liveId)), now), liveId);
	}

	/**
	 * @param notes returns them when the write is due, so the newest are stored; none: nothing is kept.
	 * @throws whatever `Notes` throws
	 */
	write(liveId: string, notes: () => readonly BroadcastNote[] | undefined): Promise<void> {
		return this.#turns.take(async () => {
			const kept = notes();
			if (kept === undefined) return;
			if (kept.length > 0) await this.#notes.put(nameOf(liveId), kept);
			else await this.#notes.remove(nameOf(liveId));
		}, liveId);
	}

	/** Resolves once pending calls have ended. */
	async settled(): Promise<void> {
		await this.#turns.settled();
	}
}

function fresh(stored: unknown, now: number): BroadcastNote[] {
	const notes = Array.isArray(stored) ? (stored as BroadcastNote[]) : [];
	return notes.filter(({ endedAt }) => endedAt === undefined || now - endedAt < rememberMs);
}
