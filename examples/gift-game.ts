/**
 * A game of gifts: each giver advances by the diamonds given, and the first to reach the goal wins. A streak counts
 * once, because `diamonds` is what each event adds to it.
 *
 *   npx tsx examples/gift-game.ts 261378947940 --goal 1000
 */
import { parseArgs } from "node:util";
import { LivekeeperClient } from "@livekeeper/client";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		after: { type: "string" },
		goal: { type: "string", default: "1000" },
	},
});
const [liveId = ""] = positionals;
const goal = Number(values.goal);
const width = 30;

interface Player {
	nickname: string;
	diamonds: number;
}

const players = new Map<string, Player>();
const keeper = new LivekeeperClient({ url: values.url, apiKey: values["api-key"] });
const after = values.after === undefined ? undefined : Number(values.after);

for await (const event of keeper.room(liveId).events({ after, types: ["gift"] })) {
	if (event.type !== "gift" || !event.user || event.diamonds === 0) continue;
	const { id, nickname } = event.user;
	const player = players.get(id) ?? { nickname, diamonds: 0 };
	player.diamonds += event.diamonds;
	players.set(id, player);
	console.log(`${track(player)} ${nickname} ${player.diamonds} (+${event.diamonds} ${event.gift_name})`);
	if (player.diamonds >= goal) {
		console.log(`${nickname} wins with ${player.diamonds} diamonds`);
		break;
	}
}

function track({ diamonds }: Player): string {
	const gone = Math.min(width, Math.floor((diamonds / goal) * width));
	return `[${"=".repeat(gone)}>${" ".repeat(width - gone)}]`;
}
