import { systemClock } from "@livekeeper/douyin";
import { jetstreamManager } from "@nats-io/jetstream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { beginning } from "./claim.ts";
import { type Connected, connectNats } from "./connect.ts";
import type { Head } from "./message.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";

const head: Head = {
	...{ ...beginning, kind: "batch", n: 0, count: 0 },
	...{ at: 0, skew: 0, ahead: 0, own: false, ownBefore: 0 },
};

describe.skipIf(!hasNats)("messages of a room in NATS", () => {
	let nats: NatsServers;
	let connected: Connected;
	/** Sequence of each message of the room. */
	const sequences: number[] = [];

	beforeAll(async () => {
		nats = await startNatsServers(1);
		const options = { servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" };
		connected = await connectNats({ ...options, replicas: 1, partitions: 1 });
		// Larger than one fetch, with messages of another room in between.
		const body = new Uint8Array(300_000).fill(120);
		for (let n = 0; n < 30; n++) {
			for (const liveId of ["a", "b"]) {
				const room = connected.streams.room(liveId);
				const expected = (await room.newest())?.sequence ?? 0;
				const message = { id: `${liveId}${n}`, head: { ...head, n }, cursor: undefined, body };
				const sequence = await room.append(message, expected);
				if (liveId === "a") sequences.push(sequence);
			}
		}
	});
	afterAll(async () => {
		await connected.nc.close();
		await nats.stop();
	});

	async function range(from: number, end: number, max = Number.POSITIVE_INFINITY) {
		const found: { sequence: number; n: number; bytes: number }[] = [];
		for await (const { sequence, head, body } of connected.streams.messages("a").range(from, end)) {
			found.push({ sequence, n: head.n, bytes: body.length });
			if (found.length === max) break;
		}
		return found;
	}

	test.each([
		["all", 0, 29],
		["few", 3, 9],
		["from the middle", 10, 29],
		["up to one read by a consumer", 0, 20],
		["one", 12, 12],
	])("reads %s of a range in order, without other rooms", async (_, first, last) => {
		const expected = sequences
			.slice(first, last + 1)
			.map((sequence, index) => ({ sequence, n: first + index, bytes: 300_000 }));
		expect(await range(sequences[first] ?? 0, sequences[last] ?? 0)).toEqual(expected);
	});

	test("reads the whole log for a range beyond it", async () => {
		expect((await range(1, Number.POSITIVE_INFINITY)).map(({ sequence }) => sequence)).toEqual(sequences);
	});

	test("leaves no consumer behind, even if reading is aborted", async () => {
		expect(await range(1, Number.POSITIVE_INFINITY, 15)).toHaveLength(15);
		const jsm = await jetstreamManager(connected.nc);
		await vi.waitFor(async () => {
			expect(await jsm.consumers.list(connected.streams.names.stream(0)).next()).toEqual([]);
		});
	});

	test("reads a long range through one consumer and many fetches", async () => {
		const room = connected.streams.room("long");
		let expected = 0;
		for (let n = 0; n < 500; n++) {
			const message = { id: `long${n}`, head: { ...head, n }, cursor: undefined, body: new Uint8Array(1) };
			expected = await room.append(message, expected);
		}
		const request = vi.spyOn(connected.nc, "request");
		try {
			let next = 0;
			for await (const { head } of room.range(1, expected)) expect(head.n).toBe(next++);
			expect(next).toBe(500);
			const created = request.mock.calls.filter(([subject]) => subject.includes("CONSUMER.CREATE."));
			expect(created).toHaveLength(1);
		} finally {
			request.mockRestore();
		}
	});

	test("reads messages one by one if consumers can't be created", async () => {
		const { nc } = connected;
		const request = vi.spyOn(nc, "request").mockImplementation(function (this: typeof nc, subject, ...rest) {
			if (subject.includes("CONSUMER.")) return Promise.reject(new Error("no leader"));
			return Object.getPrototypeOf(nc).request.call(nc, subject, ...rest);
		});
		try {
			expect((await range(1, Number.POSITIVE_INFINITY)).map(({ sequence }) => sequence)).toEqual(sequences);
			const asked = () => request.mock.calls.filter(([subject]) => subject.includes("CONSUMER.")).length;
			expect(asked()).toBe(1);
			// The next reader is not delayed.
			expect(await range(1, Number.POSITIVE_INFINITY)).toHaveLength(sequences.length);
			expect(asked()).toBe(1);
		} finally {
			request.mockRestore();
		}
	});
});
