import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connected, fetchState, firstRoom, started, until } from "../client.helpers.ts";

describe("a cursor", () => {
	it("resumes exactly at the next message after any cut", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ there: fc.nat(25), away: fc.nat(60) }), { minLength: 1, maxLength: 4 }),
				fc.constantFrom("sessionid=x", "ttwid=x"),
				async (visits, cookie) => {
					const { simulator } = await started({ startTraffic: "manual" });
					const room = firstRoom(simulator);
					const { roomId } = room;
					const received: string[] = [];
					let cursor = (await fetchState(simulator, { roomId, cookie })).response.cursor;
					for (const { there, away } of visits) {
						const client = await connected(simulator, { roomId, cookie, cursor });
						for (let i = 0; i < there; i++) room.produce(1);
						// The pong comes after everything that was sent before it.
						client.socket.ping();
						await new Promise((resolve) => client.socket.once("pong", resolve));
						received.push(...client.ids);
						cursor = client.cursor || cursor;
						client.socket.terminate();
						await until("it is gone", () => simulator.connections().length === 0);
						room.produce(away);
					}
					const rest = await fetchState(simulator, { roomId, cookie, cursor });
					received.push(...rest.ids);
					expect(received).toEqual(room.sentIds());
					if (cookie === "sessionid=x") expect(received).toEqual(room.generatedIds());
					await simulator.close();
				},
			),
			{ numRuns: 25 },
		);
	});

	it("catches up a long absence in bounded frames", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const room = firstRoom(simulator);
		const { cursor } = (await fetchState(simulator, { roomId: room.roomId })).response;
		room.produce(1230);
		const client = await connected(simulator, { roomId: room.roomId, cursor });
		await until("everything", () => client.messages.length === 1230);
		expect(client.frames.length).toBe(Math.ceil(1230 / 50));
		expect(client.ids).toEqual(room.generatedIds());
	});

	it("starts at live if it is too old", async () => {
		const { simulator } = await started({ startTraffic: "manual", historySize: 100 });
		const room = firstRoom(simulator);
		const { cursor } = (await fetchState(simulator, { roomId: room.roomId })).response;
		room.produce(100);
		const atTheEdge = await connected(simulator, { roomId: room.roomId, cursor });
		await until("everything", () => atTheEdge.messages.length === 100);
		room.produce(1);
		const tooLate = await connected(simulator, { roomId: room.roomId, cursor });
		expect(simulator.connections().map((info) => info.resumed)).toEqual([true, false]);
		room.produce(2);
		await until("what is live", () => tooLate.messages.length === 2);
		expect(tooLate.ids).toEqual(room.generatedIds().slice(-2));
	});

	it("starts at live if invented or from another room", async () => {
		const { simulator } = await started({ rooms: 2, startTraffic: "manual" });
		const [one, two] = simulator.rooms;
		one?.produce(3);
		two?.produce(3);
		const other = (await fetchState(simulator, { roomId: two?.roomId ?? "" })).response.cursor;
		for (const cursor of [other, "d-1_u-1_fh-7300000000000000001_t-1_r-1", "x".repeat(500)]) {
			const client = await connected(simulator, { roomId: one?.roomId ?? "", cursor });
			one?.produce(1);
			await until("the live one", () => client.messages.length === 1);
			expect(client.ids).toEqual(one?.generatedIds().slice(-1));
		}
	});
});

describe("im/fetch", () => {
	it("answers with the newest 15, or with newer messages", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(40);
		const first = await fetchState(simulator, { roomId: room.roomId });
		expect(first.ids).toEqual(room.generatedIds().slice(-15));
		const base = `ws://127.0.0.1:${simulator.port}`;
		expect(first.response).toMatchObject({ pushServer: base, pushServerV2: base, heartbeatDuration: 15 });
		expect(first.response.fetchInterval).toBe(1000);
		expect(first.response.internalExt).toContain(room.roomId);
		room.produce(7);
		const next = await fetchState(simulator, { roomId: room.roomId, cursor: first.response.cursor });
		expect(next.ids).toEqual(room.generatedIds().slice(-7));
		const none = await fetchState(simulator, { roomId: room.roomId, cursor: next.response.cursor });
		expect(none.ids).toEqual([]);
		expect(room.sentIds()).toEqual(room.generatedIds().slice(-22));
	});

	it("gives an anonymous session 15 messages that it may see", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(200);
		// A gift among the newest, which must be left out.
		room.push("WebcastGiftMessage", Uint8Array.of());
		const { response, ids } = await fetchState(simulator, { roomId: room.roomId, cookie: "ttwid=x" });
		expect(response.messages).toHaveLength(15);
		expect(room.sentIds()).toEqual(ids);
		const newest = room.generatedIds();
		expect(newest.length - newest.indexOf(ids[0] ?? "")).toBeGreaterThan(15);
		expect(response.messages.some((message) => message.method === "WebcastGiftMessage")).toBe(false);
	});

	it.each([
		["without a cookie", { cookie: "x=y" }, /ttwid/],
		["with a wrong parameter", { query: { aid: "1" } }, /aid/],
		["without a visitor", { query: { user_unique_id: "" } }, /user_unique_id/],
		["for an unknown broadcast", { query: { room_id: "7" } }, /no broadcast/],
	])("answers with nothing %s, and the reason in a header", async (_case, change, why) => {
		const { simulator } = await started();
		const answer = await fetchState(simulator, { roomId: firstRoom(simulator).roomId, ...change });
		expect([answer.status, answer.bytes]).toEqual([200, 0]);
		expect(answer.why).toMatch(why);
	});

	it.each([
		["none", ""],
		["host", /^127\.0\.0\.1:\d+$/],
	] as const)("can name the push server as %s", async (pushServer, expected) => {
		const { simulator } = await started({ pushServer });
		const { response } = await fetchState(simulator, { roomId: firstRoom(simulator).roomId });
		if (expected === "") expect([response.pushServer, response.pushServerV2]).toEqual(["", ""]);
		else expect(response.pushServerV2).toMatch(expected);
	});
});
