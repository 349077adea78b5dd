/**
 * Reads a room's log page by page.
 *
 *   npx tsx examples/history.ts 261378947940 --types gift --count 1000
 */
import { parseArgs } from "node:util";
import { LivekeeperClient, type RoomEvent, type RoomEventType } from "@livekeeper/client";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		after: { type: "string", default: "0" },
		types: { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = ""] = positionals;

const room = new LivekeeperClient({ url: values.url, apiKey: values["api-key"] }).room(liveId);
const types = values.types?.split(",") as RoomEventType[] | undefined;
let left = Number(values.count);
let after = Number(values.after);
let caughtUp = false;

while (left > 0 && !caughtUp) {
	const page = await room.history({ after, types, limit: Math.min(500, left) });
	if (page.truncated) console.error(`Events ${page.truncated.from} to ${page.truncated.to} are not there any more`);
	for (const event of page.events) {
		console.log(event.seq, event.type, event.user?.nickname ?? "-", textOf(event));
	}
	left -= page.events.length;
	after = page.nextAfter;
	caughtUp = page.caughtUp;
}

function textOf(event: RoomEvent): string {
	if (event.type === "gift") return `${event.gift_name} ×${event.delta}`;
	return "content" in event ? event.content : "";
}
