import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { io } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ask, say, startWithRoom, type TestService } from "../../service/service.helpers.ts";

const key = "correct-horse";
const owner = { authorization: `Bearer ${key}` };
const all = "/api/v1/overlay-tokens";

async function make(service: TestService, liveId?: string): Promise<{ token: { id: string }; secret: string }> {
	return (await ask(service, "POST", all, { name: "OBS", live_id: liveId }, owner)).body;
}

/** An open reading of a room: everything received, and why it ended. */
interface Reading {
	heard: () => string;
	ended: Promise<string>;
	leave: () => void;
}

/** Starts to read. @returns the reading, or the code of a refusal */
type Way = (service: TestService, secret: string, liveId: string) => Promise<Reading | string>;

async function sse(service: TestService, secret: string, liveId: string): Promise<Reading | string> {
	const headers = { authorization: `Bearer ${secret}` };
	const request = get(`${service.url}/api/v1/rooms/${liveId}/events/stream?after=0`, { headers });
	request.on("error", () => undefined);
	onTestFinished(() => void request.destroy());
	const [response] = (await once(request, "response")) as [IncomingMessage];
	let text = "";
	response.on("data", (chunk) => {
		text += String(chunk);
	});
	response.on("error", () => undefined);
	const end = new Promise<void>((resolve) => response.once("end", resolve));
	if (response.statusCode === 200) {
		const bye = () => /event: bye\ndata: (.*)\n\n$/.exec(text)?.[1] ?? text;
		return { heard: () => text, ended: end.then(() => JSON.parse(bye()).code), leave: () => request.destroy() };
	}
	await end;
	return JSON.parse(text).error.code;
}

const hex = (secret: string) => Buffer.from(secret).toString("hex");
const shownBy: Record<string, (secret: string) => { query?: string; protocols?: string[]; headers?: object }> = {
	"a header": (secret) => ({ headers: { authorization: `Bearer ${secret}` } }),
	"a sub-protocol": (secret) => ({ protocols: ["livekeeper", `livekeeper.key.${hex(secret)}`] }),
	"?token=": (secret) => ({ query: `token=${secret}` }),
	"?api_key=": (secret) => ({ query: `api_key=${secret}` }),
};

function webSocket(how: string, path = (liveId: string) => `/ws/${liveId}`): Way {
	return async (service, secret, liveId) => {
		const { query = "", protocols = [], headers = {} } = shownBy[how]?.(secret) ?? {};
		const url = `${service.url.replace("http", "ws")}${path(liveId)}?after=0&${query}`;
		const socket = new WebSocket(url, protocols, { headers: { ...headers } });
		onTestFinished(() => socket.terminate());
		socket.on("error", () => undefined);
		let text = "";
		socket.on("message", (data) => {
			text += String(data);
		});
		const ended = new Promise<string>((resolve) =>
			socket.once("close", (code, reason) => resolve(`${code} ${String(reason).split(":")[0]}`)),
		);
		const refused = once(socket, "unexpected-response").then(async ([, response]) => {
			let body = "";
			for await (const chunk of response) body += String(chunk);
			return JSON.parse(body).error.code as string;
		});
		const open = once(socket, "open").then(() => ({ heard: () => text, ended, leave: () => socket.terminate() }));
		return Promise.race([open, refused]);
	};
}

function socketIo(transport: string): Way {
	return async (service, secret, liveId) => {
		const socket = io(service.url, {
			transports: [transport],
			forceNew: true,
			reconnection: false,
			auth: { token: secret },
		});
		onTestFinished(() => void socket.disconnect());
		let text = "";
		let errors = "";
		socket.on("message", (event) => {
			text += JSON.stringify(event);
		});
		socket.on("error", ({ error }) => {
			errors = error.code;
		});
		const ended = new Promise<string>((resolve) =>
			socket.once("disconnect", (reason) => resolve(`${errors} ${reason}`)),
		);
		const [refusal] = await Promise.race([
			once(socket as never, "connect"),
			once(socket as never, "connect_error") as Promise<[{ data: { code: string } }]>,
		]);
		if (refusal) return refusal.data.code;
		const reply = await socket.emitWithAck("join", { live_id: liveId, after: 0 });
		return reply.success ? { heard: () => text, ended, leave: () => void socket.disconnect() } : reply.error.code;
	};
}

/** Every way to read a room, and what it reports for a revoked token. */
const ways: Record<string, { read: Way; end: string }> = {
	"server-sent events": { read: sse, end: "token_revoked" },
	"Socket.IO by websocket": { read: socketIo("websocket"), end: "token_revoked io server disconnect" },
	"Socket.IO by polling": { read: socketIo("polling"), end: "token_revoked io server disconnect" },
};
for (const how of Object.keys(shownBy)) {
	ways[`WebSocket by ${how}`] = { read: webSocket(how), end: "4001 token_revoked" };
}

const opened = (reading: Reading | string): Reading => {
	if (typeof reading === "string") throw new Error(`refused: ${reading}`);
	return reading;
};

async function startWithTwoRooms(flags: Record<string, unknown> = {}): Promise<TestService> {
	const service = await startWithRoom(flags);
	await service.live.startLive("2002");
	return service;
}

test("reads only the token's room, over every output", async () => {
	const service = await startWithTwoRooms({ apiKey: key });
	const [one, many] = [await make(service, "1001"), await make(service)];
	for (const [name, { read }] of Object.entries(ways)) {
		const reading = opened(await read(service, one.secret, "1001"));
		await vi.waitFor(() => expect(reading.heard(), name).toContain('"seq":2'));
		expect(await read(service, one.secret, "2002"), name).toBe("forbidden_token");
		expect(await read(service, one.secret, "3003"), name).toBe("forbidden_token");
		expect(await read(service, `${one.secret}x`, "1001"), name).toBe("unauthorized");
		for (const liveId of ["1001", "2002"]) opened(await read(service, many.secret, liveId));
		expect(await read(service, many.secret, "3003"), name).toBe("room_not_found");
	}
});

