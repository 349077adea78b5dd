import type { Cursor, LiveEventType, MessageIds } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, vi } from "vitest";
import type { StoreUnderTest } from "./conformance.helpers.ts";
import type { EventLog } from "./event-log.ts";
import { chat, gift } from "./events.helpers.ts";

interface ModelRoom {
	/** All events ever appended; `seq` is index + 1. */
	events: (MessageIds & { type: LiveEventType; at: number; storedAt: number })[];
	/** Number of the oldest events deleted by retention. */
	gone: number;
	/** Events up to here are no longer recognised as repeats: those before the window, and those gone at a restart. */
	forgotten: number;
	/** Whether the log was reopened since the last append to the room. */
	reopened: boolean;
	cursor: Cursor | undefined;
}

interface Real {
	log: EventLog;
	store: StoreUnderTest;
	clock: ManualClock;
}

const maxAgeMs = 30_000;
const knownEvents = 20;
/** Ages are multiples of this plus a few ms, so no event is near `maxAgeMs` by chance. */
const ageStepMs = 20_000;

type Command = fc.AsyncCommand<Map<string, ModelRoom>, Real>;

const roomsOf = fc.constantFrom("a", "b", "c");
/** A message comes under one of its ids, under both, or together with a different one. */
const ids = (n: number) => [
	{},
	{ id: `e${n}` },
	{ envelopeId: `e${n}` },
	{ envelopeId: "8" },
	{ id: "8", envelopeId: `e${n}` },
];
const eventOf = fc
	.tuple(fc.nat(60), fc.boolean(), fc.nat(4))
	.map(([n, isGift, way]) => (isGift ? gift(n, n, ids(n)[way]) : chat(n, ids(n)[way])));

function isSame(one: MessageIds & { at: number }, other: MessageIds & { at: number }): boolean {
	if (one.method !== other.method || one.at !== other.at) return false;
	const known = [other.id, other.envelopeId];
	return known.includes(one.id) || (one.envelopeId !== undefined && known.includes(one.envelopeId));
}

function modelRoom(model: Map<string, ModelRoom>, liveId: string): ModelRoom {
	const room = model.get(liveId) ?? { events: [], gone: 0, forgotten: 0, reopened: false, cursor: undefined };
	model.set(liveId, room);
	return room;
}

const append = fc
	.record({
		liveId: roomsOf,
		events: fc.array(eventOf, { maxLength: 12 }),
		n: fc.option(fc.nat()),
		flush: fc.boolean(),
	})
	.map(
		({ liveId, events, n, flush }): Command => ({
			check: () => true,
			toString: () => `append(${liveId}, [${events.map(({ id }) => id.slice(-3))}], ${n}, ${flush})`,
			async run(model, { log, clock }) {
				const cursor = n === null ? undefined : { roomId: "r", cursor: String(n), internalExt: "x" };
				expect(log.append({ liveId, events, cursor })).toBe(true);
				const room = modelRoom(model, liveId);
				// The log has loaded its state of a room by the first append.
				if (room.reopened) room.forgotten = Math.max(room.forgotten, room.gone);
				room.reopened = false;
				for (const event of events) {
					room.forgotten = Math.max(room.forgotten, room.events.length - knownEvents);
					if (room.events.slice(room.forgotten).some((known) => isSame(known, event))) continue;
					room.events.push({ ...event, storedAt: clock.now() });
				}
				room.cursor = cursor ?? room.cursor;
				if (flush) await flushed(log, clock);
			},
		}),
	);

