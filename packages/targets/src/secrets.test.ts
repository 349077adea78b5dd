import fc from "fast-check";
import { expect, test } from "vitest";
import type { z } from "zod";
import { type PresetName, presetNames, presets } from "./presets/index.ts";
import { World } from "./service.helpers.ts";
import { notifiedStates } from "./service-states.ts";
import { hook } from "./store-conformance.helpers.ts";
import { TargetRenderer } from "./target-renderer.ts";

/** Candidate settings of a preset; the first accepted one is used. */
const plain = [
	"https://a.example/x",
	"wss://a.example/x",
	"mqtt://a.example",
	"smtps://a.example",
	...["a", "a@a.example", "1"],
	{},
];
const withSecret = (secret: string) => [
	secret,
	`1:${secret}`,
	`https://a.example/hook/${secret}?key=${secret}&sign=x`,
	{ Authorization: `Bearer ${secret}` },
	{ "x-key": secret },
];

/** Returns complete settings, with a secret in each place that may have one. */
function settingsWith(name: PresetName, secret: string): Record<string, unknown> {
	const { settings, secrets } = presets[name];
	const { shape } = settings as z.ZodObject;
	const made: Record<string, unknown> = {};
	for (const [field, schema] of Object.entries(shape) as [string, z.ZodType][]) {
		const isSecret = secrets.includes(field);
		if (!isSecret && schema.safeParse(undefined).success) continue;
		const choice = field === "template" ? ["{{ text | json }}"] : plain;
		const value = (isSecret ? withSecret(secret) : choice).find((one) => schema.safeParse(one).success);
		if (value === undefined) throw new Error(`nothing fits ${name}.${field}`);
		made[field] = value;
	}
	return made;
}

test("keeps exactly these settings secret", () => {
	expect(Object.fromEntries(presetNames.map((name) => [name, presets[name].secrets]))).toEqual({
		...{ json: ["secret"], template: ["headers"], dingtalk: ["url", "secret"], feishu: ["url", "secret"] },
		...{ wecom: ["url"], telegram: ["token"], discord: ["url"], slack: ["url"], bark: ["key"], serverchan: ["key"] },
		...{ ntfy: ["topic", "token"], mail: ["password"], streamerbot: ["password"], sammi: ["password"] },
		...{ onecomme: [], "social-stream": ["session"], dycast: [], mqtt: ["password"] },
	});
});

const secretText = fc.stringMatching(/^[A-Za-z0-9]{24,40}$/);
const chatted = {
	type: "chat",
	content: "抽奖",
	user: { id: "1", sec_uid: "s", nickname: "小鱼", avatar: "", level: 1 },
};

test.each(presetNames)("%s: shows no secret in view or preview", async (preset) => {
	const world = new World();
	const life = await world.start();
	world.log.record("a", { ...chatted, type: "chat", received_at: world.clock.now() });
	await fc.assert(
		fc.asyncProperty(secretText, async (secret) => {
			const settings = settingsWith(preset, secret);
			const input = { preset, settings, live_ids: ["a"], types: ["chat" as const], states: [...notifiedStates] };
			const { target } = await life.targets.create({ ...input, enabled: false });
			const shown = [target, await life.targets.preview(input, undefined), await life.targets.list()];
			shown.push(await life.targets.preview({ ...input, settings: unsecret(preset, settings) }, target.id));
			expect(JSON.stringify(shown)).not.toContain(secret);
			expect(JSON.stringify(shown[1])).toContain("抽奖");
			await life.targets.remove(target.id);
		}),
		{ numRuns: 5 },
	);
	expect(JSON.stringify(world.lines)).not.toContain("Bearer");
});

/** Removes secret settings, as a page does before it sends them. */
function unsecret(name: PresetName, settings: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(settings).filter(([field]) => !presets[name].secrets.includes(field)));
}

test.each(presetNames)("%s: hides secrets that the receiver quotes in failures", async (preset) => {
	await fc.assert(
		fc.asyncProperty(secretText, async (secret) => {
			const read = presets[preset].settings.parse(settingsWith(preset, secret)) as Record<string, unknown>;
			const quoted = Object.values(read).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
			const message = `no: ${secret} ${quoted.join(" ")} ${encodeURIComponent(quoted.join(" "))}`;
			const refusal = { ok: false, code: "receiver_refused", message, gone: false } as const;
			const renderer = new TargetRenderer(hook("tgt_1", { preset }), read, {
				outgoings: { to: () => ({ send: async () => refusal }) },
				roomOf: () => ({ roomId: "", nickname: "", title: "", avatar: "" }),
				reportOf: async () => undefined,
			});
			const result = await renderer.send({ via: "nothing", why: refusal }, new AbortController().signal);
			expect(JSON.stringify(result)).not.toContain(presets[preset].secrets.length > 0 ? secret : "\0");
		}),
		{ numRuns: 20 },
	);
});
