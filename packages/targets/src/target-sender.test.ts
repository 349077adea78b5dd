import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { isAnyAddress, isPublicAddress } from "./addresses.ts";
import { accept, answer, type Behaviour, Receiver } from "./receiver.helpers.ts";
import { type SenderOptions, TargetSender } from "./target-sender.ts";

const receivers: Receiver[] = [];
afterEach(async () => {
	await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

async function listen(behaviour: Behaviour = accept): Promise<Receiver> {
	const receiver = await Receiver.listen(behaviour);
	receivers.push(receiver);
	return receiver;
}

function sender(options: Partial<SenderOptions> = {}): TargetSender {
	const made = new TargetSender({ clock: systemClock, allows: isAnyAddress, ...options });
	onTestFinished(() => made.close());
	return made;
}

const post = (by: TargetSender, url: string, signal = new AbortController().signal) =>
	by.send({ url, headers: { "content-type": "application/json", "x-a": "b" }, body: Buffer.from('{"a":1}'), signal });

test("sends a delivery as POST, and counts 2xx as success", async () => {
	const receiver = await listen(answer(202));
	await expect(post(sender(), receiver.url)).resolves.toEqual({ ok: true, status: 202 });
	expect(receiver.requests[0]).toMatchObject({ url: "/hook", body: '{"a":1}', headers: { "x-a": "b" } });
});

test("reuses connections for later deliveries", async () => {
	const receiver = await listen();
	const by = sender();
	for (let n = 0; n < 10; n++) await post(by, receiver.url);
	// The first connection may not be back yet when the second delivery starts.
	expect(receiver.connections).toBeLessThanOrEqual(2);
	by.close();
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
});

test.each([
	[400, false],
	[404, false],
	[410, true],
	[500, false],
	[302, false],
])("counts status %i as a failure", async (status, gone) => {
	const receiver = await listen(answer(status, { location: "http://127.0.0.1/elsewhere" }));
	await expect(post(sender(), receiver.url)).resolves.toMatchObject({ ok: false, code: "http_status", status, gone });
	expect(receiver.requests).toHaveLength(1);
});

test.each([
	["7", 7_000],
	["86400", 3_600_000],
])("converts Retry-After %s to ms, up to an hour", async (header, retryAfterMs) => {
	const receiver = await listen(answer(503, { "retry-after": header }));
	await expect(post(sender(), receiver.url)).resolves.toMatchObject({ status: 503, retryAfterMs });
});

test("gives up a receiver without an answer, without leftovers", async () => {
	const receiver = await listen(() => undefined);
	const clock = new ManualClock();
	const result = post(sender({ clock }), receiver.url);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(1));
	await clock.advance(9_999);
	expect(clock.pendingTimers).toBe(1);
	await clock.advance(1);
	await expect(result).resolves.toMatchObject({ ok: false, code: "timeout" });
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
	expect(clock.pendingTimers).toBe(0);
});

test("decides by the answer's head despite an endless body", async () => {
	const receiver = await listen((response) => void response.writeHead(200).write("and"));
	const clock = new ManualClock();
	await expect(post(sender({ clock }), receiver.url)).resolves.toMatchObject({ ok: true });
	await clock.advance(10_000);
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
	expect(clock.pendingTimers).toBe(0);
});

test("reads at most 64 KiB of an answer's body", async () => {
	let closed = false;
	const receiver = await listen((response) => {
		response.writeHead(200);
		const pour = () => {
			while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
		};
		response.on("drain", pour).on("close", () => {
			closed = true;
		});
		pour();
	});
	await expect(post(sender(), receiver.url)).resolves.toMatchObject({ ok: true });
	await vi.waitFor(() => expect(closed).toBe(true));
});

test("limits size and time of a verdict's body", async () => {
	const verdict = vi.fn(({ body }: { body: string }) =>
		body.startsWith("no") ? ({ ok: false, code: "receiver_refused", message: body } as const) : undefined,
	);
	const { signal } = new AbortController();
	const ask = (by: TargetSender, url: string) => by.send({ url, headers: {}, body: Buffer.of(), signal, verdict });
	const receiver = await listen((response) => void response.writeHead(200).end("not today"));
	const refusal = { ok: false, code: "receiver_refused", message: "not today", status: 200, gone: false };
	expect(await ask(sender(), receiver.url)).toEqual(refusal);
	const silent = await listen((response) => void response.writeHead(503, { "retry-after": "7" }).end("late"));
	expect(await ask(sender(), silent.url)).toMatchObject({ code: "http_status", status: 503, retryAfterMs: 7_000 });
	const large = await listen((response) => void response.writeHead(200).end(Buffer.alloc(200_000, "a")));
	expect(await ask(sender(), large.url)).toEqual({ ok: true, status: 200 });
	expect(verdict.mock.lastCall?.[0].body).toHaveLength(64 * 1024);

	const endless = await listen((response) => void response.writeHead(200).write("and"));
	const clock = new ManualClock();
	const result = ask(sender({ clock }), endless.url);
	await vi.waitFor(() => expect(endless.requests).toHaveLength(1));
	await clock.advance(10_000);
	expect(await result).toMatchObject({ ok: false, code: "timeout" });
	await vi.waitFor(() => expect(endless.connections).toBe(0));
	expect(clock.pendingTimers).toBe(0);
});

test("aborts a delivery at once", async () => {
	const receiver = await listen(() => undefined);
	const abort = new AbortController();
	const result = post(sender(), receiver.url, abort.signal);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(1));
	abort.abort();
	await expect(result).resolves.toMatchObject({ ok: false });
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
});

