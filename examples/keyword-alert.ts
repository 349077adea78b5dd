/**
 * Reports users who mention one of several words, at most once a minute per user.
 *
 *   npx tsx examples/keyword-alert.ts 261378947940 价格,多少钱
 */
import { parseArgs } from "node:util";
import { LivekeeperClient } from "@livekeeper/client";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		after: { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = "", list = ""] = positionals;
const words = list.split(",").map((word) => word.trim().toLowerCase());
const quietMs = 60_000;
const maxRemembered = 10_000;

/** Time of each user's last alert, oldest first. */
const announced = new Map<string, number>();
const keeper = new LivekeeperClient({ url: values.url, apiKey: values["api-key"] });
const after = values.after === undefined ? undefined : Number(values.after);
let left = Number(values.count);

for await (const event of keeper.room(liveId).events({ after, types: ["chat"] })) {
	if (event.type !== "chat") continue;
	const said = event.content.toLowerCase();
	const word = words.find((one) => one !== "" && said.includes(one));
	const who = event.user?.id ?? "";
	if (word === undefined || event.at < (announced.get(who) ?? 0) + quietMs) continue;
	announced.delete(who);
	announced.set(who, event.at);
	for (const oldest of announced.keys()) {
		if (announced.size <= maxRemembered) break;
		announced.delete(oldest);
	}
	console.log(`${event.seq} ${word}: ${event.user?.nickname ?? "-"}: ${event.content}`);
	if (--left <= 0) break;
}
