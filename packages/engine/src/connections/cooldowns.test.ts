import type { RoomOptions } from "@livekeeper/base/room-options";
import { DouyinError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat } from "../rooms/fake-upstream.helpers.ts";
import type { StoredCooldowns } from "./identity-cooldowns.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";
import type { ConnectionManagerOptions } from "./persistent-connection-manager.ts";

const hour = 3_600_000;
const burnt = { cookie: "sessionid=burnt" };
const good = { cookie: "sessionid=good" };

/** Rooms whose identities receive messages or nothing, as the test scripts it. */
class World {
	readonly harness: ManagerHarness;
	readonly silenced = new Set<string>();
	kept: StoredCooldowns = {};

	constructor(options: Partial<ConnectionManagerOptions> = {}, known: StoredCooldowns = {}) {
		const keep = (cooldowns: StoredCooldowns) => {
			this.kept = structuredClone(cooldowns);
		};
		const cooldowns = { known, keep };
		this.harness = new ManagerHarness({ cooldowns, rooms: { health: "fixed", silenceMs: 60_000 }, ...options });
		this.harness.prepare = (upstream) => {
			upstream.onSession = (session) => session.open();
		};
		this.harness.manager.start();
	}

	get manager() {
		return this.harness.manager;
	}

	add(liveId: string, options: RoomOptions): void {
		this.manager.addConnection(liveId, this.harness.queue(), options);
	}

	/** Sends a message each second to every session of an identity that is not silenced. */
	async pass(seconds: number): Promise<void> {
		for (let i = 0; i < seconds; i++) {
			await this.harness.clock.advance(1_000);
			for (const { options, upstream } of this.harness.made) {
				if (this.silenced.has(options.cookie ?? "")) continue;
				for (const session of upstream.openSessions) {
					const { liveId, roomId } = session.request;
					session.frame([chat(this.harness.clock.now(), { liveId, roomId, id: idAt(this.harness.clock.now()) })]);
				}
			}
		}
	}

	room(liveId: string) {
		const status = this.manager.getConnectionStatus(liveId);
		if (!status) throw new Error(`No room ${liveId}`);
		return status;
	}

	/** Returns the number of sessions that an identity has started. */
	sessions({ cookie }: RoomOptions): number {
		return this.harness.made
			.filter(({ options }) => options.cookie === cookie)
			.reduce((sum, { upstream }) => sum + upstream.sessions.length, 0);
	}

	lines(event: string) {
		return this.harness.log.lines.filter((line) => line["event"] === event);
	}
}

/** Returns the message id of a time, equal for all sessions of a room. */
function idAt(now: number): string {
	return String(7_000_000_000_000_000_000n + BigInt(now));
}

