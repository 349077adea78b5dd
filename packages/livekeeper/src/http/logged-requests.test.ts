import { request } from "node:http";
import { createLogger } from "@livekeeper/base/log";
import { ManualClock } from "@livekeeper/douyin/testing";
import { FakeUpstream } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { startService } from "../service.ts";
import { logLines } from "../text/index.ts";

/** Sends a request with an unmodified address, because `fetch` would correct some of them. */
function ask(port: number, path: string, headers: Record<string, string>): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		request({ host: "127.0.0.1", port, path, headers }, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on("error", reject)
			.end();
	});
}

test("logs no key of an address, whatever the error", async () => {
	const [dataDir, lines, clock] = [temporaryFolder(), [] as string[], new ManualClock()];
	const apiKey = "correct/horse";
	const config = loadConfig({ cwd: dataDir, env: {}, flags: { port: "0", dataDir, apiKey } });
	const destination = { write: (line: string) => void lines.push(line) };
	const logger = createLogger({ level: "trace", format: "json", lines: logLines, secrets: [apiKey], destination });
	const service = await startService(config, {
		clock,
		logger,
		startThread: inThisThread,
		upstreamFactory: () => new FakeUpstream(clock),
	});
	onTestFinished(() => service.stop());
	const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
	for (const key of [
		"guess-123456",
		"gu%65ss-123456",
		"correct/horse",
		"correct%2Fhorse",
		"%63orrect%252fhorse",
		"lko_guess-123456",
	]) {
		for (const path of ["/ws/1001", "/ws/%zz", "/nowhere", "/api/v1/rooms/%zz/events", "/api/v1/rooms", "/%zz"]) {
			for (const name of ["api_key", "api%5Fkey", "%61pi_key", "token", "tok%65n"]) {
				expect(await ask(service.port, `${path}?${name}=${key}`, {})).toBeGreaterThanOrEqual(400);
				const socket = { ...upgrade, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
				expect(await ask(service.port, `${path}?${name}=${key}&x`, socket)).toBeGreaterThanOrEqual(400);
			}
		}
	}
	expect(lines.join("")).toContain("/nowhere");
	expect(lines.filter((line) => /123456|horse/i.test(line))).toEqual([]);
});
