import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { RoomLog } from "../../e2e/kit/room-log.ts";
import { ServiceProcess } from "../../e2e/kit/service-process.ts";
import { until } from "../../e2e/kit/until.ts";
import { HostileReceiver, misbehaviours, type Speaks } from "../../packages/targets/src/transports/hostile.helpers.ts";
import { loadProbe, seenSince } from "./flood/probe-file.ts";

/**
 * Damage that receivers can do to the service: the maximum number of targets, each to a receiver that sends without
 * end, over every transport. The service's process reports its memory and, by CPU time, how long its event loop was
 * blocked.
 *
 *   npm run trial -- hostile --receivers 100 --seconds 60
 */
const { values } = parseArgs({
	options: {
		receivers: { type: "string", default: "100" },
		seconds: { type: "string", default: "60" },
		/** Maximum time for which the event loop may be blocked, ms. */
		held: { type: "string", default: "250" },
		/** Maximum additional memory, MB. */
		memory: { type: "string", default: "200" },
	},
});
const folder = mkdtempSync(join(tmpdir(), "livekeeper-hostile-"));
const probe = join(folder, "probe.jsonl");
loadProbe(probe);
const simulator = await startSimulator({ rooms: 4, rate: 2, port: 0 });
const service = await ServiceProcess.start({
	upstreamUrl: simulator.url,
	config: { target_allow_private: true, target_allow_loopback: true },
});
const liveIds = simulator.rooms.map(({ liveId }) => liveId);
for (const liveId of liveIds) await service.startRoom(liveId);
const logs = liveIds.map((liveId) => new RoomLog(service, liveId));
await storedMore();
await pause(5_000);
const before = seenSince(probe, Date.now() - 2_000);

const kinds = (Object.keys(misbehaviours) as Speaks[]).flatMap((speaks) =>
	Object.keys(misbehaviours[speaks]).map((how) => ({ speaks, how })),
);
const receivers: HostileReceiver[] = [];
const from = Date.now();
for (let n = 0; n < Number(values.receivers); n++) {
	const { speaks, how } = kinds[n % kinds.length] ?? { speaks: "http", how: "" };
	const receiver = await HostileReceiver.listen(speaks, how);
	receivers.push(receiver);
	const target = { ...settingsOf(speaks, receiver.port), live_ids: "*", batch: { max_wait_ms: 0 } };
	const response = await fetch(`${service.url}/api/v1/targets`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(target),
	});
	if (!response.ok) throw new Error(`no target over ${speaks}: ${await response.text()}`);
}
await pause(Number(values.seconds) * 1_000);
await storedMore();
const seen = seenSince(probe, from);

/** Waits until each room has stored something since the last time. */
async function storedMore(): Promise<void> {
	for (const log of logs) {
		const known = log.ids.length;
		await until("something is stored", async () => {
			await log.readOn();
			return log.ids.length > known;
		});
	}
}

function settingsOf(speaks: Speaks, port: number): object {
	switch (speaks) {
		case "http":
			return { settings: { url: `http://127.0.0.1:${port}/` } };
		case "websocket":
			return { preset: "dycast", settings: { url: `ws://127.0.0.1:${port}/` } };
		case "mqtt":
			return { preset: "mqtt", settings: { url: `mqtt://127.0.0.1:${port}` } };
		case "mail": {
			const addresses = { from: "a@a.example", to: "b@a.example" };
			return { preset: "mail", settings: { url: `smtp://127.0.0.1:${port}`, plain: true, ...addresses } };
		}
	}
}

const addedMb = (seen.rss - before.rss) / 1024 / 1024;
const connections = receivers.reduce((sum, receiver) => sum + receiver.connections, 0);
const met = receivers.filter((receiver) => receiver.connections > 0).length;
console.log(`${receivers.length} receivers that send without end, ${values.seconds} s`);
console.log(`connected to ${met} of them, ${connections} times in all`);
console.log(
	`event loop held up for at most ${seen.heldMs.toFixed(0)} ms by the clock, ${seen.busyMs.toFixed(0)} ms by CPU`,
);
console.log(`resident memory ${(before.rss / 1024 / 1024).toFixed(0)} MB, at most ${addedMb.toFixed(0)} MB more`);
await service.close();
for (const receiver of receivers) receiver.close();
await simulator.close();
rmSync(folder, { recursive: true, force: true });
const isKept = seen.busyMs <= Number(values.held) && addedMb <= Number(values.memory) && met === receivers.length;
process.exit(isKept ? 0 : 1);