describe("identity that receives nothing any more", () => {
	test("cools down while its rooms wait and others continue", async () => {
		const world = new World();
		for (const [liveId, options] of [
			["1", burnt],
			["2", burnt],
			["3", good],
		] as const)
			world.add(liveId, options);
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(900);
		const cooldown = world.manager.cooldownOf(burnt);
		expect(cooldown).toMatchObject({ times: 1, rooms: ["1", "2"], refused: false });
		expect((cooldown?.until ?? 0) - (cooldown?.since ?? 0)).toBe(2 * hour);
		for (const liveId of ["1", "2"]) {
			expect(world.room(liveId)).toMatchObject({
				state: "blocked",
				nextAttemptAt: cooldown?.until,
				reason: { code: "blocked", message: { en: expect.stringContaining("login is paused") } },
			});
		}
		expect(world.room("3")).toMatchObject({ state: "connected", reconnects: {} });
		expect(world.manager.cooldownOf(good)).toBeUndefined();
		expect(world.lines("identity_rests")).toMatchObject([{ hours: 2, live_ids: ["1", "2"] }]);
		const before = world.sessions(burnt);
		await world.pass(600);
		expect(world.sessions(burnt)).toBe(before);
		await world.manager.stop();
	});

	test("is retried after the cooldown and continues if it receives", async () => {
		const world = new World();
		world.add("1", burnt);
		world.add("2", burnt);
		world.add("3", good);
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(900);
		const { until = 0 } = world.manager.cooldownOf(burnt) ?? {};
		world.silenced.clear();
		await world.pass((until - world.harness.clock.now()) / 1000 + 30);
		expect(world.manager.cooldownOf(burnt)).toBeUndefined();
		for (const liveId of ["1", "2"]) expect(world.room(liveId)).toMatchObject({ state: "connected" });
		expect(world.lines("identity_rest_over")).toHaveLength(1);
		await world.manager.stop();
	});

	test("cools down for 2, 6, 24, then 72 hours", async () => {
		const world = new World();
		world.add("1", { ...good, redundancy: 2, sessions: [burnt] });
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		const hours: number[] = [];
		for (let i = 0; i < 3; i++) {
			await world.pass(600);
			const cooldown = world.manager.cooldownOf(burnt);
			if (!cooldown) throw new Error("It is not in cooldown.");
			hours.push((cooldown.until - cooldown.since) / hour);
			// Nothing reads meanwhile, so the hours pass quickly.
			const { clock } = world.harness;
			await clock.advance(cooldown.until - clock.now());
			await world.pass(5);
		}
		expect(hours).toEqual([2, 6, 24]);
		await world.manager.stop();
	});

	test("yields to another identity of the room", async () => {
		const world = new World();
		world.add("1", { ...burnt, redundancy: 2, sessions: [good] });
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(300);
		expect(world.manager.cooldownOf(burnt)).toBeDefined();
		expect(world.room("1")).toMatchObject({
			state: "connected",
			connections: [{ state: "waiting" }, { state: "connected" }],
		});
		for (const { upstream } of world.harness.made) {
			upstream.page = { status: "live", liveId: "1", roomId: "next", userUniqueId: "u", title: "" };
			for (const session of upstream.openSessions) session.fail(new DouyinError("broadcast_ended", "over"));
		}
		await world.pass(120);
		expect(world.room("1")).toMatchObject({ state: "connected", roomId: "next" });
		await world.manager.stop();
	});

	test("stays in cooldown over a restart", async () => {
		const before = new World();
		before.add("1", { ...good, redundancy: 2, sessions: [burnt] });
		await before.pass(60);
		before.silenced.add(burnt.cookie);
		await before.pass(300);
		await before.manager.stop();
		expect(JSON.stringify(before.kept)).not.toContain("burnt");

		const world = new World({}, before.kept);
		await world.harness.clock.advance(before.harness.clock.now() - world.harness.clock.now());
		world.add("2", burnt);
		world.add("3", { ...burnt, redundancy: 2, sessions: [good] });
		await world.pass(60);
		expect(world.room("2")).toMatchObject({ state: "blocked", nextAttemptAt: world.manager.cooldownOf(burnt)?.until });
		expect(world.room("3")).toMatchObject({ state: "connected" });
		expect(world.sessions(burnt)).toBe(0);
		await world.manager.stop();
	});

	test.each([
		["set back", -100],
		["set ahead", 1],
	])("cools down no longer when the clock is %s offline", async (_, hours) => {
		const cooldown = { since: 0, until: 0, times: 1, sessions: 3, rooms: ["1"], refused: false };
		const kept = new World();
		kept.add("1", { ...good, redundancy: 2, sessions: [burnt] });
		await kept.pass(60);
		kept.silenced.add(burnt.cookie);
		await kept.pass(300);
		await kept.manager.stop();
		const [digest = ""] = Object.keys(kept.kept);

		const world = new World();
		const since = world.harness.clock.now() - hours * hour;
		const again = new World({}, { [digest]: { ...cooldown, since, until: since + 2 * hour } });
		again.add("1", burnt);
		await again.harness.clock.advance(2 * hour - Math.max(0, hours * hour) - 1_000);
		expect(again.manager.cooldownOf(burnt)).toBeDefined();
		await again.harness.clock.advance(11_000);
		expect(again.manager.cooldownOf(burnt)).toBeUndefined();
		await again.manager.stop();
		await world.manager.stop();
	});

	test("is not used for a login check", async () => {
		const world = new World({ logins: { checkMs: hour } });
		const { clock, made } = world.harness;
		world.harness.prepare = (upstream) => {
			upstream.onSession = (session) => session.open();
			Object.assign(upstream, { login: { status: "logged_in", seenAt: clock.now() } });
		};
		world.add("1", { ...burnt, redundancy: 2, sessions: [good] });
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(300);
		expect(world.manager.cooldownOf(burnt)).toBeDefined();
		const asked = () => made.map(({ upstream }) => upstream.lookups.length);
		const [before] = asked();
		await world.pass(1.9 * 3600);
		expect(asked()).toEqual([before, 1]);
		expect(world.manager.cooldownOf(burnt)).toBeDefined();
		await world.manager.stop();
	});

	test("aborts a running handshake", async () => {
		const world = new World();
		const { harness, manager } = world;
		world.silenced.add(burnt.cookie);
		harness.prepare = (upstream) => {
			upstream.onSession = (session) => {
				const refused = new DouyinError("blocked", "Refused.", { upstreamMessage: "risk control" });
				if (session.request.liveId !== "1") session.fail(refused);
			};
		};
		for (const liveId of ["1", "2", "3"]) {
			world.add(liveId, burnt);
			await world.pass(1);
		}
		expect(manager.cooldownOf(burnt)).toMatchObject({ refused: true });
		expect(world.room("1")).toMatchObject({ state: "blocked", nextAttemptAt: manager.cooldownOf(burnt)?.until });
		expect(harness.openSessions).toEqual([]);
		await manager.stop();
	});

	test("continues at once when the user ends the cooldown", async () => {
		const world = new World();
		world.add("1", burnt);
		world.add("2", { ...good, redundancy: 2, sessions: [burnt] });
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(300);
		expect(world.room("1").state).toBe("blocked");
		world.silenced.clear();
		expect(world.manager.liftCooldown(burnt)).toBe(true);
		await world.pass(10);
		expect(world.room("1").state).toBe("connected");
		expect([world.manager.cooldownOf(burnt), world.manager.liftCooldown(burnt)]).toEqual([undefined, false]);
		expect(world.kept).toEqual({});
		await world.pass(60);
		expect(world.room("2").connections?.map(({ state }) => state)).toEqual(["connected", "connected"]);
		await world.manager.stop();
	});
});

