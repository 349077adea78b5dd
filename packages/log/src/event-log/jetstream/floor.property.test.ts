import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch } from "../encoded-event.ts";
import { chats } from "../events.helpers.ts";
import type { LogMessage } from "./message.ts";
import { Fenced, type RoomSubject, WrongSequence } from "./room-subject.ts";
import { RoomWriter } from "./room-writer.ts";

/** One room's messages as the servers keep them, which can lose acknowledged ones. */
class Servers {
	messages: LogMessage[] = [];
	run = 0;
	known = false;
	#sequence = 0;
	/** Number of messages on the disks. */
	#synced = 0;

	readonly subject: RoomSubject = {
		newest: async () => this.messages.at(-1),
		firstFrom: async (from) => this.messages.find(({ sequence }) => sequence >= from),
		at: async (asked) => this.messages.find(({ sequence }) => sequence === asked),
		range: (from, end) => this.#range(from, end),
		append: async ({ head, cursor, body }, expected) => {
			const last = this.messages.at(-1);
			if ((last?.sequence ?? 0) !== expected) throw new WrongSequence();
			// A claim behind a release is on the disks before anything else, because otherwise no node could know of it.
			if (last?.head.released) this.#synced = this.messages.length + 1;
			this.messages.push({ sequence: ++this.#sequence, before: expected, head: { ...head }, cursor, body });
			return this.#sequence;
		},
	};

	/** Stops most of the servers together. @param lost messages that had not reached their disks */
	stop(lost: number): void {
		this.run++;
		this.messages = this.messages.slice(0, Math.max(this.#synced, this.messages.length - lost));
	}

	purge(): void {
		this.messages = [];
		this.#synced = 0;
	}

	async *#range(from: number, end: number) {
		yield* this.messages.filter(({ sequence }) => sequence >= from && sequence <= end);
	}
}

const node = fc.nat(1);
const steps = fc.array(
	fc.oneof(
		{
			weight: 6,
			arbitrary: fc.record({ do: fc.constant("say" as const), node, count: fc.integer({ min: 1, max: 4 }) }),
		},
		{
			weight: 1,
			arbitrary: fc.record({ do: fc.constantFrom("kill" as const, "release" as const, "stamp" as const), node }),
		},
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const), lost: fc.nat(5) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const) }) },
	),
	{ maxLength: 40, size: "max" },
);

test("reuses no number and jumps only at unproven ends", async () => {
	await fc.assert(
		fc.asyncProperty(steps, async (all) => {
			const servers = new Servers();
			const clock = new ManualClock(1.7e12);
			let runs = 0;
			const start = () => {
				let known = `${servers.run}`;
				const owner = `run-${++runs}`;
				return new RoomWriter({
					...{ liveId: "room", subject: servers.subject, clock, maxChars: 1e6, knownEvents: 50 },
					claimant: () => ({ owner, view: 0 }),
					onFirst: async () => {
						servers.known = true;
					},
					run: () => known,
					evidence: {
						run: async () => {
							known = `${servers.run}`;
							return known;
						},
						unseen: async () => (servers.known ? "lost" : "new"),
						...{ given: 0, doubtMs: 0, clock: new ManualClock() },
					},
				});
			};
			const nodes = [start(), start()];
			const given = new Map<number, string>();
			let said = 0;
			let mayJump = false;
			for (const step of all) {
				const writer = "node" in step ? (nodes[step.node] as RoomWriter) : undefined;
				try {
					if (step.do === "say") {
						// A node that has lost the room is notified. A node that is not, and whose successor's claim is lost in a
						// cut, is beyond what can be shown: docs/cluster.md.
						await nodes[1 - step.node]?.release().catch(() => undefined);
						const events = chats(said + 1, said + step.count);
						said += step.count;
						const [stored] = (await writer?.commit([encodeBatch({ liveId: "room", events })])) ?? [];
						for (const { seq, json } of stored?.events ?? []) {
							const { id } = JSON.parse(json) as { id: string };
							expect(given.get(seq) ?? id).toBe(id);
							if (!mayJump && given.size > 0) expect(given.has(seq - 1)).toBe(true);
							given.set(seq, id);
						}
					} else if (step.do === "kill") nodes[step.node] = start();
					else if (step.do === "release") await writer?.release();
					else if (step.do === "stamp") await writer?.stamp();
					else {
						mayJump = true;
						// Time for which an end is in doubt before it counts as lost.
						clock.set(10_000);
						if (step.do === "stop") servers.stop(step.lost);
						else servers.purge();
					}
				} catch (error) {
					if (!(error instanceof Fenced || error instanceof WrongSequence)) throw error;
				}
			}
		}),
		{ numRuns: 300 },
	);
});
