import { afterEach, beforeEach, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";

/** Connected is not healthy: what the status, the metrics and the events say of it, with everything real. */
const room = "1001";
let rig: Rig;

beforeEach(async () => {
	rig = await Rig.start({ speed: 20 });
	await rig.untilConnected(room);
});

afterEach(() => rig.stop());

/** What the evidence begins with once the room's rhythm is known. */
const rhythmic = /^\d+ frames? a (second|minute) (is|are) normal here; /;
const strings = (value: unknown) => value as string[];

test("a talking room knows its rhythm, how fast it is answered, and how well it was kept", async () => {
	const seen = await rig.untilStatus(
		room,
		"known",
		(status) => status["ping_ms"] !== null && rhythmic.test(strings(status["evidence"])[0] ?? ""),
	);
	expect(seen["heartbeat_ms"]).toBeNull();
	// Of the first 10 s nothing is said.
	await rig.untilStatus(room, "watched", ({ quality }) => (quality as Record<string, unknown>)["5m"] !== null);
	const { body } = await rig.request("GET", `/api/v1/rooms/${room}/quality`);
	expect(body["quality"]).toMatchObject({ "5m": { parts: { uptime: expect.any(Number) } } });
	const metrics = await (await fetch(`${rig.url}/metrics`)).text();
	expect(metrics).toMatch(/^livekeeper_room_quality\{live_id="1001",window="24h"\} \d/m);
	expect(metrics).toMatch(/^livekeeper_room_answer_seconds\{live_id="1001",asked="ping"\} \d/m);
});

test("a busy room that falls mute is given up by its rhythm, and its events say why", async () => {
	await rig.untilStatus(room, "known", (status) => Number(status["frames"]) > 100);
	rig.simulator.setFault({ fault: "half_open" }, room);
	await rig.untilStatus(room, "given up", ({ reconnects }) => (reconnects["silence"] ?? 0) > 0);
	rig.simulator.clearFaults(room);
	await rig.untilConnected(room);
	const { body } = await rig.request("GET", `/api/v1/rooms/${room}/events?types=connection&limit=5000`);
	const events = body["events"] as { state: string; reason: string; message: string }[];
	const given = events.find(({ reason }) => reason === "silence");
	expect(given?.message).toMatch(/^Nothing came for \d+ s; \d+ frames a (second|minute) are normal here\.$/);
});
