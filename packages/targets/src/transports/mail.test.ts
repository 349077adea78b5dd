import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock, testTls } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { isAnyAddress, isPublicAddress } from "../addresses.ts";
import { MailServers } from "./mail.ts";
import { StrictMailServer } from "./mail-server.helpers.ts";
import type { MailMessage, MailServer } from "./out-message.ts";
import type { TransportOptions } from "./websockets.ts";

const login = ["me@a.example", "geheim"] as const;
const [username, password] = login;

function open(options: Partial<TransportOptions> = {}) {
	const servers = new MailServers({ clock: systemClock, allows: isAnyAddress, ...options });
	onTestFinished(() => servers.close());
	return (server: Omit<MailServer, "plain"> & { plain?: boolean }, more: Partial<MailMessage> = {}) => {
		const message: MailMessage = {
			...{ via: "mail", server: { plain: false, ...server }, from: "me@a.example", to: "you@b.example" },
			...{
				subject: "安娜：2 条消息",
				text: "你好\n.\n再见\n",
				id: "dlv_1.1@a.example",
				at: Date.UTC(2026, 0, 1),
				...more,
			},
		};
		return servers.send(message, new AbortController().signal);
	};
}

/** Trusts certificates as the system trusts its own, for the duration of a test. */
function trust(): void {
	const before = getCACertificates("default");
	setDefaultCACertificates([...before, testTls.cert]);
	onTestFinished(() => setDefaultCACertificates(before));
}

test.each([
	["STARTTLS", { ...testTls, implicit: false }],
	["TLS", { ...testTls, implicit: true }],
])("sends over %s, logged in, by the standards", async (_name, tls) => {
	trust();
	const server = await StrictMailServer.listen({ login, tls });
	const send = open();
	expect(await send({ url: server.url, username, password })).toEqual({ ok: true });
	expect(server.refused).toEqual([]);
	expect(server.mails).toMatchObject([
		{
			from: "me@a.example",
			to: ["you@b.example"],
			text: "你好\r\n.\r\n再见\r\n",
			secured: true,
			login: "me@a.example",
		},
	]);
	const { headers } = server.mails[0] ?? {};
	expect(headers).toMatchObject({
		...{ "message-id": "<dlv_1.1@a.example>", "auto-submitted": "auto-generated", from: "me@a.example" },
		date: "Thu, 01 Jan 2026 00:00:00 +0000",
	});
	const [, subject = ""] = /^=\?UTF-8\?B\?(\S+)\?=$/.exec(headers?.["subject"] ?? "") ?? [];
	expect(Buffer.from(subject, "base64").toString()).toBe("安娜：2 条消息");
	expect(await send({ url: server.url, username, password: "wrong" })).toMatchObject({
		...{ ok: false, code: "receiver_key", message: expect.stringContaining("5.7.8"), gone: false },
	});
});

test("sends nothing unencrypted unless the settings allow it", async () => {
	const server = await StrictMailServer.listen({ login });
	const send = open();
	expect(await send({ url: server.url, username, password })).toMatchObject({ ok: false, code: "tls" });
	expect(server.mails).toEqual([]);
	expect(await send({ url: server.url, username, password, plain: true })).toEqual({ ok: true });
	expect(server.mails).toMatchObject([{ secured: false }]);
});

test.each([false, true])("refuses an untrusted certificate (TLS from the beginning: %s)", async (implicit) => {
	const server = await StrictMailServer.listen({ login, tls: { ...testTls, implicit } });
	expect(await open()({ url: server.url, username, password })).toMatchObject({ ok: false, code: "tls" });
	expect(server.mails).toEqual([]);
});

test.each([
	["RCPT", "550 5.1.1 no such user", { code: "receiver_refused", gone: false }],
	["MAIL", "450 4.7.1 too many messages, try later", { code: "receiver_rate_limited", retryAfterMs: 300_000 }],
	["DATA", "552 5.3.4 message too big", { code: "receiver_content", gone: true }],
	["DATA", "554 5.7.1 spam", { code: "receiver_refused", gone: false }],
	["EHLO", "554 go away", { code: "receiver_refused", gone: false }],
])("reports %s answered with %s in the server's words", async (command, answer, expected) => {
	const server = await StrictMailServer.listen({ answers: { [command]: answer, HELO: answer } });
	const result = await open()({ url: server.url, plain: true });
	expect(result).toMatchObject({ ok: false, message: expect.stringContaining(answer), ...expected });
});

/** Starts a server that runs `serve` for each connection. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
		serve(socket);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("gives up a silent server after 30 s, without leftovers", async () => {
	const met = vi.fn<(socket: Socket) => void>((socket) => void socket.resume());
	const url = await listen(met);
	const clock = new ManualClock();
	const result = open({ clock })({ url });
	await vi.waitFor(() => expect(met).toHaveBeenCalledTimes(1));
	await clock.advance(30_000);
	expect(await result).toEqual({ ok: false, code: "timeout", message: "No answer within 30 s.", gone: false });
	await vi.waitFor(() => expect(met.mock.calls[0]?.[0].destroyed).toBe(true));
	expect(clock.pendingTimers).toBe(0);
});

test.each([
	["lines", "554 a\r\n".repeat(10_000)],
	["continued lines", "220-a\r\n".repeat(10_000)],
	["an endless line", "2".repeat(65_536)],
])("ends a server that floods it with %s", async (_what, chunk) => {
	let sent = () => 0;
	const url = await listen((socket) => {
		sent = () => socket.bytesWritten - socket.writableLength;
		const flood = () => {
			while (!socket.destroyed && socket.write(chunk));
			socket.once("drain", flood);
		};
		flood();
	});
	expect(await open()({ url, plain: true })).toMatchObject({ ok: false });
	// Most of it is in the buffers of the system.
	expect(sent()).toBeLessThan(16_000_000);
});

test("reads no more than its allowance within TLS either", async () => {
	trust();
	const server = await StrictMailServer.listen({ tls: testTls, answers: { AUTH: `250-${"x".repeat(500_000)}` } });
	const result = await open()({ url: server.url, username, password });
	expect(result).toMatchObject({ ok: false });
	expect(server.mails).toEqual([]);
});

test("reports a closed port as a network failure", async () => {
	const server = await StrictMailServer.listen({ greeting: "554 not here" });
	expect(await open()({ url: server.url })).toMatchObject({ ok: false, code: "receiver_refused" });
	const closed = await listen((socket) => socket.destroy());
	expect(await open()({ url: closed })).toMatchObject({ ok: false, code: "network" });
});

test("never connects to a refused address, literal or resolved", async () => {
	const met = vi.fn();
	const { port } = new URL((await listen(met)).replace("smtp:", "http:"));
	const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
	const send = open({ allows: isPublicAddress, resolve });
	for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "rebound.example"]) {
		expect(await send({ url: `smtp://${host}:${port}` }), host).toMatchObject({ code: "address_not_allowed" });
	}
	expect(met).not.toHaveBeenCalled();
});
