import { type LiveEvent, toWire } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { World } from "../service.helpers.ts";
import { eventSamples } from "../text/event-samples.ts";
import { presetNames } from "./index.ts";
import { listenStrictly, strictPresets } from "./strict-receivers.helpers.ts";

/** Texts by which strangers try to become more than text, or to exceed limits. */
const hostile = [
	'<at user_id="all">所有人</at> <@all> <!channel> @everyone @here',
	"[win](http://evil.example/a?b=c&d=e) **b** `c` ~s~ ||x|| > q",
	"/ban @admin #tag $TON tg://resolve?domain=a a@b.example www.evil.example",
	"# head\r\n.\r\nMAIL FROM:<a@b.example>\r\n",
	'"'.repeat(900),
	"<&>".repeat(300),
	"长".repeat(900),
	"🐟".repeat(500),
	"\\\u0000\u001b[31m\u202e\ud800\u2028",
];

const { user } = eventSamples.chat;

test("has a strict receiver or real broker for every preset", () => {
	expect([...strictPresets, "mqtt"].toSorted()).toEqual([...presetNames].sort());
});

test.each(strictPresets)("%s: accepts every kind of event with hostile texts", async (preset) => {
	const world = new World();
	const receiver = await listenStrictly(preset, world.clock);
	const life = await world.start();
	const at = world.clock.now();
	const { target } = await life.targets.create({
		...{ preset, settings: receiver.settings, live_ids: "*" },
		batch: { max_events: 20, max_wait_ms: 0 },
	});
	const events: object[] = Object.values(eventSamples).map((event) => toWire(event as LiveEvent));
	for (const content of hostile) {
		const said = { ...eventSamples.chat, content, user: { ...user, nickname: content.slice(0, 60) } };
		events.push(...Array.from({ length: 4 }, () => toWire(said as LiveEvent)));
	}
	for (const event of events) world.log.record("1001", { ...event, live_id: "1001", at, received_at: at } as never);
	const position = async () => (await life.store.roomProgress(target.id, "1001"))?.progress;
	await world.until(life, async () => receiver.refused.length > 0 || (await position())?.position === events.length);
	expect(receiver.refused).toEqual([]);
	expect(receiver.accepted.length).toBeGreaterThan(3);
	expect((await position())?.lastError).toBeUndefined();
	const tested = await life.targets.test(target.id, "en");
	if (tested.error?.code !== "receiver_rate_limited") expect(tested).toMatchObject({ accepted: true, error: null });
	expect(receiver.refused).toEqual([]);
});
