import { expect, test } from "vitest";
import { type Life, World } from "../service.helpers.ts";
import { inUtc } from "./deliveries.helpers.ts";
import type { PresetName } from "./index.ts";
import { listenStrictly, type StrictReceiver } from "./strict-receivers.helpers.ts";

const people = ["dingtalk", "feishu", "wecom", "telegram", "discord", "mail"] as const satisfies readonly PresetName[];

/** 12:54:00 in China. */
const began = Date.UTC(2026, 11, 1, 4, 54);

interface Shown {
	title: string;
	text: string;
}

/** Extracts the message that each app shows, by its documentation. */
const shownBy: { [name in (typeof people)[number]]: (accepted: never) => Shown } = {
	dingtalk: ({ markdown }: { markdown: { text: string } }) => headed(markdown.text, /^#### (.*)\n\n/, "\n\n"),
	feishu: ({ content }: { content: { text: string } }) => headed(content.text, /^(.*)\n/),
	wecom: ({ markdown }: { markdown: { content: string } }) => headed(markdown.content, /^\*\*(.*)\*\*\n/),
	telegram: ({ text }: { text: string }) => headed(text, /^(.*)\n/),
	discord: ({ content }: { content: string }) => headed(content, /^\*\*(.*)\*\*\n/),
	mail: ({ headers, text }: { headers: { subject: string }; text: string }) => {
		return { title: decoded(headers.subject), text: text.replaceAll("\r\n", "\n").trimEnd() };
	},
};

/** Decodes a header by RFC 2047. */
function decoded(header: string): string {
	return header.replaceAll(/=\?UTF-8\?([BQ])\?(\S*?)\?=\s*/gi, (_, how: string, text: string) => {
		if (how.toUpperCase() === "B") return Buffer.from(text, "base64").toString();
		return decodeURIComponent(text.replaceAll("_", " ").replaceAll("%", "%25").replaceAll("=", "%"));
	});
}

/** @param between separator of the text's lines */
function headed(text: string, head: RegExp, between = "\n"): Shown {
	const [whole = "", title = ""] = head.exec(text) ?? [];
	return { title, text: text.slice(whole.length).split(between).join("\n") };
}

interface Scene {
	world: World;
	life: Life;
	receiver: StrictReceiver;
	read: () => Shown[];
	/** Lines of all messages about gifts. */
	gifts: () => string[];
}

async function open(preset: (typeof people)[number]): Promise<Scene> {
	inUtc();
	const world = new World();
	await world.clock.advance(began - world.clock.now());
	const receiver = await listenStrictly(preset, world.clock);
	const room = { roomId: "7", nickname: "灯塔", title: "夜航", avatar: "https://p3.example/anna.webp" };
	const life = await world.start(
		{},
		{ roomOf: (liveId) => (liveId ? room : { roomId: "", nickname: "", title: "", avatar: "" }) },
	);
	const read = () => receiver.accepted.map((message) => shownBy[preset](message as never));
	const gifts = () => read().flatMap(({ text }) => text.split("\n").filter((line) => line.includes("送出")));
	return { world, life, receiver, read, gifts };
}

const giver = { id: "1", sec_uid: "s", nickname: "小鱼", avatar: "", level: 1, gender: "female", masked: false };

function give(world: World, count: number, more: object = {}): void {
	const at = world.clock.now();
	const gift = { gift_id: "7", gift_name: "小心心", gift_image: "", diamond_count: 10, group_count: 1, combo: true };
	const step = { count, delta: 1, diamonds: 10, streak_id: "s", final: false };
	world.log.record("1001", { type: "gift", received_at: at, user: giver, ...gift, ...step, ...more });
}

test.each(people)("%s: sends a combo once, in China's time zone", async (preset) => {
	const { world, life, receiver, read, gifts } = await open(preset);
	const input = { preset, settings: receiver.settings, live_ids: "*" as const, types: ["gift" as const] };
	const { target } = await life.targets.create(input);
	for (let n = 1; n <= 30; n++) {
		give(world, n);
		await world.clock.advance(500);
	}
	give(world, 30, { delta: 0, diamonds: 0, final: true });
	await world.until(life, () => receiver.accepted.length > 0);
	await world.clock.advance(60_000);
	await world.quiet(life);
	expect(receiver.refused).toEqual([]);
	expect(gifts()).toEqual(["12:54:14 小鱼 送出 小心心 ×30（300 抖币）"]);
	const { messages } = await life.targets.preview(input, target.id);
	expect(messages.map(({ shows }) => shows)).toMatchObject(read());
});

test("sends each gift once over a restart during a combo", async () => {
	const { world, life, receiver, gifts } = await open("telegram");
	const { settings } = receiver;
	await life.targets.create({ preset: "telegram", settings, live_ids: "*", types: ["chat", "gift"] });
	let now = life;
	for (let n = 1; n <= 90; n++) {
		give(world, n);
		world.log.record("1001", { type: "chat", content: `第 ${n} 句`, user: giver, received_at: world.clock.now() });
		await world.clock.advance(800);
		await world.quiet(now);
		if (n % 20 !== 0) continue;
		await now.stop();
		now = await world.start();
	}
	give(world, 90, { delta: 0, diamonds: 0, final: true });
	await world.until(now, () => gifts().length === 2);
	expect(gifts()).toEqual([
		expect.stringMatching(/小鱼 送出 小心心 ×(\d\d)（(?:\1)0 抖币）$/),
		expect.stringMatching(/小鱼 送出 小心心 ×90（\+\d\d，\d\d0 抖币）$/),
	]);
	const sum = gifts().reduce((all, line) => all + Number(/(\d+) 抖币/.exec(line)?.[1]), 0);
	expect(sum).toBe(900);
});

test.each(people)("%s: previews service notices as shown", async (preset) => {
	const { life, receiver } = await open(preset);
	const { settings } = receiver;
	const { samples } = await life.targets.preview({ preset, settings, live_ids: "*", states: ["storage"] }, undefined);
	expect(samples).toHaveLength(1);
	expect(samples[0]?.shows?.title).toContain("livekeeper");
	expect(samples[0]?.shows?.text).toMatch(/12:54:00 .*存储/);
});

test("sends programs each step of a combo", async () => {
	const world = new World();
	const receiver = await listenStrictly("json", world.clock);
	const life = await world.start();
	await life.targets.create({ preset: "json", settings: receiver.settings, live_ids: "*" });
	for (let n = 1; n <= 30; n++) give(world, n);
	await world.until(life, () => receiver.accepted.length > 0);
	expect(receiver.accepted).toMatchObject([{ events: { length: 30 } }]);
	const { messages } = await life.targets.preview({ settings: receiver.settings, live_ids: "*" }, undefined);
	expect(messages).toMatchObject([{ shows: null }]);
});

test.each(people)("%s: explains an unknown time zone", async (preset) => {
	const { life, receiver } = await open(preset);
	const settings = { ...receiver.settings, zone: "Beijing" };
	await expect(life.targets.create({ preset, settings, live_ids: "*" })).rejects.toMatchObject({
		text: { zh: expect.stringContaining("Asia/Shanghai"), en: expect.stringContaining("Asia/Shanghai") },
	});
});
