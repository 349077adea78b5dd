import { describe, expect, it } from "vitest";
import { connected, fetchState, firstRoom, started, until } from "./client.helpers.ts";
import type { Simulator } from "./simulator.ts";
import { isGiftMethod } from "./traffic/gift-totals.ts";

const ofSession = (session: string) => `ttwid=v; sessionid=${session}`;

/** A room that sends only what a test produces, and its clients. */
async function quiet(rooms = 1) {
	const { simulator, clock } = await started({ startTraffic: "manual", rooms });
	const room = firstRoom(simulator);
	const come = (session: string) => connected(simulator, { roomId: room.roomId, cookie: ofSession(session) });
	return { simulator, clock, room, come };
}

/** Waits until clients have read everything that was written to them. */
async function settled(...clients: { ping(): Promise<void> }[]): Promise<void> {
	for (const client of clients) await client.ping();
}

const gifts = (client: { messages: { method: string }[] }) =>
	client.messages.filter(({ method }) => isGiftMethod(method)).length;

describe("an identity", () => {
	it("with first gifts gets that many per connection", async () => {
		const { simulator, room, come } = await quiet();
		simulator.identities.set("meagre", { gifts: "first:2" });
		const [meagre, other] = [await come("meagre"), await come("other")];
		room.produce(300);
		await until("all", () => other.messages.length === 300);
		await settled(meagre);
		expect(gifts(other)).toBeGreaterThan(10);
		expect(gifts(meagre)).toBe(2);
		expect(meagre.messages.length).toBe(300 - gifts(other) + 2);
		const again = await come("meagre");
		room.produce(300);
		await settled(meagre, again);
		expect([gifts(meagre), gifts(again)]).toEqual([2, 2]);
	});

	it("without gifts gets everything else, from the next message", async () => {
		const { simulator, room, come } = await quiet();
		const client = await come("a");
		room.produce(200);
		await settled(client);
		const before = gifts(client);
		expect(before).toBeGreaterThan(0);
		simulator.identities.set("a", { gifts: "none" });
		room.produce(200);
		await settled(client);
		expect(gifts(client)).toBe(before);
		expect(client.messages.length).toBeGreaterThan(350);
		simulator.identities.reset("a");
		room.produce(200);
		await settled(client);
		expect(gifts(client)).toBeGreaterThan(before);
	});

	it("without messages gets none, by socket or by fetching", async () => {
		const { simulator, room, come } = await quiet();
		simulator.identities.set("mute", { messages: "none" });
		const client = await come("mute");
		room.produce(50);
		await settled(client);
		expect(client.messages).toEqual([]);
		expect((await fetchState(simulator, { roomId: room.roomId, cookie: ofSession("mute") })).ids).toEqual([]);
		expect(room.sentIds()).toEqual([]);
	});

	it("with a sample gets the same one each time", async () => {
		const { simulator, room, come } = await quiet();
		for (const session of ["a", "b"]) simulator.identities.set(session, { messages: "sampled:0.6" });
		const [a, twin, b] = [await come("a"), await come("a"), await come("b")];
		for (let i = 0; i < 20; i++) room.produce(500);
		await settled(a, twin, b);
		expect(twin.ids).toEqual(a.ids);
		expect(a.ids.length / 10_000).toBeCloseTo(0.6, 1.7);
		expect(b.ids.length / 10_000).toBeCloseTo(0.6, 1.7);
		expect(new Set([...a.ids, ...b.ids]).size / 10_000).toBeCloseTo(0.84, 1.7);
		expect(room.sentIds(0, "a")).toEqual(a.ids);
		expect(room.sentIds(0, "b")).toEqual(b.ids);
		expect(room.sentIds(0, "nobody")).toEqual([]);
	});

	it("receives the broadcast's end with any sample", async () => {
		const { simulator, room, come } = await quiet();
		simulator.identities.set("a", { messages: "sampled:0.001" });
		const client = await come("a");
		room.produce(50);
		room.end();
		await settled(client);
		expect(client.messages.map(({ method }) => method)).toEqual(["WebcastControlMessage"]);
	});

	it("follows the defaults, or its own rules", async () => {
		const { simulator } = await started({ startTraffic: "manual", identities: { gifts: "first:3" } });
		simulator.identities.set("b", { gifts: "first:1" });
		const room = firstRoom(simulator);
		const come = (session: string) => connected(simulator, { roomId: room.roomId, cookie: ofSession(session) });
		const [a, b] = [await come("a"), await come("b")];
		const anonymous = await connected(simulator, { roomId: room.roomId, cookie: "ttwid=v" });
		room.produce(300);
		await settled(a, b, anonymous);
		expect([gifts(a), gifts(b), gifts(anonymous)]).toEqual([3, 1, 0]);
		await expect(started({ identities: { messages: "few" as never } })).rejects.toMatchObject({ code: "bad_identity" });
	});

	it("without a login may receive gifts, or nothing at all", async () => {
		const { simulator, room } = await quiet();
		const client = await connected(simulator, { roomId: room.roomId, cookie: "ttwid=v" });
		room.produce(200);
		await settled(client);
		expect(gifts(client)).toBe(0);
		simulator.identities.set("anonymous", { gifts: "all" });
		room.produce(200);
		await settled(client);
		expect(gifts(client)).toBeGreaterThan(0);
		const { length } = client.messages;
		simulator.identities.set("anonymous", { messages: "none" });
		room.produce(200);
		await settled(client);
		expect(client.messages).toHaveLength(length);
	});

	it("gets its first gifts once per broadcast by fetching", async () => {
		const { simulator, room } = await quiet();
		simulator.identities.set("a", { gifts: "first:1" });
		const roomId = room.roomId;
		const { response } = await fetchState(simulator, { roomId, cookie: ofSession("a") });
		room.produce(150);
		const first = await fetchState(simulator, { roomId, cookie: ofSession("a"), cursor: response.cursor });
		room.produce(150);
		const next = await fetchState(simulator, { roomId, cookie: ofSession("a"), cursor: first.response.cursor });
		expect([gifts(first.response), gifts(next.response)]).toEqual([1, 0]);
		expect(next.ids.length).toBeGreaterThan(100);
	});
});