test("retries on a kept connection that the receiver closed", async () => {
	let first = true;
	const server = createServer((socket) => {
		socket.on("error", () => undefined);
		socket.once("data", () => {
			socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=60\r\n\r\n");
			if (first) socket.once("data", () => socket.resetAndDestroy());
			first = false;
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const by = sender();
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	await expect(post(by, url)).resolves.toMatchObject({ ok: true });
	await expect(post(by, url)).resolves.toMatchObject({ ok: true });
});

test("reports refused, unknown and plaintext receivers by kind", async () => {
	const gone = await Receiver.listen();
	const { url } = gone;
	await gone.close();
	await expect(post(sender(), url)).resolves.toMatchObject({ ok: false, code: "network" });
	const resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
	await expect(post(sender({ resolve }), "http://hook.example/")).resolves.toMatchObject({ ok: false, code: "dns" });
	const plain = await listen();
	await expect(post(sender(), `https://127.0.0.1:${plain.port}/`)).resolves.toMatchObject({ ok: false, code: "tls" });
});

test("never connects to a refused address, literal or resolved", async () => {
	const receiver = await listen();
	const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
	const by = sender({ allows: isPublicAddress, resolve });
	for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "rebound.example"]) {
		const result = await post(by, `http://${host}:${receiver.port}/`);
		expect(result, host).toMatchObject({ ok: false, code: "address_not_allowed" });
	}
	expect(receiver.connections).toBe(0);
	expect(receiver.requests).toHaveLength(0);
});

test("connects to the checked address, with one lookup", async () => {
	const receiver = await listen();
	const answers = ["127.0.0.1", "127.0.0.9"];
	const resolve = async () => [{ address: answers.shift() ?? "", family: 4 }];
	const url = `http://rebound.example:${receiver.port}/`;
	const options = { allows: (address: string) => address === "127.0.0.1", resolve };
	await expect(post(sender(options), url)).resolves.toMatchObject({ ok: true });
	expect(answers).toHaveLength(1);
	await expect(post(sender(options), url)).resolves.toMatchObject({ ok: false, code: "address_not_allowed" });
	expect(receiver.requests).toHaveLength(1);
});

test("follows 307 and 308 unchanged, at most three times", async () => {
	const receiver = await listen((response, { url }) => {
		const left = Number(url.slice(1));
		if (left > 0) response.writeHead(left % 2 ? 307 : 308, { location: `/${left - 1}` }).end();
		else response.writeHead(200).end();
	});
	const at = (n: number) => `http://127.0.0.1:${receiver.port}/${n}`;
	await expect(post(sender(), at(3))).resolves.toMatchObject({ ok: true });
	expect(new Set(receiver.requests.map(({ body }) => body))).toEqual(new Set(['{"a":1}']));
	expect(receiver.requests.at(-1)?.headers["x-a"]).toBe("b");
	await expect(post(sender(), at(4))).resolves.toMatchObject({ ok: false, code: "redirect_refused" });
});

test("sends neither credentials nor events to another origin", async () => {
	const elsewhere = await listen();
	const door = await listen();
	const { port } = elsewhere;
	const by = sender({ resolve: async () => [{ address: "127.0.0.1", family: 4 }] });
	for (const origin of [
		...[`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://inside.example:${port}`],
		...[`https://127.0.0.1:${door.port}`, `http://localhost:${door.port}`, "http://169.254.169.254"],
	]) {
		door.behaviour = answer(307, { location: `${origin}/hook` });
		const result = await by.send({
			url: door.url,
			headers: { authorization: "Bearer s3cret", cookie: "a=s3cret" },
			body: Buffer.from('{"device_key":"s3cret"}'),
			signal: new AbortController().signal,
		});
		expect(result, origin).toMatchObject({ ok: false, code: "redirect_refused", gone: false });
	}
	expect(elsewhere.connections).toBe(0);
	expect(door.requests).toHaveLength(6);
});

test.each([["file:///etc/passwd"], ["ftp://127.0.0.1/"], ["http://user:secret@127.0.0.1/"]])(
	"refuses a redirect to %s",
	async (location) => {
		const receiver = await listen(answer(308, { location }));
		await expect(post(sender(), receiver.url)).resolves.toMatchObject({ ok: false, code: "redirect_refused" });
		expect(receiver.requests).toHaveLength(1);
	},
);
