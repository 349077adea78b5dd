import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../packages/base/src/free-port.helpers.ts";
import { barrageGrabListener, douyinLiveListener } from "../kit/listeners.ts";
import { until } from "../kit/until.ts";
import type { ClusterNode } from "./nodes.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

interface Logged {
	id: string;
	content?: string;
	delta?: number;
	diamonds?: number;
}

const sum = (events: readonly Logged[], of: "delta" | "diamonds") =>
	events.reduce((all, event) => all + (event[of] ?? 0), 0);

test.skipIf(!hasNats)(
	`serves compatible listeners from another node, across a kill${hasNats ? "" : " (skipped: no nats-server)"}`,

	async () => {
		const simulator = await startSimulator({ rooms: 1, rate: 40, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const ports = { douyinlive_port: await freePort(), barragegrab_port: await freePort() };
		// According to the names, the first node keeps the room.
		const { nodes, close } = await startNodes(simulator, { one: 1, two: 1 }, (node) => (node === "two" ? ports : {}));
		onTestFinished(close);
		const [keeper, reader] = nodes as [ClusterNode, ClusterNode];
		const liveId = simulator.rooms[0]?.liveId ?? "";
		const grab = barrageGrabListener(`ws://127.0.0.1:${ports.barragegrab_port}/`);
		onTestFinished(() => grab.close());
		await until("DouyinBarrageGrab's listener is connected", () => grab.connections === 1);
		// The listener starts the room.
		const live = douyinLiveListener(`ws://127.0.0.1:${ports.douyinlive_port}/ws/${liveId}`);
		onTestFinished(() => live.close());
		const listeners = [live, grab];
		await until("both show gifts", () => listeners.every(({ gifts }) => gifts > 30));
		expect(await reader.rooms()).toMatchObject([{ live_id: liveId, node: "one", state: "connected" }]);
		await keeper.service.stop("SIGKILL");
		const isHere = async () => {
			const [room] = await reader.rooms();
			return room?.node === "two" && room.state === "connected";
		};
		await until("the other node keeps the room", isHere);
		const before = listeners.map(({ gifts }) => gifts);
		await until("both show gifts again", () => listeners.every(({ gifts }, n) => gifts > (before[n] ?? 0) + 30));
		simulator.rooms[0]?.change({ rate: 0 });
		const logged = async (types: string) => {
			const events: Logged[] = [];
			for (let after = 0; ; ) {
				const path = `/api/v1/rooms/${liveId}/events?types=${types}&limit=1000&after=${after}`;
				const { body } = await reader.service.request("GET", path);
				const page = body as { events: Logged[]; caught_up: boolean; next_after: number };
				events.push(...page.events);
				if (page.caught_up) return events;
				after = page.next_after;
			}
		};
		// DouyinBarrageGrab has one type for all chat.
		const expected = async (chatTypes: string) => {
			const [chats, gifts] = await Promise.all([logged(chatTypes), logged("gift")]);
			return {
				chats: new Map(chats.map(({ id, content = "" }) => [id, content])),
				...{ gifts: sum(gifts, "delta"), diamonds: sum(gifts, "diamonds"), connections: 1 },
			};
		};
		const all = () => Promise.all([expected("chat"), expected("chat,emoji_chat,screen_chat")]);
		await until("both show all that is stored", async () =>
			(await all()).every(({ chats, gifts }, n) => {
				const shown = listeners[n];
				return shown && shown.gifts >= gifts && shown.chats.size >= chats.size;
			}),
		);
		expect(listeners.map(({ close: _, notices: __, ...shown }) => shown)).toEqual(await all());
	},
);
