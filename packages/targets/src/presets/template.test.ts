import { readFileSync } from "node:fs";
import { issueText } from "@livekeeper/base/text/issues";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { isAnyAddress } from "../addresses.ts";
import { notifiedStates } from "../service-states.ts";
import type { TargetFilter } from "../target-filter.ts";
import { readInput } from "../target-input.ts";
import { chat, clockTime, delivery, gift, made, send } from "./deliveries.helpers.ts";
import { type PresetName, presetNames, presets } from "./index.ts";
import { Robot } from "./robots.helpers.ts";

const url = "https://a.example/";

/** Returns the fault of settings as the API reports it. */
function wrong(settings: object, filter: TargetFilter = { types: ["chat"] }): { en: string; zh: string } {
	const { error, data } = presets.template.settings.safeParse({ url, ...settings });
	const [issue] = error?.issues ?? [];
	const misfit = error ? undefined : presets.template.check?.(data, filter);
	if (misfit) return misfit.text;
	if (!issue) throw new Error("nothing is wrong");
	const { message, code, ...details } = issue;
	return issueText({ code: code ?? "", message, details: { ...details } });
}

test("renders the room, its events and their words", async () => {
	const robot = await Robot.listen((asked) => {
		robot.taken.push(asked.content);
		return [200, "thanks"];
	});
	const template = `{
		"msg": {{ text | json }}, "room": {{ room.name | json }}, "head": {{ headline | json }},
		"gifts": [{% for event in events %}{% if event.type == "gift" %}{{ event.gift_name | json }}{% endif %}{% endfor %}]
	}`;
	const settings = { url: `${robot.url}/hook?key=1`, template, headers: { Authorization: "Bearer abc" } };
	const of = delivery([chat('say "hi"'), gift]);
	expect(await send("template", of, settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			msg: `${clockTime} 小鱼：say "hi"\n${clockTime} 小鱼 送出 嘉年华 ×2（60000 抖币）`,
			...{ room: "安娜", head: "安娜：2 条消息", gifts: ["嘉年华"] },
		},
	]);
	expect(robot.asked[0]?.headers).toMatchObject({ authorization: "Bearer abc", "content-type": "application/json" });
});

test("reports a template's fault and its line when stored", () => {
	expect(wrong({ template: '{"a": 1,\n  {% for event in events %}x' })).toEqual({
		en: "line 2, column 3 of the template: tag {% for event in events %} not closed",
		zh: "模板第 2 行第 3 列：tag {% for event in events %} not closed",
	});
	expect(wrong({ template: "\n\n{{ text | shout }}" }).en).toBe(
		"line 3, column 1 of the template: undefined filter: shout",
	);
	expect(wrong({ template: '{"a": "{{ text }}"}' }).en).toMatch(
		/^for a message of the kind \w+ that contains quotes, the template gives invalid JSON/,
	);
	expect(wrong({ template: '{"a": "{{ text }}"}' }).zh).toMatch(/^消息中有引号时/);
	expect(wrong({ template: "{% include '/etc/passwd' %}" }).en).toMatch(/^line 1, column 1 of the template: .*passwd/);
	expect(wrong({ template: "{% for a in (1..99999999) %}{% endfor %}" }).en).toContain("memory alloc limit exceeded");
	expect(wrong({ template: "x".repeat(10_001) }).en).toMatch(/10000/);
	expect(wrong({ template: "1", headers: { Host: "b.example" } })).toBeDefined();
});

test("rejects a faulty template in both languages", () => {
	const input = { preset: "template" as const, settings: { url, template: "{% nope %}" }, live_ids: ["1001"] };
	const of = { id: "tg_1", now: 0, createdAt: 0, allows: () => isAnyAddress };
	const text = {
		en: "The target's settings.template can't be used: line 1, column 1 of the template: tag \"nope\" not found",
		zh: '推送目标的 settings.template 无法使用：模板第 1 行第 1 列：tag "nope" not found',
	};
	expect(() => readInput(input, of)).toThrowError(expect.objectContaining({ code: "invalid_target", text }));
});

