import { expect, onTestFinished, test } from "vitest";
import { chat, chats, startMs } from "../events.helpers.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

test("reads from a time despite a message from long ago", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	commit(writer, startMs, { liveId: "a", events: [chat(0, { at: startMs - 365 * 86_400_000 })] });
	for (let n = 0; n < 8_000; n += 1_000) {
		commit(writer, startMs + n + 1_000, { liveId: "a", events: chats(n + 1, n + 1_000) });
	}
	// From a clock that is half a second ahead.
	commit(writer, startMs + 9_000, { liveId: "a", events: [chat(8_001, { at: startMs + 9_500 })] });
	commit(writer, startMs + 9_600, { liveId: "a", events: chats(9_600, 9_600) });
	const reader = new SqliteReader(dataDir);
	onTestFinished(() => {
		reader.close();
		writer.close();
	});
	const page = reader.read("a", { from: startMs + 9_500 });
	expect(page.events.map(({ at }) => at - startMs)).toEqual([9_500, 9_600]);
	expect(page.caughtUp).toBe(true);
	const { events } = reader.read("a", { to: startMs });
	expect(events.map(({ seq }) => seq)).toEqual([1]);
});
