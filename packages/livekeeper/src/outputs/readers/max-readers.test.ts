import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { io } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ask, startWithRoom, type TestService } from "../../service/service.helpers.ts";

const stream = "/api/v1/rooms/1001/events/stream";

async function sse(service: TestService): Promise<IncomingMessage> {
	const request = get(`${service.url}${stream}`);
	onTestFinished(() => void request.destroy());
	const [response] = (await once(request, "response")) as [IncomingMessage];
	response.on("error", () => undefined);
	return response.resume();
}

async function webSocket(service: TestService): Promise<WebSocket> {
	const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws/1001`);
	onTestFinished(() => socket.terminate());
	socket.on("error", () => undefined);
	await once(socket, "open");
	return socket;
}

function socketIo(service: TestService) {
	const socket = io(service.url, { transports: ["websocket"], forceNew: true, reconnection: false });
	onTestFinished(() => void socket.disconnect());
	return socket;
}

const code = "too_many_readers";
const hint = expect.stringContaining("max_readers");

test("refuses a reader past max_readers until another leaves", async () => {
	const service = await startWithRoom({ maxReaders: "3" });
	const [first, second, third] = [await sse(service), await webSocket(service), socketIo(service)];
	await once(third as never, "connect");

	expect(await ask(service, "GET", stream)).toMatchObject({ status: 503, body: { error: { code, hint } } });
	const refused = new WebSocket(`${service.url.replace("http", "ws")}/ws/1001`);
	refused.on("error", () => undefined);
	const [, response] = await once(refused, "unexpected-response");
	expect([response.statusCode, response.statusMessage]).toEqual([503, code]);
	const [error] = await once(socketIo(service) as never, "connect_error");
	expect(error.data).toMatchObject({ code, hint });

	const metrics = async () => (await ask(service, "GET", "/metrics")).body;
	expect(await metrics()).toContain("livekeeper_readers 3");
	expect(await metrics()).toContain("livekeeper_readers_refused_total 3");
	first.destroy();
	second.close();
	third.disconnect();
	await vi.waitFor(async () => expect(await metrics()).toContain("livekeeper_readers 0"));
	await sse(service);
	await webSocket(service);
	await once(socketIo(service) as never, "connect");
});

test("gives tokens and addresses only a share of max_readers", async () => {
	const service = await startWithRoom({ maxReaders: "8", apiKey: "correct-horse", trustProxy: "127.0.0.1" });
	const owner = { authorization: "Bearer correct-horse" };
	const make = async () => {
		const { body } = await ask(service, "POST", "/api/v1/overlay-tokens", { name: "OBS" }, owner);
		return { authorization: `Bearer ${body.secret}` };
	};
	const [one, other] = [await make(), await make()];
	/** Returns how many of five readers it opens at that address. */
	const openAll = async (headers: Record<string, string>, address: string) => {
		const answers = [];
		for (let n = 0; n < 5; n++) {
			const request = get(`${service.url}${stream}`, { headers: { ...headers, "x-forwarded-for": address } });
			onTestFinished(() => void request.destroy());
			const [response] = (await once(request, "response")) as [IncomingMessage];
			answers.push(response.on("error", () => undefined).resume().statusCode);
		}
		return answers.filter((status) => status === 200).length;
	};
	expect(await openAll(one, "10.0.0.1")).toBe(4);
	expect(await openAll(one, "10.0.0.2")).toBe(0);
	expect(await openAll(other, "10.0.0.1")).toBe(0);
	expect(await openAll(other, "10.0.0.2")).toBe(2);
	expect(await openAll(owner, "10.0.0.1")).toBe(2);
});

test("counts only readers: no pages, refused keys or unknown rooms", async () => {
	const service = await startWithRoom({ maxReaders: "1", apiKey: "correct-horse" });
	const key = { authorization: "Bearer correct-horse" };
	await ask(service, "GET", "/api/v1/rooms/1001/events", undefined, key);
	await ask(service, "GET", stream);
	await ask(service, "GET", stream.replace("1001", "2002"), undefined, key);
	const stranger = socketIo(service);
	await once(stranger as never, "connect_error");
	expect((await ask(service, "GET", "/metrics", undefined, key)).body).toContain("livekeeper_readers 0");
});
