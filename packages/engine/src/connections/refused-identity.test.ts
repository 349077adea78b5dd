import { DouyinError } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { live, offline } from "../rooms/fake-upstream.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const second = 1000;
const minute = 60 * second;

/** Rooms of one identity, which the upstream refuses; each other identity succeeds. */
function refused(...liveIds: string[]) {
	const { logger } = recordingLogger();
	const harness = new ManagerHarness({
		strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20, random: seeded(1) }),
	});
	const tried: string[] = [];
	harness.prepare = (upstream) => {
		upstream.onSession = (session) => {
			tried.push(session.request.liveId);
			if (upstream.identity === "logged_in") session.open();
			else session.fail(new DouyinError("blocked", "The push socket was refused."));
		};
	};
	for (const liveId of liveIds) harness.manager.addConnection(liveId, harness.queue());
	return { harness, tried };
}

test.each(["given its own cookie", "stopped"])("passes the probe on when its room is %s", async (how) => {
	const { harness, tried } = refused("1", "2", "3");
	const { clock, manager } = harness;
	await clock.advance(10 * second);
	// After the second refusal the identity counts as refused, and the third room waits without an attempt.
	const [, prober = "", ...more] = tried;
	expect(more).toEqual([]);
	tried.length = 0;
	if (how === "stopped") await manager.removeConnection(prober);
	else manager.changeOptions(prober, { cookie: "sessionid=1" });
	await clock.advance(5 * minute);
	expect(tried.filter((liveId) => liveId !== prober)).toHaveLength(1);
	await manager.stop();
});

const strategies = ["fixed", "adaptive"] as const;

/** One room with two cookies; the upstream refuses sockets to the first. */
function roomOf(strategy: (typeof strategies)[number]) {
	const { logger } = recordingLogger();
	const harness = new ManagerHarness(
		strategy === "fixed" ? {} : { strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20 }) },
	);
	harness.prepare = (upstream) => {
		const isRefused = harness.made.length === 0;
		upstream.onSession = (session) => (isRefused ? session.fail(new DouyinError("blocked", "No.")) : session.open());
	};
	harness.manager.addConnection("1", harness.queue(), {
		cookie: "sessionid=1",
		redundancy: 2,
		sessions: [{ cookie: "sessionid=2" }],
	});
	return harness;
}

for (const strategy of strategies) {
	test(`continues with the identity that is not refused: ${strategy}`, async () => {
		const { clock, manager, made } = roomOf(strategy);
		await clock.advance(10 * second);
		const [refusedOne, other] = made.map(({ upstream }) => upstream);
		expect(manager.getConnectionStatus("1")).toMatchObject({ state: "connected" });
		if (!refusedOne || !other) throw new Error("There is one identity only.");
		refusedOne.page = offline("r-1", "1");
		other.last.fail(new DouyinError("broadcast_ended", "Over."));
		await clock.advance(4 * minute);
		expect(manager.getConnectionStatus("1")).toMatchObject({ state: "waiting" });
		refusedOne.page = live("r-2", "1");
		await clock.advance(40 * second);
		expect(manager.getConnectionStatus("1")).toMatchObject({ state: "connected", roomId: "r-2" });
		expect(refusedOne.sessions).toHaveLength(1);
		await manager.stop();
	});

	test(`opens nothing at once for a blocked room's options: ${strategy}`, async () => {
		const { logger } = recordingLogger();
		const harness = new ManagerHarness(
			strategy === "fixed" ? {} : { strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20 }) },
		);
		const { clock, manager, made } = harness;
		harness.prepare = (upstream) => {
			const isFirst = made.length === 0;
			upstream.onSession = (session) =>
				isFirst ? session.fail(new DouyinError("blocked", "DEVICE_BLOCKED")) : session.open();
		};
		manager.addConnection("1", harness.queue(), {});
		await clock.advance(10 * second);
		expect(manager.getConnectionStatus("1")).toMatchObject({ state: "blocked" });
		const asked = () => made.map(({ upstream }) => upstream.sessions.length);
		const before = asked();
		const due = manager.getConnectionStatus("1")?.nextAttemptAt;
		for (const options of [{ raw: true }, { raw: false }, { raw: true, redundancy: 2 }]) {
			manager.changeOptions("1", options);
			await clock.advance(60 * second);
			expect(asked()).toEqual(before);
			expect(manager.getConnectionStatus("1")).toMatchObject({ state: "blocked", nextAttemptAt: due });
		}
		manager.changeOptions("1", { cookie: "sessionid=2" });
		await clock.advance(second);
		expect(manager.getConnectionStatus("1")).toMatchObject({ state: "connected" });
		await manager.stop();
	});
}
