import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { systemClock } from "@livekeeper/douyin";
import { chats } from "../../packages/log/src/event-log/events.helpers.ts";
import { lateAnswers } from "../../packages/log/src/event-log/jetstream/late-answers.helpers.ts";
import { startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { openJetStreamEventLog } from "../../packages/log/src/event-log/jetstream/open.ts";
import { StreamDeletes } from "../../packages/log/src/event-log/jetstream/stream-deletes.helpers.ts";

/**
 * Delays the servers' answers about streams while rooms are written: no false loss may be detected, each event must be
 * stored once, under the next number, and no stream may be deleted.
 *
 *   npm run trial -- late-answers --minutes 10
 */
const { values } = parseArgs({
	options: {
		minutes: { type: "string", default: "10" },
		rooms: { type: "string", default: "12" },
		/** Events per second of each room. */
		rate: { type: "string", default: "6" },
		/** Delay of answers, ms. */
		late: { type: "string", default: "100" },
	},
});
const [minutes, rooms, rate, lateMs] = [values.minutes, values.rooms, values.rate, values.late].map(Number) as [
	number,
	number,
	number,
	number,
];

const nats = await startNatsServers(3);
const ways = await Promise.all(nats.urls.map((url) => lateAnswers(url, lateMs)));
const deletes = await StreamDeletes.watch(nats.urls);
const said: Record<string, number> = {};
const say = ({ event = "?" }: { event?: string }) => {
	said[event] = (said[event] ?? 0) + 1;
};
const log = await openJetStreamEventLog({
	...{ servers: ways.map(({ url }) => url), node: "a", clock: systemClock, secret: "a trial" },
	// All late answers queue behind each other, so a page may take longer than a service would wait for it.
	timeoutMs: 60_000,
	logger: { info: say, warn: say, error: say } as never,
});
const liveIds = Array.from({ length: rooms }, (_, n) => `room-${n}`);
for (const liveId of liveIds) await log.claim(liveId);
const endsAt = performance.now() + minutes * 60_000;
let count = 0;
while (performance.now() < endsAt) {
	count++;
	for (const liveId of liveIds) log.append({ liveId, events: chats(count, count) });
	await pause(1_000 / rate);
}
await log.flush();
const found = { lost: 0, doubled: 0, jumps: 0 };
for (const liveId of liveIds) {
	const ids: string[] = [];
	for (let after = 0; ; ) {
		const page = await log.read(liveId, { after, limit: 5_000 });
		ids.push(...page.events.map(({ json }) => (JSON.parse(json) as { id: string }).id));
		if (page.truncated) found.jumps++;
		if (page.caughtUp) break;
		after = page.nextAfter;
	}
	found.doubled += ids.length - new Set(ids).size;
	found.lost += chats(1, count).filter(({ id }) => !ids.includes(id)).length;
}
const { losses = [] } = log.status();
const deleted = deletes.streams.length;
console.table({
	events: count * rooms,
	...found,
	"streams said to be lost": losses.length,
	"streams deleted": deleted,
});
console.log(said);
if (found.lost + found.doubled + found.jumps + losses.length + deleted > 0) process.exitCode = 1;
await log.close();
await deletes.close();
for (const way of ways) way.close();
await nats.stop();
