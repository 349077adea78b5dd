/**
 * Follows one room in your own program, without the service: nothing is stored, and requests go only to the site.
 *
 *   npx tsx examples/library.ts 261378947940 --count 20
 */
import { parseArgs } from "node:util";
import { DouyinLiveClient } from "@livekeeper/douyin";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		// Set it to the simulator's address to try this without a live room.
		"upstream-url": { type: "string", default: "https://live.douyin.com" },
		cookie: { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = ""] = positionals;

const client = new DouyinLiveClient(liveId, { baseUrl: values["upstream-url"], cookie: values.cookie });
client.once("connected", ({ title, anchor }) => console.error(`Connected: ${title} (${anchor?.nickname ?? "?"})`));
client.on("disconnected", ({ failure, nextAttemptInMs }) => {
	console.error(`${failure.message} Again in ${Math.round(nextAttemptInMs)} ms`);
});
client.on("waiting", ({ why, nextAttemptInMs }) => console.error(`Not live (${why}); again in ${nextAttemptInMs} ms`));

let left = Number(values.count);
for await (const event of client.events()) {
	const text = event.type === "gift" ? `${event.giftName} ×${event.delta}` : "content" in event ? event.content : "";
	console.log(event.id, event.type, event.user?.nickname ?? "-", text);
	if (--left <= 0) break;
}
