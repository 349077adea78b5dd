import type { ComparedConnection, ComparedConnections, Room } from "@livekeeper/client";
import { afterEach, expect, test } from "vitest";
import { RoomReader } from "./kit/redundant-room.ts";
import { Rig } from "./kit/rig.ts";

const room = "1001";

let rig: Rig;
afterEach(() => rig.stop());

/** A busy machine answers late on an accelerated clock. */
const patient = { request_timeout_ms: 120_000, handshake_timeout_ms: 120_000 };

/** Starts a room with one connection per share, each with an identity that is shown that share. */
async function begin(shares: readonly number[], rate = 50): Promise<RoomReader> {
	rig = await Rig.start({ speed: 10, start: [], loggedIn: false, simulator: { rooms: 1, rate }, config: patient });
	const reader = new RoomReader(rig, room);
	for (const [i, share] of shares.entries()) {
		rig.simulator.identities.set(`made-up-${i}`, { messages: share === 1 ? "all" : `sampled:${share}` });
		await rig.request("PUT", `/api/v1/identities/id-${i}`, { cookie: `sessionid=made-up-${i}` });
	}
	const [identity, ...sessions] = shares.map((_, i) => ({ identity: `id-${i}` }));
	await reader.put({ ...identity, redundancy: shares.length, sessions });
	await rig.untilStatus(room, "on all its connections", ({ connections }) => {
		const all = reader.connections(connections);
		return all.length === shares.length && all.every(({ state, synced }) => state === "connected" && synced);
	});
	return reader;
}

/** Returns what the connections contribute, together and individually. */
function comparedIn({ compared, connections }: Room): { all: ComparedConnections; each: ComparedConnection[] } {
	const each = (connections ?? []).map((one) => one.compared ?? expect.fail("a connection is not compared"));
	return { all: compared ?? expect.fail("nothing is compared"), each };
}

/** Resolves once this many messages have been compared. */
async function compared(messages: number) {
	return comparedIn(
		await rig.untilStatus(
			room,
			`compared over ${messages} messages`,
			(now) => (now.compared?.messages ?? 0) >= messages,
		),
	);
}

/** Returns the actual shares according to the simulator, of everything sent since all were connected. */
function truth(sessions: number): { union: number; each: number[]; only: number[] } {
	const record = rig.simulator.room(room);
	if (!record) throw new Error("The room is gone.");
	const shown = Array.from({ length: sessions }, (_, i) => new Set(record.sentIds(0, `made-up-${i}`)));
	const said = record.generatedIds();
	const begun = Math.max(...shown.map((ids) => said.findIndex((id) => ids.has(id))));
	const since = said.slice(begun);
	const by = since.map((id) => shown.filter((ids) => ids.has(id)).length);
	const union = by.filter((count) => count > 0).length;
	return {
		union: union / since.length,
		each: shown.map((ids) => since.filter((id) => ids.has(id)).length / since.length),
		only: shown.map((ids) => since.filter((id, n) => by[n] === 1 && ids.has(id)).length / union),
	};
}

test("estimates what two identities with six tenths each are shown", async () => {
	await begin([0.6, 0.6]);
	const { all, each } = await compared(3_000);
	const { union, each: shown, only } = truth(2);
	expect(union).toBeCloseTo(0.84, 1);
	expect(Math.abs((all.message_coverage ?? 0) - union)).toBeLessThan(0.04);
	for (const [i, { message_coverage: coverage, message_gain: gain }] of each.entries()) {
		expect(Math.abs((coverage ?? 0) - (shown[i] ?? 0))).toBeLessThan(0.04);
		expect(Math.abs((gain ?? 0) - (only[i] ?? 0))).toBeLessThan(0.04);
	}
	// The worth of gifts follows as well, once the room's own totals are known.
	const later = await rig.untilStatus(room, "judged by the room's totals", (now) => {
		return now.compared?.diamonds_by === "totals";
	});
	const { all: worth, each: ones } = comparedIn(later);
	for (const one of ones) {
		const ofAll = one.diamonds / worth.diamonds;
		expect(one.diamond_coverage ?? 0).toBeCloseTo(ofAll * (worth.diamond_coverage ?? 0), 3);
	}
});

