/**
 * Stores a room's chat in a file, one JSON object per line. When restarted, it resumes after the last complete line, so
 * no message is missing or duplicated, however it ended.
 *
 *   npx tsx examples/chat-to-file.ts 261378947940 chat.jsonl
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { parseArgs } from "node:util";
import { LivekeeperClient } from "@livekeeper/client";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = "", file = "chat.jsonl"] = positionals;

const keeper = new LivekeeperClient({ url: values.url, apiKey: values["api-key"] });
const onRetry = ({ error, delayMs }: { error: Error; delayMs: number }) =>
	console.error(`${error.message} Again in ${Math.round(delayMs)} ms`);

let left = Number(values.count);
for await (const event of keeper.room(liveId).events({ after: lastSeq(), types: ["chat"], onRetry })) {
	if (event.type === "truncated") console.error(`Events ${event.from} to ${event.to} are not there any more`);
	if (event.type !== "chat") continue;
	const { seq, at, user, content } = event;
	appendFileSync(file, `${JSON.stringify({ seq, at, nickname: user?.nickname, content })}\n`);
	if (--left <= 0) break;
}

/**
 * Returns the `seq` of the last complete line. Removes a partial line behind it, which was being written when the
 * program was killed.
 */
function lastSeq(): number {
	if (!existsSync(file)) return 0;
	const bytes = readFileSync(file);
	const end = bytes.lastIndexOf(0x0a) + 1;
	truncateSync(file, end);
	const lines = bytes.subarray(0, end).toString().trimEnd().split("\n");
	return lines[0] === "" ? 0 : (JSON.parse(lines.at(-1) ?? "") as { seq: number }).seq;
}
