import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { ManualClock } from "@livekeeper/douyin/testing";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { z } from "zod";
import { StrictMailServer } from "../transports/mail-server.helpers.ts";
import type { PresetName } from "./index.ts";
import { type Asked, type Reply, Robot } from "./robots.helpers.ts";

/**
 * A receiver as its official documentation describes it. It refuses a request for anything that is not allowed there.
 */
export interface StrictReceiver {
	/** Settings of a target that leads to it. */
	settings: Record<string, unknown>;
	accepted: unknown[];
	/** Reasons for refused requests, with the fault. */
	refused: string[];
	/** Arrival times of requests, ms since the epoch. */
	arrivals: number[];
}

/** Transit time and answering time of the nth request, ms. */
export type Slowness = (n: number) => readonly [onItsWayMs: number, answeredMs: number];

/** Text that an application would turn into a link, a mention or a command. */
const linking = /\w+:\/\/|(?:^|[\s：:(])[@/#$][\p{L}\p{N}_]|[\p{L}\p{N}]\.[a-z]{2}/iu;
const unlinked = z.string().refine((text) => !linking.test(text.replaceAll(/\d+\.\d+/g, "0")), "it links");
const bytesWithin = (max: number) => (text: string) => Buffer.byteLength(text) <= max;
/** Whether the text has no characters that could begin Markdown, except for the head's own mark. */
const noMarkup = (text: string) => !/[\\`_[\]<>|~]/.test(text) && !/(?<!^)#/.test(text.replace(/^#### /, ""));

interface OverHttp {
	path: string;
	settings: (url: string) => Record<string, unknown>;
	/** Schema of a request's body; unknown fields are refused. */
	body: z.ZodType;
	maxBodyBytes?: number;
	/** Maximum number of requests in any interval of so many ms. */
	per?: readonly (readonly [max: number, ms: number])[];
	/** Returns any other fault of a request. */
	wrong?: (asked: Asked, now: number) => string | undefined;
	ok: Reply;
}

const webhook = (path: string) => (url: string) => ({ url: `${url}${path}` });
const hmac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("base64");
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");
const hour = 3_600_000;
const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

const facts = {
	...{ type: z.string().min(1), live_id: z.string().min(1), room: z.string(), seq: z.int(), id: z.string().min(1) },
	...{ at: z.int().positive(), user: z.string(), user_id: z.string(), avatar: z.string(), text: z.string() },
	...{ gift: z.string().optional(), count: z.int().optional(), diamonds: z.int().optional() },
};
const noTags = z.string().regex(/^[^<>]*$/);
const socialStreamValue = z.strictObject({
	...{ chatname: noTags, chatmessage: noTags, chatimg: z.string(), hasDonation: noTags, membership: noTags },
	...{ type: z.literal("douyin"), textonly: z.literal(true), id: z.string().min(1), userid: z.string() },
	meta: z.strictObject({ live_id: z.string(), diamonds: z.int().optional() }),
});
const socialStreamContent = z.strictObject({
	action: z.literal("extContent"),
	value: z.string().refine((text) => socialStreamValue.safeParse(JSON.parse(text)).success),
});

const overHttp: Partial<Record<PresetName, OverHttp>> = {
	json: {
		path: "/hook",
		settings: (url) => ({ url: `${url}/hook`, secret: "0123456789abcdef" }),
		body: z.strictObject({
			...{ target_id: z.string(), live_id: z.string(), delivery_id: z.string().startsWith("dlv_") },
			test: z.literal(true).optional(),
			events: z.array(z.object({ seq: z.int().positive(), type: z.string() })),
		}),
		wrong: ({ headers, body }) => {
			const { "x-livekeeper-timestamp": at, "x-livekeeper-signature": given } = headers;
			const right = createHmac("sha256", "0123456789abcdef").update(`${at}.${body}`).digest("hex");
			return given === `v1=${right}` ? undefined : "signature";
		},
		ok: [204, ""],
	},
	template: {
		path: "/hook",
		settings: (url) => ({
			...{ url: `${url}/hook`, headers: { authorization: "Bearer x" } },
			template: '{"said": {{ text | json }}}',
		}),
		body: z.strictObject({ said: z.string().min(1) }),
		wrong: ({ headers }) => (headers.authorization === "Bearer x" ? undefined : "authorization"),
		ok: [200, "OK"],
	},
	// open.dingtalk.com, 自定义机器人发送消息.
	dingtalk: {
		path: "/robot/send",
		per: [[20, 60_000]],
		settings: (url) => ({ url: `${url}/robot/send?access_token=abc`, secret: "SEC1", keyword: "直播" }),
		body: z.strictObject({
			msgtype: z.literal("markdown"),
			markdown: z.strictObject({
				title: z.string().min(1).max(1000),
				text: unlinked.refine(bytesWithin(20_000)).refine((text) => text.includes("直播") && noMarkup(text)),
			}),
		}),
		wrong: ({ url: { searchParams: query } }, now) => {
			const at = query.get("timestamp") ?? "";
			if (query.get("access_token") !== "abc") return "token";
			return Math.abs(now - Number(at)) < hour && query.get("sign") === hmac("SEC1", `${at}\nSEC1`)
				? undefined
				: "sign";
		},
		ok: [200, { errcode: 0, errmsg: "ok" }],
	},
	// open.feishu.cn, 自定义机器人使用指南.
	feishu: {
		path: "/open-apis/bot/v2/hook/abc",
		per: [
			[100, 60_000],
			[5, 1_000],
		],
		settings: (url) => ({ url: `${url}/open-apis/bot/v2/hook/abc`, secret: "s" }),
		body: z.strictObject({
			...{ timestamp: z.string().regex(/^\d{10}$/), sign: z.string(), msg_type: z.literal("text") },
			content: z.strictObject({ text: unlinked.min(1).refine((text) => !text.includes("<at")) }),
		}),
		maxBodyBytes: 20 * 1024,
		wrong: ({ content: { timestamp, sign } }, now) =>
			Math.abs(now / 1000 - Number(timestamp)) < 3600 && sign === hmac(`${timestamp}\ns`, "") ? undefined : "sign",
		ok: [200, { code: 0, data: {}, msg: "success" }],
	},
	// developer.work.weixin.qq.com, 群机器人配置说明.
	wecom: {
		path: "/cgi-bin/webhook/send",
		per: [[20, 60_000]],
		settings: webhook("/cgi-bin/webhook/send?key=abc"),
		body: z.strictObject({
			msgtype: z.literal("markdown"),
			markdown: z.strictObject({ content: unlinked.min(1).refine(bytesWithin(4_096)).refine(noMarkup) }),
		}),
		wrong: ({ url }) => (url.searchParams.get("key") === "abc" ? undefined : "key"),
		ok: [200, { errcode: 0, errmsg: "ok" }],
	},
	// core.telegram.org/bots/api#sendmessage.
	telegram: {
		path: `/bot${token}/sendMessage`,
		per: [
			[20, 60_000],
			[1, 1_000],
		],
		settings: (url) => ({ token, chat_id: "-1001", server: url }),
		body: z.strictObject({
			...{ chat_id: z.literal("-1001"), text: unlinked.min(1).max(4_096) },
			link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
		}),
		ok: [200, { ok: true, result: { message_id: 1 } }],
	},
	// docs.discord.com, Webhook Resource, Execute Webhook.
	discord: {
		path: "/api/webhooks/1/abc",
		per: [
			[30, 60_000],
			[5, 2_000],
		],
		settings: webhook("/api/webhooks/1/abc"),
		body: z.strictObject({
			content: unlinked.min(1).max(2_000).refine(noMarkup),
			avatar_url: z.url({ protocol: /^https$/ }).optional(),
			allowed_mentions: z.strictObject({ parse: z.array(z.enum(["roles", "users", "everyone"])).max(0) }),
			flags: z.literal(4),
		}),
		wrong: ({ url }) => (url.searchParams.get("wait") === "true" ? undefined : "wait"),
		ok: [200, { id: "1", type: 0 }],
	},
	// docs.slack.dev, Sending messages using incoming webhooks; Formatting message text.
	slack: {
		path: "/services/T1/B1/abc",
		per: [[1, 1_000]],
		settings: webhook("/services/T1/B1/abc"),
		body: z.strictObject({
			text: unlinked
				.min(1)
				.max(40_000)
				.refine((text) => !/[<>]|&(?!amp;|lt;|gt;)/.test(text), "markup"),
			...{ unfurl_links: z.literal(false), unfurl_media: z.literal(false) },
		}),
		ok: [200, "ok"],
	},
	// github.com/Finb/Bark, and Apple's limit for a notification.
	bark: {
		path: "/push",
		settings: (url) => ({ key: "abc", server: url }),
		body: z.strictObject({
			...{ device_key: z.literal("abc"), title: z.string().min(1), body: unlinked.min(1), group: z.string() },
			icon: z.url({ protocol: /^https$/ }).optional(),
		}),
		wrong: ({ content: { title, body, group, icon } }) => {
			const aps = {
				aps: { alert: { title, body }, "thread-id": group, sound: "1107", "mutable-content": 1 },
				group,
				icon,
			};
			const inGo = JSON.stringify(aps).replaceAll(/[<>&]/g, "\\u0026");
			return Buffer.byteLength(inGo) <= 4_096 ? undefined : "PayloadTooLarge";
		},
		ok: [200, { code: 200, message: "success", timestamp: 1 }],
	},
	// sct.ftqq.com.
	serverchan: {
		path: "/SCT12345678.send",
		settings: (url) => ({ key: "SCT12345678", server: url }),
		body: z.strictObject({
			title: z.string().min(1).max(32),
			desp: unlinked
				.min(1)
				.refine(bytesWithin(32 * 1024))
				.refine(noMarkup),
		}),
		ok: [200, { code: 0, message: "", data: { errno: 0 } }],
	},
	// docs.ntfy.sh/publish, Publish as JSON, Limitations.
	ntfy: {
		path: "/",
		// One request is restored every five seconds.
		per: [[12, 60_000]],
		settings: (url) => ({ topic: "douyin", server: url, token: "tk_abc", priority: "high" }),
		body: z.strictObject({
			...{ topic: z.literal("douyin"), title: z.string().min(1), priority: z.literal(4) },
			message: unlinked.min(1).refine(bytesWithin(4_096)),
		}),
		maxBodyBytes: 2 * 4_096,
		wrong: ({ headers }) => (headers.authorization === "Bearer tk_abc" ? undefined : "unauthorized"),
		ok: [200, { id: "sPs71M8A2T", time: 1, event: "message", topic: "douyin", message: "" }],
	},
	// sammi.solutions, Local API.
	sammi: {
		path: "/webhook",
		settings: (url) => ({ url: `${url}/webhook`, password: "pass" }),
		body: z.strictObject({ trigger: z.literal("livekeeper"), ...facts }),
		wrong: ({ headers }) => (headers.authorization === "pass" ? undefined : "password"),
		ok: [200, "OK"],
	},
	// Types of @onecomme.com/onesdk.
	onecomme: {
		path: "/api/comments",
		settings: (url) => ({ url: `${url}/api/comments`, service_id: "svc" }),
		body: z.strictObject({
			service: z.strictObject({ id: z.literal("svc") }),
			comment: z.strictObject({
				...{ id: z.string().min(1), userId: z.string().min(1), name: noTags, comment: noTags.min(1) },
				...{ displayName: noTags, profileImage: z.string(), badges: z.array(z.never()) },
				...{ hasGift: z.boolean(), isOwner: z.boolean(), timestamp: z.iso.datetime() },
			}),
		}),
		ok: [200, {}],
	},
};

/** Returns the fault of a request; `undefined` if there is none. */
function wrongWith(strict: OverHttp, asked: Asked, now: number): string | undefined {
	if (asked.method !== "POST" || asked.url.pathname !== strict.path) return `${asked.method} ${asked.url.pathname}`;
	const type = asked.headers["content-type"];
	if (!/^application\/json(; charset=utf-8)?$/.test(type ?? "")) return `content-type ${type}`;
	if (Buffer.byteLength(asked.body) > (strict.maxBodyBytes ?? 1024 * 1024)) return `${asked.body.length} characters`;
	const read = strict.body.safeParse(asked.content);
	return read.success ? strict.wrong?.(asked, now) : `${z.prettifyError(read.error)} in ${asked.body.slice(0, 300)}`;
}

async function listenHttp(strict: OverHttp, clock: ManualClock, slowness?: Slowness): Promise<StrictReceiver> {
	const [refused, arrivals]: [string[], number[]] = [[], []];
	const robot = await Robot.listen(async (asked, { asked: all, taken }) => {
		const [onItsWayMs, answeredMs] = slowness?.(all.length) ?? [0, 0];
		await clock.advance(onItsWayMs);
		const now = clock.now();
		arrivals.push(now);
		const isTooMany = strict.per?.some(([max, ms]) => arrivals.filter((at) => now - at < ms).length > max);
		const wrong = isTooMany ? "too many" : wrongWith(strict, asked, now);
		await clock.advance(answeredMs);
		if (wrong === undefined) {
			taken.push(asked.content);
			return strict.ok;
		}
		refused.push(wrong);
		return [isTooMany ? 429 : 400, "refused"];
	});
	return { settings: strict.settings(robot.url), accepted: robot.taken, refused, arrivals };
}

/** Receivers that document how many requests they accept. */
export const limitedPresets = (Object.entries(overHttp) as [PresetName, OverHttp][]).flatMap(([name, { per }]) =>
	per ? [[name, per] as const] : [],
);

interface OverWebSocket {
	settings: (url: string) => Record<string, unknown>;
	hello?: object;
	/** Checks the nth frame of a socket. @returns the answer, if there is one. @throws if the frame is wrong */
	answer: (frame: unknown, n: number) => object | undefined;
}

const id = z.string().min(1);
const counter = z.string().regex(/^\d+$/);
const casts = z.array(
	z.strictObject({
		...{ id, method: z.string().regex(/^(Webcast|Custom)\w*Message$/), content: z.string().optional() },
		user: z
			.strictObject({ id: z.string(), name: z.string(), avatar: z.string(), gender: z.literal([0, 1, 2]) })
			.optional(),
		gift: z
			.strictObject({
				...{ id, name: z.string(), price: z.int(), type: z.int(), desc: z.string(), icon: z.string(), count: counter },
				repeatEnd: z.literal([0, 1]),
			})
			.optional(),
		room: z
			.strictObject({
				...{ audienceCount: counter.optional(), likeCount: counter.optional(), followCount: counter.optional() },
				...{ totalUserCount: counter.optional(), status: z.int().optional() },
			})
			.optional(),
		rank: z
			.array(z.strictObject({ nickname: z.string(), avatar: z.string(), rank: z.union([z.string().min(1), z.int()]) }))
			.min(1)
			.optional(),
	}),
);
const relayedRoom = z.strictObject({
	...{ roomNum: id, roomId: z.string(), uniqueId: id, avatar: z.string(), cover: z.string(), nickname: z.string() },
	...{ title: z.string(), status: z.literal([1, 2, 3, 4]) },
});

const overWebSocket: Partial<Record<PresetName, OverWebSocket>> = {
	// docs.streamer.bot/api/websocket: Requests, Authentication.
	streamerbot: {
		settings: (url) => ({ url, action: "Douyin", password: "pass" }),
		hello: { request: "Hello", session: "s", info: {}, authentication: { salt: "salt", challenge: "ch" } },
		answer(frame, n) {
			if (n === 0) {
				const right = sha256(`${sha256("passsalt")}ch`);
				z.strictObject({ request: z.literal("Authenticate"), id, authentication: z.literal(right) }).parse(frame);
			} else {
				const action = z.strictObject({ name: z.literal("Douyin") });
				z.strictObject({ request: z.literal("DoAction"), id, action, args: z.strictObject(facts) }).parse(frame);
			}
			return { status: "ok", id: (frame as { id: string }).id };
		},
	},
	// socialstream.ninja, API: the session is joined first.
	"social-stream": {
		settings: (url) => ({ session: "abc", server: url }),
		answer(frame, n) {
			const join = z.strictObject({ join: z.literal("abc"), out: z.literal(1), in: z.literal(3) });
			(n === 0 ? join : socialStreamContent).parse(frame);
			return undefined;
		},
	},
	// skmcj/dycast, src/core: DyLiveInfo when the socket opens, then lists of DyMessage.
	dycast: {
		settings: (url) => ({ url }),
		answer(frame, n) {
			(n === 0 ? relayedRoom : casts).parse(frame);
			return undefined;
		},
	},
};

async function listenWebSocket({ settings, hello, answer }: OverWebSocket): Promise<StrictReceiver> {
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
	await once(server, "listening");
	onTestFinished(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	const [accepted, refused]: [unknown[], string[]] = [[], []];
	server.on("connection", (socket) => {
		let n = 0;
		if (hello) socket.send(JSON.stringify(hello));
		socket.on("message", (data, isBinary) => {
			try {
				if (isBinary) throw new TypeError("binary");
				const frame: unknown = JSON.parse(data.toString());
				const said = answer(frame, n++);
				accepted.push(frame);
				if (said) socket.send(JSON.stringify(said));
			} catch (error) {
				refused.push(`${error} in ${data.toString().slice(0, 300)}`);
				socket.close(1008);
			}
		});
	});
	return {
		settings: settings(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`),
		accepted,
		refused,
		arrivals: [],
	};
}

/** All presets but MQTT, which has a real broker in its own tests. */
export const strictPresets = [...Object.keys(overHttp), ...Object.keys(overWebSocket), "mail"] as readonly PresetName[];

/** Starts a strict server of the preset's receiver. */
export async function listenStrictly(
	name: PresetName,
	clock: ManualClock,
	slowness?: Slowness,
): Promise<StrictReceiver> {
	const [http, socket] = [overHttp[name], overWebSocket[name]];
	if (http) return await listenHttp(http, clock, slowness);
	if (socket) return await listenWebSocket(socket);
	const server = await StrictMailServer.listen({ login: ["me@a.example", "pass"] });
	const { mails: accepted, refused } = server;
	const login = { username: "me@a.example", password: "pass", plain: true };
	return {
		settings: { url: server.url, ...login, from: "me@a.example", to: "you@b.example" },
		accepted,
		refused,
		arrivals: [],
	};
}
