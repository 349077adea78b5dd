import type { Room } from "@livekeeper/client";
import { afterEach, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

let rig: Rig;
afterEach(() => rig.stop());

const main = "/api/v1/identities/main";
const view = (liveId: string) => rig.simulator.connections().find((socket) => socket.liveId === liveId)?.view;

async function setIdentity(body: object): Promise<void> {
	const { status } = await rig.request("PUT", main, body);
	expect(status).toBeLessThan(300);
}

/** Assigns rooms to the identity and waits until they use it. */
async function goBy(identity: string, ...liveIds: string[]): Promise<void> {
	for (const liveId of liveIds) {
		expect((await rig.request("PUT", `/api/v1/rooms/${liveId}`, { identity })).status).toBe(201);
		await rig.untilConnected(liveId);
	}
}

/** At this speed a busy machine may lose a connection occasionally, which then recovers. */
async function untilLoggedIn(): Promise<void> {
	await until("both rooms are connected and logged in", () =>
		rig.liveIds.every((liveId) => view(liveId) === "logged_in"),
	);
}

test("detects an ended login, and recovers with a new cookie", async () => {
	rig = await Rig.start({
		loggedIn: false,
		start: [],
		speed: 2000,
		simulator: { rooms: 2, rate: 0.01 },
		config: { identity_check_hours: 1, health_check_ms: 600_000, silence_ms: 86_400_000, heartbeat_ms: 10_000 },
	});
	await setIdentity({ cookie: "sessionid=first" });
	for (const liveId of rig.liveIds) rig.simulator.room(liveId)?.produce(1);
	await goBy("main", "1001", "1002");
	await untilLoggedIn();
	const before = await rig.untilStatus("1001", "logged in", (s) => s["identity"] === "logged_in");
	expect(before).toMatchObject({ identity_name: "main", login_warning: null });

	rig.simulator.logins.end("first");
	const expired = await rig.untilStatus("1001", "shown that its login has ended", (s) => s["identity"] === "expired");
	expect(expired["login_warning"]).toContain("login main has expired");
	const { body } = await rig.request("GET", main);
	expect(body["identity"]).toMatchObject({ status: "expired", rooms: ["1001", "1002"] });

	await setIdentity({ cookie: "sessionid=second" });
	await untilLoggedIn();
	for (const liveId of rig.liveIds) {
		await rig.untilStatus(liveId, "logged in", (s) => s["identity"] === "logged_in");
	}
});

test("reports a login's expiry, and its account after a probe", async () => {
	rig = await Rig.start({ loggedIn: false, start: [], speed: 1 });
	await setIdentity({ cookie: "sessionid=abc" });
	const from = Date.now();
	rig.simulator.logins.end("abc", 3_600_000, true);
	await goBy("main", "1001");
	// A page of the connected room reports it.
	const isSeen = (one: Room) => one.login_expires_at !== null;
	const status = await rig.untilStatus("1001", "its login was seen", isSeen);
	expect(status["login_expires_at"]).toBeGreaterThan(from + 3_590_000);
	expect(status["login_warning"]).toContain("login main expires in");
	const probe = async () => {
		const { body } = await rig.request("POST", `${main}/probe`, { live_id: "1001" });
		return (body["steps"] as { name: string; ok: boolean; detail: string }[]).map(({ name, ok, detail }) => {
			return name === "login" ? [name, ok, detail] : [name, ok];
		});
	};
	expect(await probe()).toEqual([
		["cookie", true],
		["page", true],
		["login", true, expect.stringContaining("Logged in, according to the page, until")],
		["im_fetch", true],
		["socket", true],
	]);
	rig.simulator.logins.end("abc");
	expect((await probe())[2]).toEqual(["login", false, expect.stringContaining("has expired")]);
});
