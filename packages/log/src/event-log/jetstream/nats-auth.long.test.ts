import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { chats } from "../events.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import type { NatsAuth } from "./options.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.info("openssl is not installed: tests of TLS to NATS are skipped");

/** Opens a log there, and closes it. */
async function enter(nats: NatsServers, auth: NatsAuth, timeoutMs = 120_000): Promise<"let in"> {
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test", replicas: 1, auth },
		timeoutMs,
	});
	await log.close();
	return "let in";
}

async function started(...flags: string[]): Promise<NatsServers> {
	const nats = await startNatsServers(1, flags);
	onTestFinished(() => nats.stop());
	return nats;
}

describe.skipIf(!hasNats)("authentication by NATS", () => {
	test("accepts a user only with the right password", async () => {
		const nats = await started("--user", "node", "--pass", "right");
		expect(await enter(nats, { user: "node", password: "right" })).toBe("let in");
		const refused = { code: "nats_refused", message: expect.stringContaining("Authorization") };
		await expect(enter(nats, { user: "node", password: "wrong" })).rejects.toMatchObject(refused);
		await expect(enter(nats, {})).rejects.toMatchObject(refused);
		await expect(enter(nats, { token: "right" })).rejects.toMatchObject(refused);
	});

	test("accepts only the right token", async () => {
		const nats = await started("--auth", "right");
		expect(await enter(nats, { token: "right" })).toBe("let in");
		await expect(enter(nats, { token: "wrong" })).rejects.toMatchObject({ code: "nats_refused" });
		await expect(enter(nats, {})).rejects.toMatchObject({ code: "nats_refused" });
	});

	test("reports repeated refusals once and continues after reacceptance", async () => {
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-auth-"));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		const config = join(folder, "nats.conf");
		const requirePassword = (password: string) =>
			writeFileSync(config, `authorization { user: node, password: ${password} }`);
		requirePassword("right");
		const nats = await started("-c", config);
		const { logger, lines } = recordingLogger();
		const log = await openJetStreamEventLog({
			...{ servers: nats.urls, node: "a", clock: systemClock, logger, secret: "a test", replicas: 1, groupCommitMs: 2 },
			auth: { user: "node", password: "right" },
		});
		onTestFinished(() => log.close());

		requirePassword("another");
		await nats.servers[0]?.restart();
		const refusals = () => (nats.servers[0]?.said.split("authentication error").length ?? 0) - 1;
		await vi.waitFor(() => expect(refusals()).toBeGreaterThan(3));
		expect(lines.filter(({ event }) => event === "nats_refused")).toHaveLength(1);

		requirePassword("right");
		await nats.servers[0]?.restart();
		log.append({ liveId: "room", events: chats(1, 3) });
		await log.flush();
		expect(await log.lastSeq("room")).toBe(3);
	});
});

test.each([
	["nats_creds", { creds: "/nowhere/a.creds" }],
	["nats_ca", { ca: "/nowhere/ca.pem" }],
	["nats_cert", { cert: "/nowhere/cert.pem" }],
	["nats_key", { key: "/nowhere/key.pem" }],
])("rejects %s with a missing file before asking a server", async (option, auth: NatsAuth) => {
	const unasked = {
		urls: ["nats://127.0.0.1:1"],
		servers: [],
		complete: async () => undefined,
		stop: async () => undefined,
	};
	const [path = ""] = Object.values(auth) as string[];
	await expect(enter(unasked, auth)).rejects.toMatchObject({
		code: "invalid_config",
		message: expect.stringMatching(new RegExp(`${path} \\(${option}\\) can't be read: ENOENT`)),
		hint: { en: expect.stringContaining(option) },
	});
});

describe.skipIf(!hasNats || !hasOpenssl)("TLS to NATS", () => {
	let folder: string;
	const file = (name: string) => join(folder, name);

	/** Creates a new authority, or a certificate signed by one. */
	function make(name: string, authority?: string, address = "127.0.0.1"): void {
		const { status, stderr } = spawnSync(
			"openssl",
			[
				...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
				...["-subj", `/CN=${name}`, "-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)],
				...(authority ? ["-CA", file(`${authority}.pem`), "-CAkey", file(`${authority}.key`)] : []),
				...(authority ? ["-addext", `subjectAltName=IP:${address}`, "-addext", "basicConstraints=CA:FALSE"] : []),
			],
			{ encoding: "utf8" },
		);
		if (status !== 0) throw new Error(`openssl has made no ${name}: ${stderr}`);
	}

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "livekeeper-tls-"));
		make("ca");
		make("other-ca");
		make("server", "ca");
		make("elsewhere", "ca", "127.0.0.2");
		make("node", "ca");
		make("stranger", "other-ca");
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const tls = (name = "server") => ["--tls", "--tlscert", file(`${name}.pem`), "--tlskey", file(`${name}.key`)];

	test("connects to a server of a trusted authority only", async () => {
		const nats = await started(...tls());
		expect(await enter(nats, { ca: file("ca.pem") })).toBe("let in");
		const refused = { code: "nats_refused", message: expect.stringMatching(/certificate|self.signed/) };
		await expect(enter(nats, { ca: file("other-ca.pem") })).rejects.toMatchObject(refused);
		await expect(enter(nats, {})).rejects.toMatchObject(refused);
	});

	test("refuses a server whose certificate has another address", async () => {
		const nats = await started(...tls("elsewhere"));
		await expect(enter(nats, { ca: file("ca.pem") })).rejects.toMatchObject({
			code: "nats_refused",
			message: expect.stringContaining("does not match certificate's altnames"),
		});
	});

	test("needs a client certificate of the server's authority", async () => {
		const nats = await started(...tls(), "--tlscacert", file("ca.pem"), "--tlsverify");
		const node = (name: string) => ({ ca: file("ca.pem"), cert: file(`${name}.pem`), key: file(`${name}.key`) });
		expect(await enter(nats, node("node"))).toBe("let in");
		// The server hangs up silently, or states the reason: either may reach the node first.
		const refused = { code: expect.stringMatching(/^nats_(refused|unreachable)$/) };
		await expect(enter(nats, node("stranger"), 1_000)).rejects.toMatchObject(refused);
		await expect(enter(nats, { ca: file("ca.pem") }, 1_000)).rejects.toMatchObject(refused);
	});

	test("sends nothing to a server without TLS, given an authority", async () => {
		const nats = await started();
		await expect(enter(nats, { ca: file("ca.pem") })).rejects.toMatchObject({
			code: "nats_unreachable",
			message: expect.stringContaining("tls"),
		});
	});
});
