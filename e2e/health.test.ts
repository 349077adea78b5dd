import { afterEach, beforeEach, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

/** Connected is not healthy: what the status, the metrics and the events report about it, with everything real. */
const room = "1001";
let rig: Rig;

beforeEach(async () => {
	rig = await Rig.start({ speed: 20 });
	await rig.untilConnected(room);
});

afterEach(() => rig.stop());

/** Beginning of the evidence once the room's rhythm is known. */
const rhythmic = /^data usually arrives (once|\d+ times) a (second|minute) here; /;
const strings = (value: unknown) => value as string[];

test("reports rhythm, latency and quality of a talking room", async () => {
	const seen = await rig.untilStatus(
		room,
		"known",
		(status) => status["ping_ms"] !== null && rhythmic.test(strings(status["evidence"])[0] ?? ""),
	);
	expect(seen["heartbeat_ms"]).toBeNull();
	// There is no quality for the first 10 s.
	await rig.untilStatus(room, "watched", ({ quality }) => (quality as Record<string, unknown>)["5m"] !== null);
	const { body } = await rig.request("GET", `/api/v1/rooms/${room}/quality`);
	expect(body["quality"]).toMatchObject({ "5m": { parts: { uptime: expect.any(Number) } } });
	const metrics = await (await fetch(`${rig.url}/metrics`)).text();
	expect(metrics).toMatch(/^livekeeper_room_quality\{live_id="1001",window="24h"\} \d/m);
	expect(metrics).toMatch(/^livekeeper_room_answer_seconds\{live_id="1001",asked="ping"\} \d/m);
});

test("reconnects a busy room that falls silent, with reasons", async () => {
	await rig.untilStatus(room, "known", (status) => Number(status["frames"]) > 100);
	rig.simulator.setFault({ fault: "half_open" }, room);
	await rig.untilStatus(room, "given up", ({ reconnects }) => (reconnects["silence"] ?? 0) > 0);
	rig.simulator.clearFaults(room);
	await rig.untilConnected(room);
	const { body } = await rig.request("GET", `/api/v1/rooms/${room}/events?types=connection&limit=5000`);
	const events = body["events"] as { state: string; reason: string; message: string }[];
	const given = events.find(({ reason }) => reason === "silence");
	expect(given?.message).toMatch(/^No messages for \d+ s; data usually arrives \d+ times a (second|minute) here\.$/);
});

test("stores repeated ids after a simulator restart, behind a gap", async () => {
	await rig.untilStatus(room, "followed", ({ messages }) => messages >= 60);
	await rig.restartSimulator();
	const { gaps } = await rig.untilStatus(room, "reported", (status) => status.gaps > 0);
	expect(gaps).toBe(1);
	const read = async () => {
		const { body } = await rig.request("GET", `/api/v1/rooms/${room}/events?limit=5000`);
		const events = body["events"] as { type: string; id: string; method: string }[];
		const gap = events.findIndex(({ type }) => type === "gap");
		const said = (some: typeof events) => some.filter(({ method }) => method !== "livekeeper").map(({ id }) => id);
		return { before: said(events.slice(0, gap)), after: said(events.slice(gap)) };
	};
	await rig.untilStatus(room, "fine", ({ health }) => health === "fine");
	await until("both sides of the gap are stored", async () => ((await read()).after.length >= 50 ? true : undefined));
	const { before, after } = await read();
	expect(after.filter((id) => before.includes(id)).length).toBeGreaterThan(20);
	expect(new Set(after).size).toBe(after.length);
	expect((await rig.status(room)).gaps).toBe(1);
});
