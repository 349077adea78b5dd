import { systemClock } from "@livekeeper/douyin";
import { cursorAt } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger } from "./stores.helpers.ts";

/*
 * A process that appends to five rooms until it is killed. Like an upstream, it continues from each room's cursor and
 * repeats the last few messages before it. It prints a dot for each commit.
 */
const log = await openSqliteEventLog({
	dataDir: process.argv[2] ?? "",
	clock: systemClock,
	logger: quietLogger,
	groupCommitMs: 1,
});
log.onCommitted(() => process.stdout.write("."));
const next = new Map<string, number>();
for (const liveId of ["a", "b", "c", "d", "e"]) {
	const cursor = await log.cursor(liveId);
	next.set(liveId, Math.max(1, Number(cursor?.cursor.slice(1) ?? 0) - 5));
}
for (;;) {
	for (const [liveId, from] of next) {
		// Far enough that the cursor never goes back, as it would if all messages were repeats.
		const to = from + 6 + Math.floor(Math.random() * 20);
		log.append({ liveId, events: chats(from, to), cursor: cursorAt(to) });
		next.set(liveId, to + 1);
	}
	await log.flush();
}
