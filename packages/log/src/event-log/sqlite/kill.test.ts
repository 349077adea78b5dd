import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { cursorAt, idsOf, readAll, seqs } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";

const child = fileURLToPath(new URL("./appender-process.helpers.ts", import.meta.url));

/** Starts the appender and kills it after a number of commits. */
async function appendUntilKilled(dataDir: string, commits: number): Promise<void> {
	const process_ = spawn(
		process.execPath,
		["-C", "livekeeper-source", "--experimental-strip-types", "--disable-warning=ExperimentalWarning", child, dataDir],
		{
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	let seen = 0;
	process_.stdout.on("data", (dots: Buffer) => {
		seen += dots.length;
		if (seen >= commits) process_.kill("SIGKILL");
	});
	const [, signal] = await once(process_, "exit");
	expect(signal).toBe("SIGKILL");
}

test("keeps each event once and a matching cursor through kills", async () => {
	const dataDir = temporaryFolder();
	let before = 0;
	for (let round = 0; round < 5; round++) {
		await appendUntilKilled(dataDir, 1 + Math.floor(Math.random() * 300));
		const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
		expect(log.status().findings).toEqual([]);
		let total = 0;
		for (const liveId of ["a", "b", "c", "d", "e"]) {
			const events = await readAll(log, liveId);
			expect(seqs(events)).toEqual(events.map((_, index) => index + 1));
			expect(idsOf(events)).toEqual(chats(1, events.length).map(({ id }) => id));
			expect(await log.cursor(liveId)).toEqual(events.length === 0 ? undefined : cursorAt(events.length));
			total += events.length;
		}
		expect(total).toBeGreaterThan(before);
		before = total;
		await log.close();
	}
});
