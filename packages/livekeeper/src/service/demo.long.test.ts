import { ManualClock } from "@livekeeper/douyin/testing";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { startService } from "../service.ts";
import { ask } from "./service.helpers.ts";

test("shows each scene of the demo within two minutes", async () => {
	const clock = new ManualClock();
	const dataDir = temporaryFolder();
	// On a slow machine commits are asked about hundreds of times in a second of this clock.
	const flags = { port: "0", dataDir, demo: true, groupCommitMs: "1", rateLimit: "0" };
	const config = loadConfig({ cwd: dataDir, env: {}, flags });
	const { logger, lines } = recordingLogger();
	const service = await startService(config, { clock, logger });
	onTestFinished(() => service.stop());
	const waits = async () => !/_pending_events 0$/m.test((await ask(service, "GET", "/metrics")).body);
	const begunAt = clock.now();
	const [first = "", second = "", third = ""] = service.demoRooms;
	const room = (liveId: string) => service.live.getRoom(liveId);
	const seen = new Set<string>();
	service.live.onStatus(({ liveId, state, health }) => {
		if (liveId === second && state === "blocked") seen.add("blocked");
		if (liveId === second && state === "connected" && seen.has("blocked")) seen.add("back");
		if (liveId === third && health === "silent") seen.add("silent");
	});
	// The sockets are real: each request gives them time.
	while (clock.now() - begunAt < 120_000 && seen.size < 6) {
		await clock.advance(1_000);
		// A commit must finish before the clock is advanced over it.
		while (await waits()) await clock.advance(1);
		const { body } = await ask(service, "GET", `/api/v1/rooms/${first}/events?types=pk_started,gift&limit=5000`);
		for (const { type, diamonds } of body.events) {
			if (type === "pk_started") seen.add("battle");
			if (diamonds >= 1_000) seen.add("large gift");
		}
		if (room(third)?.activity.coverage.pattern === "stopped") seen.add("withheld");
	}
	expect([...seen].toSorted(), JSON.stringify(lines.slice(-20))).toEqual([
		"back",
		"battle",
		"blocked",
		"large gift",
		"silent",
		"withheld",
	]);
});