test("shows that a third connection adds little", async () => {
	const reader = await begin([0.9, 0.9, 0.4]);
	const { all, each } = await compared(2_000);
	const { union, only } = truth(3);
	expect(Math.abs((all.message_coverage ?? 0) - union)).toBeLessThan(0.04);
	expect(Math.abs((each[2]?.message_gain ?? 1) - (only[2] ?? 0))).toBeLessThan(0.006);
	expect(each[2]?.message_gain ?? 1).toBeLessThan(0.014);
	const ids = await reader.ids();
	expect(new Set(ids).size).toBe(ids.length);
	await reader.put({ redundancy: 1 });
	await rig.untilStatus(room, "on one connection", (now) => now["connections"] === null && now["compared"] === null);
});

/** Returns the API's view of an identity. */
async function identity(name: string) {
	const { body } = await rig.request("GET", `/api/v1/identities/${name}`);
	return body["identity"] as {
		state: string;
		state_evidence: string[];
		advice: string[];
		rest: { until: number } | null;
	};
}

test("rests a burning identity, until the user retries it", async () => {
	rig = await Rig.start({
		speed: 20,
		start: [],
		loggedIn: false,
		simulator: { rooms: 4, rate: 4 },
		config: { health: "fixed", silence_ms: 30_000, ...patient },
	});
	for (const name of ["burnt", "good"]) {
		await rig.request("PUT", `/api/v1/identities/${name}`, { cookie: `sessionid=${name}` });
	}
	const put = (liveId: string, options: object) => rig.request("PUT", `/api/v1/rooms/${liveId}`, options);
	await put("1001", { identity: "burnt" });
	await put("1002", { identity: "burnt" });
	await put("1003", { identity: "good" });
	await put("1004", { identity: "burnt", redundancy: 2, sessions: [{ identity: "good" }] });
	for (const liveId of rig.liveIds) await rig.untilConnected(liveId);

	rig.simulator.identities.burn("burnt", 100 * 3_600_000);
	for (const liveId of ["1001", "1002"]) {
		const waits = await rig.untilStatus(liveId, "waiting", ({ state, reason }) => {
			return state === "blocked" && reason.message.includes("login is paused");
		});
		// Time passes between the report and the plan.
		const until = (await identity("burnt")).rest?.until ?? 0;
		expect(Math.abs((waits.next_attempt_at ?? 0) - until)).toBeLessThan(60_000);
	}
	const burnt = await identity("burnt");
	expect(burnt).toMatchObject({ state: "resting", advice: [expect.stringContaining("Wait"), expect.any(String)] });
	expect(burnt.state_evidence.join()).toContain("received nothing");
	expect((await identity("good")).state).not.toBe("resting");
	// The identity no longer requests sockets or pages, and the other rooms still receive messages.
	expect(rig.simulator.identities.info("burnt").rooms).toBe(0);
	for (const liveId of ["1003", "1004"]) {
		const { messages } = await rig.status(liveId);
		await rig.untilStatus(liveId, "going on", (now) => now.state === "connected" && now.messages > messages + 20);
	}
	const metrics = await (await fetch(new URL("/metrics", rig.url))).text();
	expect(metrics).toContain('livekeeper_identity_state{identity="burnt",state="resting"} 1');

	await rig.restartService();
	await rig.untilStatus("1001", "waiting still", ({ state }) => state === "blocked");
	expect(await identity("burnt")).toMatchObject({ state: "resting", rest: burnt.rest });
	await rig.untilStatus("1004", "going on by the other", ({ state }) => state === "connected");

	rig.simulator.identities.burn("burnt", 0);
	expect((await rig.request("DELETE", "/api/v1/identities/burnt/rest")).status).toBe(200);
	for (const liveId of rig.liveIds) await rig.untilConnected(liveId);
	expect((await identity("burnt")).rest).toBeNull();
});