describe("risk control", () => {
	const come = (simulator: Simulator, n: number, session = "a") =>
		Promise.all(
			simulator.rooms.slice(0, n).map(({ roomId }) => connected(simulator, { roomId, cookie: ofSession(session) })),
		);
	const say = async (simulator: Simulator, clients: Awaited<ReturnType<typeof come>>) => {
		const before = clients.map(({ messages }) => messages.length);
		for (const room of simulator.rooms) room.produce(10);
		await settled(...clients);
		return clients.map(({ messages }, i) => messages.length - (before[i] ?? 0));
	};

	it("covers all rooms of an identity with too many rooms", async () => {
		const { simulator, clock } = await quiet(3);
		simulator.identities.set("a", { riskControl: { maxRooms: 2, forMs: 1000 } });
		const two = await come(simulator, 2);
		const other = await come(simulator, 3, "b");
		expect(await say(simulator, [...two, ...other])).toEqual([10, 10, 10, 10, 10]);
		const three = await come(simulator, 3);
		expect(await say(simulator, [...three, ...other])).toEqual([0, 0, 0, 10, 10, 10]);
		expect(simulator.identities.info("a")).toMatchObject({
			underRiskControlUntil: clock.now() + 1000,
			rooms: 3,
		});
		await clock.advance(1000);
		expect(await say(simulator, three)).toEqual([0, 0, 0]);
		three[2]?.socket.terminate();
		await until("it has gone", () => simulator.identities.info("a").rooms === 2);
		expect(await say(simulator, three.slice(0, 2))).toEqual([0, 0]);
		await clock.advance(1000);
		expect(await say(simulator, three.slice(0, 2))).toEqual([10, 10]);
		expect(simulator.identities.info("a").underRiskControlUntil).toBeUndefined();
	});

	it("begins and ends by itself", async () => {
		const { simulator, clock } = await quiet();
		simulator.identities.set("a", { riskControl: { everyMs: 1000, forMs: 500 } });
		const clients = await come(simulator, 1);
		const seen: (number | undefined)[] = [];
		for (let i = 0; i < 7; i++) {
			seen.push((await say(simulator, clients))[0]);
			await clock.advance(500);
		}
		expect(seen).toEqual([10, 10, 0, 10, 10, 0, 10]);
	});

	it("can be set and removed", async () => {
		const { simulator, clock } = await quiet();
		const clients = await come(simulator, 1);
		simulator.identities.burn("a", 60_000);
		expect(await say(simulator, clients)).toEqual([0]);
		await clock.advance(1000);
		simulator.identities.burn("a", 0);
		expect(await say(simulator, clients)).toEqual([10]);
	});

	it.each([
		[{ gifts: "first:x" as never }, /gifts/],
		[{ gifts: "first:-1" as never }, /gifts/],
		[{ messages: "sampled:1.5" as never }, /messages/],
		[{ messages: "some" as never }, /messages/],
		[{ riskControl: { forMs: 1 } }, /max_rooms/],
	])("rejects invalid rules: %j", async (rules, message) => {
		const { simulator } = await started();
		expect(() => simulator.identities.set("a", rules)).toThrow(message);
	});
});

