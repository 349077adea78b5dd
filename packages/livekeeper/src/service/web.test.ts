import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { FixedStrategy, RoomReaders } from "../connections/index.ts";
import { temporaryFolder } from "../event-log/sqlite/stores.test-kit.ts";
import { IdentityBook, IdentityService, LiveService } from "../live/index.ts";
import { recordingLogger } from "../rooms/fake-upstream.test-kit.ts";
import { createManager, createProbe } from "./connections.ts";
import { Releasers } from "./releasers.ts";
import { openStorage } from "./storage.ts";
import { serveWeb } from "./web.ts";

test("what listens is not ready for work before it is told so", async () => {
	const releasers = new Releasers();
	onTestFinished(() => releasers.run());
	const dataDir = temporaryFolder();
	const config = loadConfig({ cwd: dataDir, env: {}, flags: { port: "0", dataDir } });
	const clock = new ManualClock();
	const { logger } = recordingLogger();
	const readers = new RoomReaders();
	const wired = { clock, logger, readers };
	const { log, webhooks, webhookStats } = await openStorage(config, wired, releasers);
	const book = new IdentityBook(log.identities);
	const manager = createManager(config, undefined, {
		...wired,
		identityOf: book.resolve,
		strategy: () => new FixedStrategy(),
	});
	const live = new LiveService({ manager, log, logger, knowsIdentity: () => false });
	releasers.add(() => manager.stop());
	const identities = new IdentityService({
		registry: log.identities,
		book,
		live,
		manager,
		probe: createProbe(config, undefined, clock),
		now: () => clock.now(),
		warnMs: 1,
	});
	const { port, ready } = await serveWeb(
		config,
		{ live, identities, log, webhooks, webhookStats, ...wired },
		releasers,
	);
	const answer = async () => {
		const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
		return [response.status, await response.json()];
	};
	expect(await answer()).toEqual([503, { status: "not_ready", reason: "starting" }]);
	ready();
	expect(await answer()).toEqual([200, { status: "ready" }]);
});
