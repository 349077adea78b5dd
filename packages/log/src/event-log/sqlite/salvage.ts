import Database from "better-sqlite3";
import type { Db } from "../../database/index.ts";
import { type Entry, placed } from "../../storage/index.ts";
import { floorAbove } from "../floor.ts";
import { readableRows } from "./repair.ts";
import { insertJump } from "./room-blocks.ts";
import { RoomEnds, Rooms, selectRooms, soundRooms } from "./rooms.ts";

/** Known properties of the log that a new one follows. */
export interface Lost {
	/** Start of its numbers. */
	seqBase: number;
	/** When it was last written, ms since the epoch. */
	at: number;
	/** Rooms that it may have known. */
	kept: readonly string[];
	/** Path of its database, if there still is one. */
	setAside: string | undefined;
}

/**
 * Lets a log continue whose end is in doubt. Each room's next event gets a number above the floor, with a jump behind
 * its newest event. Rooms that the log does not know, and that may have been assigned numbers, begin there as well.
 * @param known facts from beside the log.
 * @param now ms since the epoch
 */
export function continueAbove(db: Db, known: { floor: number; kept: readonly string[] }, now: number): void {
	const jump = insertJump(db);
	const rooms = new Rooms(db);
	const before = db.prepare<[], number>("SELECT seq_base FROM log").pluck();
	db.transaction(() => {
		const floor = Math.max(known.floor, before.get() ?? 0);
		const newest = rooms.all().reduce((max, { lastSeq }) => Math.max(max, lastSeq), 0);
		const base = floorAbove({ lastSeq: newest, floor }, now);
		let skipped = 0;
		for (const room of rooms.all()) {
			skipped += base - room.lastSeq;
			const { roomNo, lastSeq, newestAt } = room;
			if (room.oldestAt !== null) {
				jump(roomNo, { from: lastSeq + 1, to: base }, newestAt);
				rooms.change(room, { lastSeq: base });
			} else rooms.change(room, { lastSeq: base, oldestSeq: base + 1, compactSeq: base });
		}
		for (const liveId of known.kept) {
			if (rooms.find(liveId)) continue;
			rooms.create(liveId, base);
			skipped += base;
		}
		db.prepare("UPDATE log SET seq_base = ?, skipped = skipped + ?").run(base, skipped);
	}).immediate();
}

/**
 * Lets a new log follow one that is lost: takes over its rooms, and the cursors that can still be read. It continues
 * above every `seq` that the old one can have assigned.
 */
export function followLost(db: Db, lost: Lost, now: number): void {
	const known = reading(lost.setAside, (old) => {
		const ends = new RoomEnds(old);
		return soundRooms(readableRows<object>(old, selectRooms, ["room_no"])).map((room) => ends.readable(room));
	});
	const lastSeq = known.reduce((max, { lastSeq: seq }) => Math.max(max, seq), 0);
	const base = floorAbove({ lastSeq, floor: lost.seqBase }, now);
	const at = Math.min(now, lost.at);
	const rooms = new Rooms(db);
	db.transaction(() => {
		db.prepare("UPDATE log SET seq_base = ?").run(base);
		for (const { liveId, newestAt, roomId, cursor, internalExt, repeats } of known) {
			const room = rooms.find(liveId) ?? rooms.create(liveId, base);
			rooms.change(room, { newestAt: Math.min(now, newestAt), roomId, cursor, internalExt, repeats });
		}
		for (const liveId of lost.kept) {
			if (!rooms.find(liveId)) rooms.change(rooms.create(liveId, base), { newestAt: at });
		}
		db.prepare("UPDATE log SET skipped = ?").run(rooms.all().length * base);
	}).immediate();
}

/** Returns the entries of a damaged registry that can still be read. */
export function readableSettings(path: string): Entry[] {
	const select = "SELECT revision, key, value FROM key_values";
	return reading(path, (old) => readableRows<Entry>(old, select, ["revision"])).filter(isReadable);
}

/** A single unreadable entry would take the others with it. */
function isReadable(entry: Entry): boolean {
	try {
		return typeof entry.key === "string" && placed<object>(entry).place > 0;
	} catch {
		return false;
	}
}

/** Returns nothing if the file can't be opened at all. */
function reading<Row>(path: string | undefined, read: (old: Db) => Row[]): Row[] {
	if (path === undefined) return [];
	let old: Db | undefined;
	try {
		old = new Database(path, { readonly: true, fileMustExist: true });
		return read(old);
	} catch {
		return [];
	} finally {
		old?.close();
	}
}
