import { describeEventLog } from "../conformance.helpers.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";

// With the threads it has in a service: sqlite-event-log.long.test.ts.
describeEventLog("the event log on SQLite", async () => {
	const dataDir = temporaryFolder();
	const options = { dataDir, logger: quietLogger, groupCommitMs: 2, startThread: inThisThread };
	return { open: (settings) => openSqliteEventLog({ ...options, ...settings }), dispose: () => Promise.resolve() };
});