test("ends endless templates, and refuses oversized text without a request", async () => {
	const loops =
		"{% for a in (1..9999) %}{% for b in (1..9999) %}{% for c in (1..999) %}{% endfor %}{% endfor %}{% endfor %}";
	expect(wrong({ template: loops }).en).toMatch(/limit exceeded|more than 200 ms of the processor/);
	const template = "{% if test %}{% for a in (1..9999) %}{{ text }}{{ text }}{% endfor %}{% endif %}1";
	const settings = { url, template };
	const grown = delivery([chat("长".repeat(190))], { test: true });
	expect(presets.template.messages(grown, presets.template.settings.parse(settings))).toMatchObject([
		{ via: "nothing", why: { code: "template_failed", gone: true } },
	]);
	expect(made("template", delivery([chat("a")]), settings)).toHaveLength(1);
});

test("renders every kind that the filter selects", () => {
	const gifts = '{"gift": {{ events[0].gift_name | json }}}';
	expect(() => wrong({ template: gifts }, { types: ["gift"] })).toThrow("nothing is wrong");
	expect(wrong({ template: gifts }, { types: ["chat", "gift"] }).en).toContain("of the kind chat");
	expect(wrong({ template: gifts }, {}).en).toContain("of the kind chat");
	const chats = '{"text": {{ events[0].content | json }}}';
	expect(wrong({ template: chats }, { types: ["chat"], states: ["live"] }).en).toContain(
		"of the kind broadcast_started",
	);
	expect(wrong({ template: chats }, { types: [], states: ["storage"] }).zh).toContain("类型 storage");
	const list = '[{% for event in events %}{"a": 1}{% endfor %}]';
	expect(wrong({ template: list }, { types: ["chat"] }).en).toContain("of the kind several messages");
	const all = '{"text": {{ text | json }}, "kinds": {{ events | map: "type" | json }}}';
	expect(() => wrong({ template: all }, { states: [...notifiedStates] })).toThrow("nothing is wrong");
	const some = '{% if events[0].type == "gift" %}{"gift": {{ events[0].gift_name | json }}}{% endif %}';
	expect(() => wrong({ template: some }, {})).toThrow("nothing is wrong");
	expect(made("template", delivery([chat("a")]), { url, template: some })).toEqual([]);
});

test("renders on a busy machine, whatever time passes", () => {
	let at = 0;
	onTestFinished(() => void vi.restoreAllMocks());
	vi.spyOn(performance, "now").mockImplementation(() => {
		at += 1_000;
		return at;
	});
	expect(made("template", delivery([chat("a")]), { url, template: "{{ text | json }}" })).toMatchObject([
		{ via: "http" },
	]);
});

test("retries later after a template exceeded its processor time", () => {
	const settings = presets.template.settings.parse({ url, template: "{{ text | json }}" });
	onTestFinished(() => void vi.restoreAllMocks());
	let user = 0;
	const passing = () => {
		user += 201_000;
		return { user, system: 0 };
	};
	vi.spyOn(process, "threadCpuUsage").mockImplementation(passing);
	const message = "rendering takes more than 200 ms of the processor";
	expect(presets.template.messages(delivery([chat("a")]), settings)).toEqual([
		{ via: "nothing", why: { ok: false, code: "template_failed", message, gone: false } },
	]);
});

test("describes every preset's settings for API users", () => {
	for (const [name, { settings }] of Object.entries(presets)) {
		expect(z.toJSONSchema(settings, { io: "input" }), name).toMatchObject({
			type: "object",
			additionalProperties: false,
		});
	}
});

test.each(["targets.md", "targets.zh-CN.md"])("docs/%s has a template that can be stored", (page) => {
	const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), "utf8");
	const [, template] = /```text\n(\{.*\{\{.*)\n```/.exec(text) ?? [];
	expect(() => wrong({ template }, { states: [...notifiedStates] })).toThrow("nothing is wrong");
});

test.each(["targets.md", "targets.zh-CN.md"])("docs/%s explains what to paste for every preset", (page) => {
	const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), "utf8");
	const [, table = ""] = /\n\| (?:preset|类型) [\s\S]*?\n((?:\| `.*\n)+)/.exec(text) ?? [];
	const rows = [...table.matchAll(/^\| `([a-z-]+)` .*$/gm)];
	expect(rows.map(([, name]) => name)).toEqual([...presetNames]);
	for (const [row, name] of rows) {
		const { shape } = presets[name as PresetName].settings as z.ZodObject;
		for (const field of Object.keys(shape)) {
			const isDefault = ["language", "zone", "url", "group", "server", "discovery_prefix"].includes(field);
			if (!isDefault) expect(row, `${name}: ${field}`).toContain(field);
		}
	}
});
