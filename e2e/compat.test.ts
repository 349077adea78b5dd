import { afterEach, expect, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { barrageGrabListener, douyinLiveListener, type Shown } from "./kit/listeners.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

let rig: Rig | undefined;
const listeners: Shown[] = [];

afterEach(async () => {
	for (const listener of listeners.splice(0)) listener.close();
	await rig?.stop();
});

interface LoggedEvent {
	seq: number;
	id: string;
	content?: string;
	delta?: number;
	diamonds?: number;
}

/** Returns all stored events of these types. */
async function logged(of: Rig, types: string): Promise<LoggedEvent[]> {
	const events: LoggedEvent[] = [];
	for (let after = 0; ; ) {
		const path = `/api/v1/rooms/1001/events?types=${types}&limit=1000&after=${after}`;
		const { body } = await of.request("GET", path);
		events.push(...(body["events"] as LoggedEvent[]));
		if (body["caught_up"]) return events;
		after = Number(body["next_after"]);
	}
}

const sum = (events: readonly LoggedEvent[], of: "delta" | "diamonds") =>
	events.reduce((all, event) => all + (event[of] ?? 0), 0);

test("serves programs for douyinLive and DouyinBarrageGrab across a restart", async () => {
	const config = { douyinlive_port: await freePort(), barragegrab_port: await freePort() };
	rig = await Rig.start({ speed: 20, simulator: { rate: 40 }, start: [], config });
	const grab = barrageGrabListener(`ws://127.0.0.1:${config.barragegrab_port}/`);
	listeners.push(grab);
	await until("DouyinBarrageGrab's listener is connected", () => grab.connections === 1);
	// The listener alone starts the room.
	const live = douyinLiveListener(`ws://127.0.0.1:${config.douyinlive_port}/ws/1001`);
	listeners.push(live);
	await until("both show gifts", () => listeners.every(({ gifts }) => gifts > 30));
	await rig.restartService();
	const before = listeners.map(({ gifts }) => gifts);
	await until("both show gifts again", () => listeners.every(({ gifts }, n) => gifts > (before[n] ?? 0) + 30));
	rig.simulator.rooms[0]?.change({ rate: 0 });
	const here = rig;
	// DouyinBarrageGrab has one type for all chat.
	const expected = async (chatTypes: string) => {
		const [chats, gifts] = await Promise.all([logged(here, chatTypes), logged(here, "gift")]);
		return {
			chats: new Map(chats.map(({ id, content = "" }) => [id, content])),
			...{ gifts: sum(gifts, "delta"), diamonds: sum(gifts, "diamonds"), connections: 2 },
		};
	};
	const all = async () => [await expected("chat,emoji_chat,screen_chat"), await expected("chat")];
	await until("both show all that is stored", async () =>
		(await all()).every((due, n) => {
			const shown = listeners[n];
			return shown && shown.gifts >= due.gifts && shown.chats.size >= due.chats.size;
		}),
	);
	const due = await all();
	expect(due[1]?.chats.size).toBeGreaterThan(100);
	expect([...(due[1]?.chats.keys() ?? [])].some((id) => !Number.isSafeInteger(Number(id)))).toBe(true);
	expect(listeners.map(({ close, notices, ...shown }) => shown)).toEqual(due);
	// Nothing is missing, and no notice claims a loss.
	expect(listeners.flatMap(({ notices }) => notices).filter((notice) => notice.includes("丢失"))).toEqual([]);
});
