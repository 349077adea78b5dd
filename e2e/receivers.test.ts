import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { hasMosquitto, startMosquitto } from "../packages/targets/src/transports/mosquitto.helpers.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

interface Stored {
	seq: number;
	type: string;
	content?: string;
	diamonds?: number;
	user?: { nickname: string };
}

const minuteMs = 60_000;
let rig: Rig;
beforeAll(async () => {
	// A minute passes in a second.
	rig = await Rig.start({ speed: 60, simulator: { rate: 2, rooms: 2 }, config: { target_allow_private: true } });
	for (const liveId of rig.liveIds) await rig.untilConnected(liveId);
});
afterAll(() => rig.stop());

/** Starts a DingTalk robot: it always answers 200, and after more than 20 messages in a minute accepts none for ten. */
async function robot() {
	const accepted: string[] = [];
	const titles = new Set<string>();
	const times: number[] = [];
	const state = { refused: 0, throttled: 0, isDown: false };
	const server = createServer(async (request, response) => {
		let body = "";
		for await (const chunk of request.setEncoding("utf8")) body += chunk;
		const answer = (errcode: number, errmsg: string) => response.end(JSON.stringify({ errcode, errmsg }));
		if (state.isDown) {
			state.refused++;
			return answer(-1, "系统繁忙");
		}
		times.push(rig.clock.now());
		if (times.filter((at) => rig.clock.now() - at < minuteMs).length > 20) {
			state.throttled++;
			return answer(130101, "send too fast, exceed 20 times per minute");
		}
		const { markdown } = JSON.parse(body) as { markdown: { title: string; text: string } };
		titles.add(markdown.title);
		accepted.push(...markdown.text.split("\n\n").slice(1));
		return answer(0, "ok");
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { accepted, titles, state, url: `http://127.0.0.1:${port}/robot/send?access_token=abc` };
}

async function target(preset: string, settings: object, more: object): Promise<void> {
	const { status, body } = await rig.request("POST", "/api/v1/targets", { preset, settings, after: "oldest", ...more });
	expect(status, JSON.stringify(body)).toBe(201);
}

/** Returns all events of some types in the log, once the room is silent. */
async function logged(liveId: string, types: string): Promise<Stored[]> {
	const events: Stored[] = [];
	for (let after = 0; ; ) {
		const { body } = await rig.request(
			"GET",
			`/api/v1/rooms/${liveId}/events?after=${after}&types=${types}&limit=1000`,
		);
		const page = body as { events: Stored[]; next_after: number; caught_up: boolean };
		events.push(...page.events);
		if (page.caught_up) return events;
		after = page.next_after;
	}
}

/** Characters that could be markup are written in full width. */
const plain = (text: string) => text.normalize("NFKC").replace(/\s+/g, " ").trim();

test("a robot gets everything once after ten minutes down", async () => {
	const liveId = rig.liveIds[0] ?? "";
	const { accepted, titles, state, url } = await robot();
	await target("dingtalk", { url }, { live_ids: [liveId], types: ["chat"] });
	await until("the robot has received a message", () => accepted.length > 0);
	const { body } = await rig.request("GET", `/api/v1/rooms/${liveId}`);
	const { room } = body as { room: { anchor: { nickname: string } } };
	expect([...titles].map(plain).join()).toContain(plain(room.anchor.nickname));
	state.isDown = true;
	const backAt = rig.clock.now() + 10 * minuteMs;
	await until("ten minutes have passed", () => rig.clock.now() > backAt);
	expect(state.refused).toBeGreaterThan(0);
	state.isDown = false;
	await rig.request("POST", "/api/live/stop", { live_id: liveId });
	const chats = await logged(liveId, "chat");
	expect(chats.length).toBeGreaterThan(100);
	await until("the robot has as many lines as the log", () => accepted.length >= chats.length, {
		describe: () => ({ lines: accepted.length, chats: chats.length, ...state }),
	});
	// A voice message is marked as one, with its length.
	const said = (line: string) => plain(line.replace(/^\S+ /, "")).replace(/:\[语音 \d+ 秒\] /, ":");
	expect(accepted.map(said)).toEqual(chats.map(({ user, content }) => plain(`${user?.nickname}：${content}`)));
	expect(state.throttled).toBe(0);
});

test("Streamer.bot and MQTT get each gift once", async () => {
	const liveId = rig.liveIds[1] ?? "";
	const args: { seq: number; diamonds: number }[] = [];
	const bot = new WebSocketServer({ port: 0, host: "127.0.0.1" });
	await once(bot, "listening");
	onTestFinished(() => {
		for (const client of bot.clients) client.terminate();
		bot.close();
	});
	bot.on("connection", (socket) =>
		socket.on("message", (data) => {
			const request = JSON.parse(data.toString()) as { id: string; args: (typeof args)[number] };
			args.push(request.args);
			socket.send(JSON.stringify({ status: "ok", id: request.id }));
			// Restarts the tool twice.
			if (args.length === 5 || args.length === 12) socket.terminate();
		}),
	);
	const of = { live_ids: [liveId], types: ["gift"] };
	const url = `ws://127.0.0.1:${(bot.address() as AddressInfo).port}/`;
	await target("streamerbot", { url, action: "Gift" }, of);
	const published = hasMosquitto ? await brokered(of) : undefined;
	await until("there are gifts", () => args.length > 20);
	await rig.request("POST", "/api/live/stop", { live_id: liveId });
	const gifts = await logged(liveId, "gift");
	const whole = (heard: readonly { seq: number; diamonds?: number }[]) => {
		// Delivery is at least once: messages in flight during a restart are repeated.
		const once = new Map(heard.map((one) => [one.seq, one.diamonds]));
		return JSON.stringify([...once]) === JSON.stringify(gifts.map(({ seq, diamonds }) => [seq, diamonds]));
	};
	await until("Streamer.bot has every event", () => whole(args), { describe: () => ({ args, gifts: gifts.length }) });
	if (published)
		await until("the broker has every event", () => whole(published), { describe: () => published.length });
});

async function brokered(of: object): Promise<Stored[]> {
	const { url } = await startMosquitto();
	const client = await connectAsync(url, { reconnectPeriod: 0 });
	onTestFinished(() => void client.end(true));
	const published: Stored[] = [];
	client.on("message", (_topic, payload) => published.push(JSON.parse(payload.toString()) as Stored));
	await client.subscribeAsync("livekeeper/+/gift", { qos: 1 });
	await target("mqtt", { url }, of);
	return published;
}
