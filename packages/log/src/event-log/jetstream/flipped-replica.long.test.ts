import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test, vi } from "vitest";
import { NatsAdmin } from "./nats-admin.helpers.ts";
import { hasNats, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import { storeAsOwner } from "./store-as-owner.helpers.ts";

const waiting = { interval: 100 };
/** Enough reads to reach each replica. */
const reads = 15;
const messages = 12;

/** Flips one bit in the middle of a file of a stopped server. */
function flipBit(file: string): void {
	const bytes = readFileSync(file);
	const at = Math.floor(bytes.length / 2);
	bytes[at] = (bytes[at] ?? 0) ^ 1;
	writeFileSync(file, bytes);
}

/** Returns the files below a folder whose paths match. */
function filesIn(folder: string, matching: RegExp): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => matching.test(path))
		.map((path) => join(folder, path));
}

test.skipIf(!hasNats).each([
	["message block", /lk-ev-0\/msgs\/\d+\.blk$/],
	["snapshot", /_js_\/_meta_\/snapshots\/snap/],
])("never hides a flipped bit in a replica's %s", async (kind, matching) => {
	const nats = await startNatsServers(3);
	onTestFinished(() => nats.stop());
	const { logger, lines } = recordingLogger();
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger, secret: "a test" },
		...{ replicas: 3, partitions: 1, groupCommitMs: 2 },
	});
	onTestFinished(() => log.close());
	for (let message = 0; message < messages; message++) {
		await storeAsOwner(log, "room", [message * 10 + 1, message * 10 + 10], waiting);
	}
	await new NatsAdmin(nats.urls).untilReplicated();
	const { events: stored } = await vi.waitFor(() => log.read("room", { limit: 500 }), waiting);
	expect(stored).toHaveLength(messages * 10);
	const [hurt] = nats.servers;
	// A server that ends in order writes its snapshots.
	await hurt?.kill();
	const files = filesIn(hurt?.store ?? "", matching);
	expect(files.length).toBeGreaterThan(0);
	for (const file of files) flipBit(file);
	await hurt?.restart();
	for (let read = 0; read < reads; read++) {
		// An answer that fails is a report as well; it is asked for again.
		const page = await vi.waitFor(() => log.read("room", { limit: 500 }), waiting);
		const marked = page.events.filter(({ type }) => type === "gap");
		expect(page.events.map(({ seq }) => seq)).toEqual(stored.map(({ seq }) => seq));
		expect(page.events.filter(({ type }) => type !== "gap")).toEqual(
			stored.filter(({ seq }) => !marked.some((gap) => gap.seq === seq)),
		);
		const { events: found } = await vi.waitFor(() => log.search({ limit: 500 }), waiting);
		// All answers may come from the damaged replica. What is missing then is reported.
		const damaged = lines.filter(({ event }) => event === "event_corrupt") as unknown as {
			seq: number;
			events: number;
		}[];
		const isReported = (seq: number) => damaged.some((one) => seq >= one.seq && seq < one.seq + one.events);
		expect(marked.filter(({ seq }) => !isReported(seq))).toEqual([]);
		const isFound = new Set(found.map(({ seq }) => seq));
		const seqs = stored.map(({ seq }) => seq).filter((seq) => isFound.has(seq) || !isReported(seq));
		expect(found.map(({ seq }) => seq).toReversed()).toEqual(seqs);
	}
	if (kind === "snapshot") expect(hurt?.said).toContain("Snapshot corrupt");
});
