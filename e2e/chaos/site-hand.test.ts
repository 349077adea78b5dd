import { ManualClock } from "@livekeeper/douyin/testing";
import { Site } from "@livekeeper/simulator";
import { expect, test } from "vitest";
import { SiteHand } from "./site-hand.ts";

const address = "127.0.0.1";

function begin() {
	const clock = new ManualClock();
	const site = new Site(clock, "real");
	return { clock, site, hand: new SiteHand(site) };
}

test("separates bans of the plan from those earned", async () => {
	const { clock, site, hand } = begin();
	hand.ban("json", 60_000);
	hand.ban("json", 90_000);
	expect(site.ask(address, "enter")).toBe("captcha");
	expect(hand.bansEarned()).toEqual([]);
	await clock.advance(100_000);
	for (let i = 0; i < 46; i++) site.ask(address, "enter");
	expect(hand.bansEarned()).toEqual(["the site has banned the service 1 times for its json calls"]);
});

test("lifts all restrictions", () => {
	const { site, hand } = begin();
	hand.answer(1);
	for (const group of ["page", "json", "batch", "push"] as const) hand.ban(group, 60_000);
	hand.calm();
	expect([site.ask(address, "page"), site.ask(address, "batch"), site.ask(address, "fetch")]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
	expect(site.settings.batchIds).toBe(64);
	expect(hand.bansEarned()).toEqual([]);
});