describe("the truth of a room", () => {
	it("reports the gifts, and those written to each identity", async () => {
		const { simulator, room, come } = await quiet();
		simulator.identities.set("meagre", { gifts: "first:1" });
		simulator.identities.set("half", { messages: "sampled:0.5" });
		const clients = await Promise.all(["all", "meagre", "half"].map(come));
		room.produce(2000);
		await settled(...clients);
		const truth = room.truth();
		const of = (identity: string) => truth?.identities.find((one) => one.identity === identity);
		expect(truth?.diamonds).toBeGreaterThan(1000);
		expect(truth?.tickets).toBe((truth?.diamonds ?? 0) * 10);
		expect(truth?.contributors.reduce((sum, { diamonds }) => sum + diamonds, 0)).toBe(truth?.diamonds);
		expect(of("all")).toMatchObject({ messages: 2000, diamonds: truth?.diamonds });
		expect(of("meagre")).toMatchObject({ giftMessages: 1 });
		expect(of("half")?.messages).toBe(clients[2]?.messages.length);
		// A later step of a streak reports those that were left out.
		expect(of("half")?.diamonds).toBeGreaterThan(0);
		expect(of("half")?.diamonds).toBeLessThan(truth?.diamonds ?? 0);
	});

	it("separates withheld gifts from those before the connection", async () => {
		const { simulator, clock, room, come } = await quiet();
		for (const session of ["none", "nothing"]) simulator.identities.set(session, { gifts: "none" });
		simulator.identities.set("nothing", { messages: "none" });
		room.produce(500);
		await clock.advance(1000);
		const before = room.truth()?.diamonds ?? 0;
		const cameAt = clock.now();
		const clients = [await come("all"), await come("none"), await come("nothing")];
		room.produce(1000);
		await settled(...clients);
		const given = room.truth()?.diamonds ?? 0;
		expect(before).toBeGreaterThan(0);
		expect(room.giftWorth("nobody")).toEqual({ given, shown: 0, withheld: 0, unreported: 0, unarrived: 0 });
		expect(room.giftWorth("all", { between: [0, cameAt - 1] })).toMatchObject({ given: before, withheld: 0 });
		// The first step that it receives also reports the streak's earlier steps.
		expect(room.giftWorth("all", { between: [cameAt - 1, Infinity] }).shown).toBe(given - before);
		const [cameAfter, last] = [room.generatedIds()[499], room.generatedIds().at(-1)];
		expect(room.giftWorth("all", { messages: [undefined, cameAfter] })).toMatchObject({ given: before, withheld: 0 });
		expect(room.giftWorth("all", { messages: [cameAfter, last] })).toEqual(
			room.giftWorth("all", { between: [cameAt - 1, Infinity] }),
		);
		const none = () => false;
		expect(room.giftWorth("all", { arrived: none })).toMatchObject({ shown: 0, unarrived: given - before });
		expect(room.giftWorth("all")).toMatchObject({ given, withheld: 0 });
		expect(room.giftWorth("all").shown).toBeGreaterThanOrEqual(given - before);
		for (const session of ["none", "nothing"]) {
			const [withheld, unreported] = [given - before, given - before];
			expect(room.giftWorth(session)).toEqual({ given, shown: 0, withheld, unreported, unarrived: 0 });
		}
	});

	it("belongs to one broadcast, even after the next has begun", async () => {
		const { room, come } = await quiet();
		const before = room.roomId;
		await come("a");
		room.produce(200);
		const given = room.truth()?.diamonds;
		room.end();
		room.begin();
		expect(room.truth()).toMatchObject({ diamonds: 0, identities: [] });
		expect(room.truth(before)).toMatchObject({ diamonds: given, identities: [{ identity: "a", messages: 201 }] });
		expect(room.truth("1")).toBeUndefined();
	});
});