test("limits a token to its room without an API key", async () => {
	const service = await startWithTwoRooms();
	const { secret } = await make(service, "1001");
	for (const [name, { read }] of Object.entries(ways)) {
		opened(await read(service, secret, "1001"));
		expect(await read(service, secret, "2002"), name).toBe("forbidden_token");
		expect(await read(service, "lko_wrong", "1001"), name).toBe("unauthorized");
		opened(await read(service, key, "2002"));
	}
});

test("ends only a revoked token's connections, with the reason", async () => {
	const service = await startWithRoom();
	const [revoked, other] = [await make(service, "1001"), await make(service, "1001")];
	const ended: Reading[] = [];
	const others: Reading[] = [];
	for (const { read } of Object.values(ways)) {
		ended.push(opened(await read(service, revoked.secret, "1001")));
		others.push(opened(await read(service, other.secret, "1001")), opened(await read(service, key, "1001")));
	}
	await ask(service, "DELETE", `${all}/${revoked.token.id}`);
	expect(await Promise.all(ended.map((one) => one.ended))).toEqual(Object.values(ways).map(({ end }) => end));
	const left = `livekeeper_readers ${others.length}\n`;
	await vi.waitFor(async () => expect((await ask(service, "GET", "/metrics")).body).toContain(left));
	for (const [name, { read }] of Object.entries(ways)) {
		expect(await read(service, revoked.secret, "1001"), name).toBe("unauthorized");
	}
	await say(service, "还在");
	for (const { heard } of others) await vi.waitFor(() => expect(heard()).toContain("还在"));
	for (const { heard } of ended) expect(heard()).not.toContain("还在");
});

/** Opens a client that stops reading, over each output that keeps a connection. */
async function stuck(service: TestService, secret: string): Promise<void> {
	const headers = { authorization: `Bearer ${secret}` };
	const request = get(`${service.url}/api/v1/rooms/1001/events/stream`, { headers });
	request.on("error", () => undefined);
	const [response] = (await once(request, "response")) as [IncomingMessage];
	response.on("error", () => undefined);
	const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws/1001`, { headers });
	const client = new WebSocket(`${service.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
	const [, ...packets] = ["open", `40${JSON.stringify({ token: secret })}`, '420["join",{"live_id":"1001"}]'];
	for (const packet of packets) {
		await once(client, "message");
		client.send(packet);
	}
	await once(client, "message");
	for (const one of [socket, client]) {
		one.on("error", () => undefined);
		one.pause();
	}
	onTestFinished(() => {
		for (const one of [request, response]) one.destroy();
		for (const one of [socket, client]) one.terminate();
	});
}

test("disconnects stalled clients of a revoked token at once", async () => {
	const service = await startWithRoom();
	const { token, secret } = await make(service, "1001");
	await stuck(service, secret);
	const readers = async () => /^livekeeper_readers (\d+)$/m.exec((await ask(service, "GET", "/metrics")).body)?.[1];
	await vi.waitFor(async () => expect(await readers()).toBe("3"));
	// More than the systems' own buffers hold.
	for (let i = 0; i < 20; i++) await say(service, ...Array.from({ length: 16 }, () => "长".repeat(20_000)));
	expect(await readers()).toBe("3");
	await ask(service, "DELETE", `${all}/${token.id}`);
	// Earlier than WebSockets give up waiting for the other side's close.
	await vi.waitFor(async () => expect(await readers()).toBe("0"));
});

test("ends a Socket.IO client without rooms on revocation", async () => {
	const service = await startWithRoom();
	const { token, secret } = await make(service, "1001");
	const socket = io(service.url, {
		transports: ["websocket"],
		forceNew: true,
		reconnection: false,
		auth: { token: secret },
	});
	onTestFinished(() => void socket.disconnect());
	await once(socket as never, "connect");
	const refused = new Promise((resolve) => socket.once("error", resolve));
	const ended = new Promise((resolve) => socket.once("disconnect", resolve));
	await ask(service, "DELETE", `${all}/${token.id}`);
	expect(await refused).toMatchObject({ error: { code: "token_revoked" } });
	expect(await ended).toBe("io server disconnect");
});

test("sends all rooms' status only to tokens for all", async () => {
	const service = await startWithTwoRooms();
	const feed = webSocket("a sub-protocol", () => "/ws");
	const [one, many] = [await make(service, "1001"), await make(service)];
	expect(await feed(service, one.secret, "")).toBe("forbidden_token");
	const reading = opened(await feed(service, many.secret, ""));
	await vi.waitFor(() => expect(reading.heard()).toContain('"live_id":"2002"'));
	await ask(service, "DELETE", `${all}/${many.token.id}`);
	expect(await reading.ended).toBe("4001 token_revoked");
});

test("marks a token as used while connections are open", async () => {
	const service = await startWithRoom();
	const { secret } = await make(service, "1001");
	const lastUsedAt = async () => (await ask(service, "GET", all)).body.tokens[0].last_used_at as number;
	for (const { read } of Object.values(ways)) {
		const reading = opened(await read(service, secret, "1001"));
		await service.clock.advance(1000);
		expect(await lastUsedAt()).toBe(service.clock.now());
		reading.leave();
		await vi.waitFor(async () => {
			await service.clock.advance(1);
			expect(await lastUsedAt()).toBeLessThan(service.clock.now());
		});
	}
});
