import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test } from "vitest";
import { isAnyAddress } from "./addresses.ts";
import { temporaryFolder } from "./service.helpers.ts";
import { signatureOf } from "./signature.ts";
import { deliveryErrorCodes } from "./target.ts";
import { TargetSender } from "./target-sender.ts";

const pageOf = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const receiverOf = (name: string) => /```js\n([\s\S]*?)```/.exec(pageOf(name))?.[1] ?? expect.fail("no example");
const secret = "tgsec_example-of-the-page";

async function startExample(): Promise<{ next: () => Promise<string>; port: number }> {
	const file = join(temporaryFolder(), "receiver.mjs");
	writeFileSync(file, receiverOf("targets.md"));
	const child: ChildProcess = spawn(process.execPath, [file, secret, "0"], { stdio: ["ignore", "pipe", "inherit"] });
	onTestFinished(async () => {
		child.kill("SIGKILL");
		await once(child, "exit");
	});
	if (!child.stdout) throw new Error("no output");
	const reader = createInterface({ input: child.stdout });
	const queue = reader[Symbol.asyncIterator]();
	const next = async () => String((await queue.next()).value);
	const port = Number((await next()).replace("listening on ", ""));
	return { next, port };
}

test("accepts only signed deliveries in the page's receiver, once each", async () => {
	const { next, port } = await startExample();
	const sender = new TargetSender({ clock: systemClock, allows: isAnyAddress });
	onTestFinished(() => sender.close());
	const body = (seq: number) =>
		Buffer.from(JSON.stringify({ live_id: "1001", delivery_id: `dlv_${seq}`, events: [{ seq, type: "chat" }] }));
	const send = (bytes: Buffer, at: number, key = secret) => {
		const timestamp = String(Math.floor(at / 1000));
		const signature = signatureOf(key, timestamp, bytes);
		const headers = { "x-livekeeper-timestamp": timestamp, "x-livekeeper-signature": signature };
		const { signal } = new AbortController();
		return sender.send({ url: `http://127.0.0.1:${port}/`, headers, body: bytes, signal });
	};
	const now = Date.now();
	expect(await send(body(1), now, "another-secret-0123")).toMatchObject({ ok: false, status: 401 });
	expect(await send(body(2), now - 3_600_000)).toMatchObject({ ok: false, status: 401 });
	expect(await send(body(3), now)).toMatchObject({ ok: true });
	expect(await send(body(3), now)).toMatchObject({ ok: true });
	expect(await send(body(4), now)).toMatchObject({ ok: true });
	expect([await next(), await next()]).toEqual(["1001 3 chat", "1001 4 chat"]);
});

test("shows the same receiver in the Chinese page", () => {
	expect(receiverOf("targets.zh-CN.md")).toBe(receiverOf("targets.md"));
});

test.each(["targets.md", "targets.zh-CN.md"])("docs/%s lists exactly the codes of failed deliveries", (name) => {
	const [, section = ""] = /`last_error\.code`([\s\S]*?)\n#/.exec(pageOf(name)) ?? [];
	const listed = [...section.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code);
	expect(listed.toSorted()).toEqual([...deliveryErrorCodes].sort());
});
