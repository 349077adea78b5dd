/**
 * Follows a room with @livekeeper/client over Server-Sent Events: every event once and in order, across disconnects and
 * restarts of the service. The same code runs in a browser.
 *
 *   npx tsx examples/sse.ts 261378947940 --after 0 --types chat,gift --count 20
 */
import { parseArgs } from "node:util";
import { LivekeeperClient, type RoomEvent, type RoomEventType } from "@livekeeper/client";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		after: { type: "string" },
		types: { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = ""] = positionals;

const keeper = new LivekeeperClient({ url: values.url, apiKey: values["api-key"] });
const events = keeper.room(liveId).events({
	after: values.after === undefined ? undefined : Number(values.after),
	types: values.types?.split(",") as RoomEventType[] | undefined,
	onRetry: ({ error, delayMs }) => console.error(`${error.message} Again in ${Math.round(delayMs)} ms`),
});

let left = Number(values.count);
for await (const event of events) {
	if (event.type === "truncated") {
		console.error(`Events ${event.from} to ${event.to} are not there any more (${event.reason})`);
		continue;
	}
	// Remember `seq`: passed as --after, it makes the next run resume from here.
	console.log(event.seq, event.type, event.user?.nickname ?? "-", textOf(event));
	if (--left <= 0) break;
}

function textOf(event: RoomEvent): string {
	if (event.type === "gift") return `${event.gift_name} ×${event.delta}`;
	return "content" in event ? event.content : "";
}
