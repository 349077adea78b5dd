import { DouyinError } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const second = 1000;
const minute = 60 * second;

/** Rooms of one identity, which the upstream refuses; each other identity gets through. */
function refused(...liveIds: string[]) {
	const { logger } = recordingLogger();
	const harness = new ManagerHarness({
		strategy: (rooms) => new AdaptiveStrategy({ rooms, logger, startsPerSecond: 20, random: seeded(1) }),
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

test.each(["given a cookie of its own", "stopped"])(
	"a room that probes for all of a refused identity and is %s leaves that to another, at the same time",
	async (how) => {
		const { harness, tried } = refused("1", "2", "3");
		const { clock, manager } = harness;
		await clock.advance(10 * second);
		// From the second on it is the identity that is refused, and the third waits without having tried.
		const [, prober = "", ...more] = tried;
		expect(more).toEqual([]);
		tried.length = 0;
		if (how === "stopped") await manager.removeConnection(prober);
		else manager.changeOptions(prober, { cookie: "sessionid=1" });
		await clock.advance(5 * minute);
		expect(tried.filter((liveId) => liveId !== prober)).toHaveLength(1);
		await manager.stop();
	},
);
