import { expect, test } from "vitest";
import { World } from "../service.helpers.ts";
import { Robot } from "./robots.helpers.ts";
import { limitedPresets, listenStrictly } from "./strict-receivers.helpers.ts";

/** A slow one first; the fast ones share its window. */
const slowly = [
	[900, 50],
	[0, 0],
	[40, 300],
	[0, 20],
	[350, 700],
] as const;

test.each(limitedPresets)("%s: sends everything within its limits: %j", async (preset, per) => {
	const world = new World();
	const receiver = await listenStrictly(preset, world.clock, (n) => slowly[n % slowly.length] ?? [0, 0]);
	const life = await world.start();
	await life.targets.create({
		...{ preset, settings: receiver.settings, live_ids: "*" },
		batch: { max_events: 1, max_wait_ms: 0 },
	});
	const each = Math.ceil(Math.max(...per.map(([max]) => max)) / 2) + 5;
	for (const room of ["a", "b", "c"]) world.log.append(room, each);
	await world.until(life, () => receiver.refused.length > 0 || receiver.accepted.length === 3 * each);
	expect(receiver.refused).toEqual([]);
	for (const [max, ms] of per) {
		const spans = receiver.arrivals.slice(max).map((at, n) => at - (receiver.arrivals[n] ?? 0));
		expect(Math.min(...spans)).toBeGreaterThanOrEqual(ms);
	}
});

test("counts a test message towards the limit", async () => {
	const world = new World();
	const robot = await Robot.listen(() => [200, { errcode: 0, errmsg: "ok" }]);
	const life = await world.start();
	const { target } = await life.targets.create({
		...{ preset: "dingtalk", settings: { url: `${robot.url}/?access_token=abc` }, live_ids: "*" },
		pace: { quiet: { from: "00:00", to: "23:59", zone: "UTC" } },
	});
	for (let n = 0; n < 20; n++) expect(await life.targets.test(target.id, "en")).toMatchObject({ accepted: true });
	expect(await life.targets.test(target.id, "en")).toMatchObject({
		...{ accepted: false, error: { code: "receiver_rate_limited", message: expect.stringContaining("63 s") } },
	});
	expect(robot.asked).toHaveLength(20);
	await world.clock.advance(63_000);
	expect(await life.targets.test(target.id, "en")).toMatchObject({ accepted: true });
});