const read = fc
	.record({
		liveId: roomsOf,
		after: fc.nat(80),
		limit: fc.integer({ min: 1, max: 30 }),
		types: fc.option(fc.subarray(["chat", "gift", "like"] as const, { minLength: 1 }), { nil: undefined }),
	})
	.map(
		({ liveId, after, limit, types }): Command => ({
			check: () => true,
			toString: () => `read(${liveId}, ${after}, ${limit}, ${types})`,
			async run(model, { log, clock }) {
				await flushed(log, clock);
				const { events, gone } = model.get(liveId) ?? { events: [], gone: 0 };
				const from = Math.max(gone, after > events.length ? 0 : after);
				const expected = events
					.map((event, index) => ({ ...event, seq: index + 1 }))
					.filter(({ seq, type }) => seq > from && (!types || (types as readonly string[]).includes(type)))
					.slice(0, limit);
				const page = await log.read(liveId, { after, limit, types });
				expect(page.events.map(({ seq, type, at }) => ({ seq, type, at }))).toEqual(
					expected.map(({ seq, type, at }) => ({ seq, type, at })),
				);
				for (const [index, { json, seq }] of page.events.entries()) {
					expect(JSON.parse(json)).toMatchObject({ seq, id: expected[index]?.id });
				}
				expect(page.lastSeq).toBe(events.length);
				const reason = after > events.length ? "reset" : after < gone ? "retention" : undefined;
				expect(page.truncated?.reason).toBe(reason);
				expect(page.oldestSeq).toBe(gone + 1);
				expect(await log.cursor(liveId)).toEqual(model.get(liveId)?.cursor);
			},
		}),
	);

const summarise = roomsOf.map(
	(liveId): Command => ({
		check: () => true,
		toString: () => `broadcasts(${liveId})`,
		async run(model, { log, clock }) {
			await flushed(log, clock);
			const events = model.get(liveId)?.events ?? [];
			const messages: Record<string, number> = {};
			for (const { type } of events) messages[type] = (messages[type] ?? 0) + 1;
			const expected = events.length === 0 ? [] : [{ messages, firstSeq: 1, lastSeq: events.length }];
			expect(await log.broadcasts(liveId)).toMatchObject(expected);
		},
	}),
);

/** Advances time. Events that are too old must be deleted, and no others. */
const age: fc.Arbitrary<Command> = fc.constantFrom(1, 2).map(
	(steps): Command => ({
		check: () => true,
		toString: () => `age(${steps})`,
		async run(model, { log, clock }) {
			await flushed(log, clock);
			await clock.advance(steps * ageStepMs);
			const tooOld = clock.now() - maxAgeMs;
			for (const [liveId, room] of model) {
				room.gone = room.events.filter(({ storedAt }) => storedAt < tooOld).length;
				await vi.waitUntil(
					async () => {
						await clock.advance(25);
						return (await log.read(liveId, { limit: 1 })).oldestSeq === room.gone + 1;
					},
					{ interval: 1 },
				);
			}
		},
	}),
);

const reopen: fc.Arbitrary<Command> = fc.boolean().map(
	(flush): Command => ({
		check: () => true,
		toString: () => `reopen(${flush})`,
		async run(model, real) {
			for (const room of model.values()) room.reopened = true;
			if (flush) await flushed(real.log, real.clock);
			await real.log.close();
			real.log = await real.store.open({ clock: real.clock, retention: { maxAgeMs }, knownEvents });
		},
	}),
);

async function flushed(log: EventLog, clock: ManualClock): Promise<void> {
	const done = log.flush();
	await clock.advance(2);
	await done;
}

/**
 * Checks a store against the model. Each run has rooms of its own, so one store serves all. Leaves the last log open.
 */
export async function checkAgainstModel(store: StoreUnderTest): Promise<void> {
	let run = 0;
	const clock = new ManualClock();
	const real: Real = { store, clock, log: await store.open({ clock, retention: { maxAgeMs }, knownEvents }) };
	const commands = fc.commands([append, append, append, read, read, summarise, age, reopen], { maxCommands: 60 });
	await fc.assert(
		fc.asyncProperty(commands, async (given) => {
			run++;
			await fc.asyncModelRun(() => ({ model: new Map(), real: namespaced(real, `${run}-`) }), given);
		}),
		{ numRuns: 12, endOnFailure: true },
	);
}

/** Returns the same log with all live ids prefixed. */
function namespaced(real: Real, prefix: string): Real {
	const view = {
		append: (batch: Parameters<EventLog["append"]>[0]) => real.log.append({ ...batch, liveId: prefix + batch.liveId }),
		flush: () => real.log.flush(),
		read: (liveId: string, query: Parameters<EventLog["read"]>[1]) => real.log.read(prefix + liveId, query),
		cursor: (liveId: string) => real.log.cursor(prefix + liveId),
		broadcasts: (liveId: string) => real.log.broadcasts(prefix + liveId),
		close: () => real.log.close(),
	} as EventLog;
	return {
		store: real.store,
		clock: real.clock,
		get log() {
			return view;
		},
		set log(opened) {
			real.log = opened;
		},
	};
}