describe("no cooldown", () => {
	test("for one silent room or one receiving session", async () => {
		const world = new World();
		world.add("1", burnt);
		world.add("2", good);
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(3_000);
		expect(world.room("1").reconnects.silence ?? 0).toBeGreaterThan(3);
		expect(world.manager.cooldownOf(burnt)).toBeUndefined();
		expect(world.manager.emptySessionsOf(burnt)).toMatchObject({ rooms: ["1"] });
		world.silenced.clear();
		await world.pass(200);
		expect(world.manager.emptySessionsOf(burnt).sessions).toBe(0);
		await world.manager.stop();
	});

	test("when all fall silent at once with the upstream", async () => {
		const world = new World();
		for (const [liveId, options] of [
			["1", burnt],
			["2", burnt],
			["3", good],
			["4", good],
		] as const)
			world.add(liveId, options);
		await world.pass(60);
		world.silenced.add(burnt.cookie).add(good.cookie);
		await world.pass(5_400);
		expect([world.manager.cooldownOf(burnt), world.manager.cooldownOf(good)]).toEqual([undefined, undefined]);
		await world.manager.stop();
	});

	test("for a single identity before an hour of silent rooms", async () => {
		const world = new World();
		world.add("1", burnt);
		world.add("2", burnt);
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(3_500);
		expect(world.manager.cooldownOf(burnt)).toBeUndefined();
		await world.pass(600);
		expect(world.manager.cooldownOf(burnt)).toMatchObject({ rooms: ["1", "2"] });
		await world.manager.stop();
	});

	test("without a login, or when turned off", async () => {
		const world = new World({ cooldowns: "never" });
		world.add("1", { ...good, redundancy: 2, sessions: [burnt] });
		await world.pass(60);
		world.silenced.add(burnt.cookie);
		await world.pass(600);
		expect(world.manager.cooldownOf(burnt)).toBeUndefined();
		await world.manager.stop();

		const other = new World();
		other.add("1", { ...good, redundancy: 2, sessions: [{ cookie: "" }] });
		await other.pass(60);
		other.silenced.add("");
		await other.pass(600);
		expect(other.manager.cooldownOf({ cookie: "" })).toBeUndefined();
		await other.manager.stop();
	});
});
