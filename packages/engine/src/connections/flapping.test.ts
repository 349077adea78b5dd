import { DouyinError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, type FakeSession } from "../rooms/fake-upstream.helpers.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const tenMinutes = 600_000;
const day = 86_400_000;

/** Plays a session that works and breaks with its first frame. */
function breakAtOnce(session: FakeSession): void {
	session.open();
	session.frame();
	session.fail(new DouyinError("network", "cut"));
}

/** A room on its own session, which is connected or not, and a second session that `play` plays. */
async function beside(play: (session: FakeSession) => void) {
	const harness = new ManagerHarness();
	harness.prepare = (upstream) => {
		upstream.onSession = (session) => {
			if (upstream.identity === "logged_in") return play(session);
			session.open();
			session.frame([chat(harness.clock.now())]);
		};
	};
	const { manager, clock } = harness;
	manager.start();
	manager.addConnection("1001", harness.queue(), { redundancy: 2, sessions: [{ cookie: "sessionid=0" }] });
	await clock.advance(0);
	const second = harness.made.find(({ upstream }) => upstream.identity === "logged_in")?.upstream;
	if (!second) throw new Error("There is no second session.");
	return { ...harness, manager, clock, second };
}

describe("second session that breaks with each first frame", () => {
	test("is tried as often as a room's only session", async () => {
		const alone = new ManagerHarness();
		alone.prepare = (upstream) => {
			upstream.onSession = breakAtOnce;
		};
		alone.manager.start();
		alone.manager.addConnection("1001", alone.queue(), {});
		await alone.clock.advance(tenMinutes);
		await alone.manager.stop();
		const room = await beside(breakAtOnce);
		await room.clock.advance(tenMinutes);
		await room.manager.stop();
		expect(alone.made[0]?.upstream.sessions).toHaveLength(16);
		expect(room.second.sessions).toHaveLength(16);
	});

	test("restarts the schedule once it has lasted a minute", async () => {
		const room = await beside(breakAtOnce);
		await room.clock.advance(tenMinutes);
		room.second.onSession = (session) => {
			session.open();
			session.frame();
		};
		await room.clock.advance(2 * 60_000);
		const { length } = room.second.sessions;
		room.second.last.fail(new DouyinError("network", "cut"));
		await room.clock.advance(1_000);
		expect(room.second.sessions).toHaveLength(length + 1);
		await room.manager.stop();
	});
});

test("retries a second session after an hour at most", async () => {
	const room = await beside((session) => session.fail(new DouyinError("rate_limited", "slow", { retryAfterMs: day })));
	await room.clock.advance(3_590_000);
	expect(room.second.sessions).toHaveLength(1);
	await room.clock.advance(20_000);
	expect(room.second.sessions).toHaveLength(2);
	await room.manager.stop();
});
