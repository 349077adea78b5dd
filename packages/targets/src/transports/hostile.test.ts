import type { Socket } from "node:net";
import { ManualClock } from "@livekeeper/douyin/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { isAnyAddress } from "../addresses.ts";
import { HostileReceiver, misbehaviours, type Speaks } from "./hostile.helpers.ts";
import { Inbound } from "./inbound.ts";
import type { OutMessage } from "./out-message.ts";
import { Transports } from "./transports.ts";

/** Counts the bytes passed on to the libraries. */
class CountedInbound extends Inbound {
	readonly sockets: Socket[] = [];
	passedBytes = 0;

	override watch<S extends Socket>(socket: S, place: string): S {
		this.sockets.push(socket);
		const push = socket.push.bind(socket);
		socket.push = (chunk: Buffer | null) => {
			this.passedBytes += chunk?.length ?? 0;
			return push(chunk);
		};
		return super.watch(socket, place);
	}
}

function open() {
	const clock = new ManualClock();
	const inbound = new CountedInbound(clock);
	const transports = new Transports({ clock, inbound, allows: isAnyAddress });
	onTestFinished(() => transports.close());
	const send = (message: OutMessage, signal = new AbortController().signal) =>
		transports.send(message, { verdict: undefined, signal });
	return { clock, inbound, send };
}

async function listen(speaks: Speaks, how: string) {
	const receiver = await HostileReceiver.listen(speaks, how);
	onTestFinished(() => receiver.close());
	return receiver;
}

function messageTo(speaks: Speaks, port: number): OutMessage {
	switch (speaks) {
		case "http":
			return { via: "http", url: `http://127.0.0.1:${port}/`, headers: {}, body: Buffer.from("{}") };
		case "websocket":
			return { via: "websocket", url: `ws://127.0.0.1:${port}/`, frames: [{ text: "{}" }] };
		case "mail": {
			const server = { url: `smtp://127.0.0.1:${port}`, plain: true };
			const mail = { from: "a@a.example", to: "b@a.example", subject: "a", text: "a", id: "1@a.example", at: 0 };
			return { via: "mail", server, ...mail };
		}
		case "mqtt": {
			const broker = { url: `mqtt://127.0.0.1:${port}`, version: 5, statusTopic: "lk/status" } as const;
			return { via: "mqtt", broker, first: [], publications: [{ topic: "a", payload: "{}" }] };
		}
	}
}

const all = (Object.keys(misbehaviours) as Speaks[]).flatMap((speaks) =>
	Object.keys(misbehaviours[speaks]).map((how) => ({ speaks, how })),
);

test.each(all)("ends a receiver over $speaks that sends $how", async ({ speaks, how }) => {
	const receiver = await listen(speaks, how);
	const { clock, inbound, send } = open();
	const result = await send(messageTo(speaks, receiver.port));
	await vi.waitFor(() => expect(receiver.open).toBe(0));
	for (const { bytesRead } of inbound.sockets) expect(bytesRead).toBeLessThan(256 * 1024);
	expect(inbound.sockets.length).toBeLessThanOrEqual(4);
	if (!result.ok)
		expect(["flooded", "network", "http_status", "redirect_refused", "receiver_refused", "tls"]).toContain(result.code);
	expect(clock.pendingTimers).toBe(0);
});

test("bounds the bytes per turn, however many receivers flood", async () => {
	const receivers = await Promise.all(
		all.map(async ({ speaks, how }) => ({ speaks, receiver: await listen(speaks, how) })),
	);
	const { inbound, send } = open();
	let max = 0;
	let isOver = false;
	const count = () => {
		max = Math.max(max, inbound.passedBytes);
		inbound.passedBytes = 0;
		if (!isOver) setImmediate(count);
	};
	count();
	await Promise.all(receivers.map(({ speaks, receiver }) => send(messageTo(speaks, receiver.port))));
	isOver = true;
	expect(max).toBeGreaterThan(0);
	expect(max).toBeLessThanOrEqual(64 * 1024);
});

describe("a flood", () => {
	test("blocks connections to its place for a minute", async () => {
		const receiver = await listen("mqtt", "endless ping answers");
		const { clock, send } = open();
		const message = messageTo("mqtt", receiver.port);
		await send(message);
		await vi.waitFor(() => expect(receiver.open).toBe(0));
		const flooded = { ok: false, code: "flooded", gone: false };
		expect(await send(message)).toMatchObject({ ...flooded, retryAfterMs: 60_000 });
		await clock.advance(59_999);
		expect(await send(message)).toMatchObject({ ...flooded, retryAfterMs: 1 });
		expect(receiver.connections).toBe(1);
		await clock.advance(1);
		await send(message);
		expect(receiver.connections).toBe(2);
	});
});
